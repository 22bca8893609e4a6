"""What the province and its offices decide about time, and the deadlines that hang on it.

`owner` is the id of a department or desk, or null for the whole province; this room does not know what it names.
Intervals are lists of from/to times in Asia/Shanghai, [["08:30", "12:00"], ["14:00", "17:30"]]; see `hours`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Day(models.Model):
    """What is officially said of a date. A date without a row is a working day from Monday to Friday, provisionally.

    `name` is the holiday (国庆节), also on its make-up days; `source` says where the row came from.
    """

    date = models.DateField(primary_key=True)
    open = models.BooleanField()
    name = models.CharField(max_length=40, blank=True, default="")
    provisional = models.BooleanField(default=False)
    source = models.CharField(max_length=60)
    note = models.CharField(max_length=200, blank=True, default="")


class Hours(models.Model):
    """Office hours on one weekday (0 is Monday), effective from and to dates that are both included."""

    owner = models.BigIntegerField(null=True)
    weekday = models.PositiveSmallIntegerField()
    intervals = models.JSONField(default=list)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="workdays_weekday"),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="workdays_hours_forward",
            ),
            models.UniqueConstraint(fields=["owner", "weekday", "effective_from"], name="workdays_hours_once"),
            models.UniqueConstraint(
                fields=["weekday", "effective_from"],
                condition=Q(owner__isnull=True),
                name="workdays_provincial_hours_once",
            ),
        ]


class Override(models.Model):
    """Other hours on one date; no intervals means closed. `label` is shown (演示), `reason` is for the record.

    One for duty only opens or closes the desk and leaves deadlines alone.
    """

    owner = models.BigIntegerField(null=True)
    date = models.DateField()
    intervals = models.JSONField(default=list)
    label = models.CharField(max_length=40, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")
    duty_only = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "date", "duty_only"], name="workdays_override_once"),
            models.UniqueConstraint(
                fields=["date", "duty_only"],
                condition=Q(owner__isnull=True),
                name="workdays_provincial_override_once",
            ),
        ]
        indexes = [models.Index(fields=["date"], name="workdays_override_date")]


class DeadlineRecord(models.Model):
    """A promised deadline: its rule and start stay, `due_at` follows the calendar until the record is settled.

    `owners` is the chain whose calendar counts, nearest first; `marks` is every date as it was counted.
    """

    rule = models.CharField(max_length=80)
    start = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    owners = models.JSONField(default=list)
    due_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    marks = models.JSONField(default=list)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(settled_at__isnull=True), name="workdays_deadline_open")]


class FormerDeadline(models.Model):
    """What a deadline was before the calendar changed, and what changed."""

    record = models.ForeignKey(DeadlineRecord, models.CASCADE, related_name="former")
    due_at = models.DateTimeField()
    provisional = models.BooleanField()
    marks = models.JSONField()
    cause = models.CharField(max_length=300)
    replaced_at = models.DateTimeField()
