"""Numbered streams: everything that happens between people is an entry 1, 2, 3 … of some stream.

Visibility belongs to the stream, never to an entry: who may read is one question, "is this party a member?".
A *party* is a person (positive: user id) or a group of people (negative: minus the group's id), so that rows do not
multiply when a desk's people come and go.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Stream(models.Model):
    """One timeline. `last_seq` is the number of its newest entry; a stream that is not open takes no more of them.

    `audience` grows whenever somebody joins or leaves: an entry stored under a number that the live delivery does not
    know yet is pushed to nobody before the membership was read again.
    """

    kind = models.CharField(max_length=24)
    last_seq = models.BigIntegerField(default=0)
    audience = models.BigIntegerField(default=0)
    open = models.BooleanField(default=True)
    created_at = models.DateTimeField()


class Group(models.Model):
    """People who act for one another, for example everybody who serves a desk."""

    name = models.CharField(max_length=80)

    @property
    def party(self) -> int:
        return -self.pk


class GroupMember(models.Model):
    """`user_id` is a plain number, as everywhere in this room: the journal stands below the people."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="members")
    user_id = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "user_id"], name="journal_group_member_once")]


class Member(models.Model):
    """What a party may see and do in a stream.

    It sees entries with `since < seq <= until` (`until` null: still a member). `follow` means its connections are
    told of new entries without asking. `last_read` is the highest number the party has had on screen.
    """

    stream = models.ForeignKey(Stream, models.CASCADE, related_name="members", db_index=False)
    party = models.BigIntegerField()
    may_write = models.BooleanField(default=True)
    follow = models.BooleanField(default=True)
    last_read = models.BigIntegerField(default=0)
    since = models.BigIntegerField(default=0)
    until = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "party"], name="journal_member_once"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="journal_member_window"
            ),
        ]
        indexes = [
            models.Index(fields=["party", "stream"], name="journal_member_party"),
            # A desk may look into every talk it ever had and follows none: who comes back is not to read all of those.
            models.Index(
                fields=["party", "stream"], condition=Q(follow=True, until__isnull=True), name="journal_member_follows"
            ),
        ]


class Entry(models.Model):
    """One thing that happened. `key` is the author's own id of it: stored once per (stream, author, key).

    The unique index begins with the key: clients make keys that grow with time, so new ones fall on few pages.
    The stream is no foreign key to the database: every insert holds the stream's row already.

    `author` is a user id; null means the service itself. `at` is milliseconds since 1970 UTC, set by the server.
    A `withdrawn` entry keeps its body for the audited record, and no reader is served it.
    """

    pk = models.CompositePrimaryKey("stream_id", "seq")
    stream = models.ForeignKey(Stream, models.DO_NOTHING, related_name="entries", db_index=False, db_constraint=False)
    seq = models.BigIntegerField()
    author = models.BigIntegerField(null=True)
    key = models.CharField(max_length=64, null=True)
    kind = models.CharField(max_length=32)
    body = models.TextField(blank=True, default="")
    data = models.JSONField(null=True)
    at = models.BigIntegerField()
    withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "stream", "author"], condition=Q(key__isnull=False), name="journal_entry_once"
            ),
        ]
