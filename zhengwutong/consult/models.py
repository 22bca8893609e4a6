"""Live consultation (咨询): the talk, its place in the queue, and what it ended with."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zhengwutong.journal.models import Stream
from zhengwutong.people.models import Destination, Office


class State(models.TextChoices):
    WAITING = "waiting", "排队"
    SERVING = "serving", "接待中"
    HELD = "held", "请稍等"
    ENDED = "ended", "已结束"


class Outcome(models.TextChoices):
    """Every question ends in exactly one of these."""

    ANSWERED = "answered", "已答复"
    CONSULTED = "consulted", "会商后答复"
    TRANSFERRED = "transferred", "转部门"
    BACK_OFFICE = "back_office", "转后台办理"
    OUTSIDE = "outside", "不属本单位"
    WITHDRAWN = "withdrawn", "群众撤回"


class Rank(models.IntegerChoices):
    """In which order a desk's waiting list is served; within a rank by `entered_at`."""

    MORNING = 0, "下班留言"
    LIVE = 1, "排队"
    LATER = 2, "改为留言"


class Consultation(models.Model):
    """One question from first word to outcome. The citizen's clock starts at `asked_at` and never restarts.

    `number` is ZX + date + counter, or LY for one left outside office hours. `key` is the citizen's own id of the
    first message: asking twice with it gives the same consultation. `stream` is the talk; `notes` is the staff-only
    stream beside it. `desk` is where it is now; `officer` who has it (null while waiting).
    One left outside hours says when its desk opens next (`opens_at`) and until when it is to be answered (`due_at`).
    `observed_seq`: entries of the talk up to here have been taken into account (first reply, end of a hold).
    """

    number = models.CharField(max_length=20, unique=True)
    citizen = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="consultations")
    key = models.CharField(max_length=64)
    desk = models.ForeignKey(Office, models.PROTECT, related_name="consultations")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="serving")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    stream = models.OneToOneField(Stream, models.PROTECT, related_name="consultation")
    notes = models.OneToOneField(Stream, models.PROTECT, related_name="+")
    off_hours = models.BooleanField(default=False)
    opens_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    question = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    first_reply_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True, default="")
    subject = models.CharField(max_length=60, blank=True, default="")
    destination = models.ForeignKey(Destination, models.PROTECT, null=True, related_name="+")
    observed_seq = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["citizen", "key"], name="consult_asked_once"),
            models.UniqueConstraint(
                fields=["citizen", "desk"], condition=~Q(state="ended"), name="consult_one_open_per_desk"
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="ended") & Q(ended_at__isnull=True, outcome=""),
                name="consult_ended_with_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["serving", "held"]) | Q(officer__isnull=False),
                name="consult_served_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["citizen", "-asked_at"], name="consult_of_citizen"),
            models.Index(fields=["officer", "state"], name="consult_of_officer"),
            models.Index(fields=["desk", "-asked_at"], name="consult_of_desk"),
            models.Index(fields=["desk", "-ended_at"], name="consult_ended_at_desk"),
        ]


class QueueEntry(models.Model):
    """A place in a desk's waiting list: an object of its own, apart from the conversation.

    Order: `rank`, then `entered_at`, which is the citizen's asking time and survives transfers and returns; `queued_at`
    is when this place was taken. While an offer stands, `offered_to` has until `offer_ends` to accept.
    `passed` are the officers who declined or missed it, asked again only when nobody else is there. A place `only_for`
    one officer is a handover to a colleague.
    """

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="queue_entries")
    desk = models.ForeignKey(Office, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    rank = models.PositiveSmallIntegerField(choices=Rank.choices, default=Rank.LIVE)
    passed = models.JSONField(default=list)
    only_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    offered_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    offer_ends = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"], condition=Q(left_at__isnull=True), name="consult_one_place_in_queue"
            ),
            models.CheckConstraint(
                condition=Q(offered_to__isnull=True, offer_ends__isnull=True)
                | Q(offered_to__isnull=False, offer_ends__isnull=False),
                name="consult_offer_has_an_end",
            ),
        ]
        indexes = [
            models.Index(
                F("desk"), F("rank"), F("entered_at"), condition=Q(left_at__isnull=True), name="consult_waiting"
            ),
            models.Index(
                fields=["offer_ends"],
                condition=Q(left_at__isnull=True, offer_ends__isnull=False),
                name="consult_offers",
            ),
            models.Index(F("taken_by"), F("left_at").desc(), condition=Q(taken_by__isnull=False), name="consult_taken"),
        ]


class Hold(models.Model):
    """请稍等: the promised moment, the reason, and the office being asked. Ends with the officer's next message."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="holds")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    asking = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    seq = models.BigIntegerField()
    started_at = models.DateTimeField()
    promised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"], condition=Q(ended_at__isnull=True), name="consult_one_hold"
            )
        ]


class Inquiry(models.Model):
    """One office asking another beside the chat. The talk runs in its own stream; the citizen is no member of it."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="inquiries")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    desk = models.ForeignKey(Office, models.PROTECT, related_name="inquiries")
    stream = models.OneToOneField(Stream, models.PROTECT, related_name="+")
    question = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["desk"], condition=Q(answered_at__isnull=True), name="consult_inquiry_open")]


class Handover(models.Model):
    """A transfer to a desk or to a colleague, from offer to acceptance or return."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="handovers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    from_desk = models.ForeignKey(Office, models.PROTECT, related_name="+")
    to_desk = models.ForeignKey(Office, models.PROTECT, related_name="+")
    to_officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    return_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"],
                condition=Q(accepted_at__isnull=True, returned_at__isnull=True),
                name="consult_one_handover",
            )
        ]


class Phrase(models.Model):
    """常用语: one officer's own, a department's (`office`), or the province's (both null). `initials` are pinyin."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="phrases")
    office = models.ForeignKey(Office, models.CASCADE, null=True, related_name="phrases")
    title = models.CharField(max_length=40)
    body = models.CharField(max_length=600)
    initials = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(owner__isnull=False, office__isnull=False), name="consult_phrase_scope")
        ]


class Rating(models.Model):
    """好差评, once per ended consultation. 1 and 2 are bad. Officers do not see it before it is final."""

    consultation = models.OneToOneField(Consultation, models.CASCADE, related_name="rating")
    level = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    words = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="consult_five_levels")]
