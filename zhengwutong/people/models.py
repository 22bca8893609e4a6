"""Accounts, roles, and the tree of departments and offices. Data, not code: a new department is a row."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from zhengwutong.journal.models import Group, Stream


class Role(models.TextChoices):
    CITIZEN = "citizen", "公众用户"
    OFFICER = "officer", "值班人员"
    HANDLER = "handler", "承办人"
    LEAD = "lead", "部门负责人"
    SECRETARY = "secretary", "信箱办"
    INSPECTOR = "inspector", "信息中心督查"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser):
    """A person with an account. `role` is what they are; which desk they serve is a `Post`.

    An `anonymous` account belongs to a device: it has no password and can be claimed later by setting one.
    `username` is kept in lower case, `name` is the display name; `staff_number` (工号) is shown beside an officer's
    answers.
    """

    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.CITIZEN)
    email = models.EmailField(blank=True, default="")
    phone = models.CharField(max_length=20, blank=True, default="")
    phone_verified = models.BooleanField(default=False)
    region = models.CharField(max_length=40, blank=True, default="")
    staff_number = models.CharField(max_length=16, blank=True, default="")
    verified = models.BooleanField(default=False)
    anonymous = models.BooleanField(default=False)
    demo = models.BooleanField(default=False)
    language = models.CharField(max_length=8, default="zh-CN")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField()
    notices = models.OneToOneField(Stream, models.PROTECT, null=True, related_name="+")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    is_staff = False
    objects = UserManager()

    class Meta:
        constraints = [
            # A number somebody typed but never proved keeps nobody else from proving it.
            models.UniqueConstraint(fields=["phone"], condition=Q(phone_verified=True), name="people_phone_once"),
            models.CheckConstraint(condition=Q(phone_verified=False) | ~Q(phone=""), name="people_phone_proved"),
        ]
        indexes = [
            models.Index(fields=["email"], name="people_email"),
            models.Index(fields=["role", "id"], name="people_role"),
            models.Index(fields=["demo"], condition=Q(demo=True), name="people_demo"),
        ]

    @property
    def is_citizen(self) -> bool:
        return self.role == Role.CITIZEN


class OfficeKind(models.TextChoices):
    DEPARTMENT = "department", "部门"
    OFFICE = "office", "处室或直属单位"
    GENERAL_DESK = "general_desk", "门户咨询台"


class Office(models.Model):
    """A department, an office below one, or the portal's general desk.

    One that `has_desk` takes questions live: its people form `group`, and its waiting list is told in `desk_stream`.
    `key` is the stable name used in addresses and translations (`labour`); `tile` is the one character on its square.
    """

    key = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=16, choices=OfficeKind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    name = models.CharField(max_length=60)
    short_name = models.CharField(max_length=20)
    english = models.CharField(max_length=120)
    english_short = models.CharField(max_length=40)
    tile = models.CharField(max_length=1)
    remit = models.TextField(blank=True, default="")
    english_remit = models.TextField(blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    address = models.CharField(max_length=120, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)
    has_desk = models.BooleanField(default=True)
    capacity = models.PositiveSmallIntegerField(default=5)
    accept_seconds = models.PositiveSmallIntegerField(default=40)
    group = models.OneToOneField(Group, models.PROTECT, null=True, related_name="+")
    desk_stream = models.OneToOneField(Stream, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(has_desk=False) | Q(group__isnull=False, desk_stream__isnull=False),
                name="people_desk_has_group_and_stream",
            )
        ]


class PostRole(models.TextChoices):
    OFFICER = "officer", "值班人员"
    HANDLER = "handler", "承办人"
    LEAD = "lead", "部门负责人"


class Post(models.Model):
    """Somebody's place in an office. One person may hold several; ended posts are kept."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts")
    office = models.ForeignKey(Office, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=16, choices=PostRole.choices, default=PostRole.OFFICER)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "office", "role"], condition=Q(until__isnull=True), name="people_post_once"
            )
        ]


class Destination(models.Model):
    """Where to send somebody whose matter is outside our remit: name, telephone, address, hours."""

    name = models.CharField(max_length=60, unique=True)
    group = models.CharField(max_length=20)
    phone = models.CharField(max_length=40, blank=True, default="")
    address = models.CharField(max_length=120, blank=True, default="")
    hours = models.CharField(max_length=60, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]
