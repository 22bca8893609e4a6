"""What the screens of this room show, as plain values. The number of queries never grows with the data."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser

from zhengwutong.kernel.errors import NotFound
from zhengwutong.people import access, masking
from zhengwutong.people.models import Destination, Office, Post, Role, User


def me(user: User | AnonymousUser) -> dict[str, Any]:
    """Who is signed in here, and what they do; `user` is null for a visitor."""
    demo = User.objects.filter(demo=True).exists()
    if isinstance(user, AnonymousUser):
        return {"user": None, "posts": [], "demo": demo}
    return {"user": own_card(user), "posts": posts([user.pk]).get(user.pk, []), "demo": demo}


def own_card(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "name": user.name,
        "role": user.role,
        "username": user.username,
        "anonymous": user.anonymous,
        "verified": user.verified,
        "staff_number": user.staff_number,
        "phone_masked": masking.phone(user.phone),
        "email_masked": masking.email(user.email),
        "language": user.language,
        "region": user.region,
        "notices_stream": user.notices_id,
        "second_factor": not user.is_citizen and access.has_second_factor(user),
    }


def posts(user_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    """The posts these people hold now, by person."""
    held = Post.objects.filter(user__in=user_ids, until__isnull=True).select_related("office")
    by_user: dict[int, list[dict[str, Any]]] = {}
    for post in held.order_by("office__position", "office_id", "id"):
        by_user.setdefault(post.user_id, []).append(
            {"id": post.pk, "role": post.role, "office": office_label(post.office)}
        )
    return by_user


def office_label(office: Office) -> dict[str, str]:
    return {"key": office.key, "name": office.name, "short_name": office.short_name, "tile": office.tile}


PUBLIC = (
    "key", "kind", "name", "short_name", "english", "english_short", "tile", "remit", "english_remit", "phone",
    "address", "has_desk",
)  # fmt: skip


def offices() -> list[dict[str, Any]]:
    """Every office in service, departments in their order; `parent` is the key of the one above, or null."""
    rows = Office.objects.filter(active=True).order_by("position", "id").values(*PUBLIC, "parent__key")
    return [{**row, "parent": row.pop("parent__key")} for row in rows]


def all_offices() -> list[dict[str, Any]]:
    """The same for whoever keeps the tree: closed ones too, with what only administrators set."""
    extra = ("position", "active", "capacity", "accept_seconds")
    rows = Office.objects.order_by("position", "id").values(*PUBLIC, *extra, "parent__key")
    return [{**row, "parent": row.pop("parent__key")} for row in rows]


def destinations() -> list[dict[str, Any]]:
    """Places outside to send people to."""
    return list(Destination.objects.filter(active=True).values("id", *OUTSIDE))


OUTSIDE = ("name", "group", "phone", "address", "hours")


def staff(*, words: str, after: int, limit: int) -> tuple[list[dict[str, Any]], int | None]:
    """People who work here as they were entered, from behind `after`; `words` match a part of name or username."""
    people = User.objects.filter(role__in=set(Role) - {Role.CITIZEN}, pk__gt=after).order_by("pk")
    if words:
        people = people.filter(name__contains=words) | people.filter(username__contains=words.lower())
    page = list(people[: limit + 1])
    held = posts([person.pk for person in page[:limit]])
    items = [staff_card(person, held.get(person.pk, [])) for person in page[:limit]]
    return items, page[limit - 1].pk if len(page) > limit else None


def staff_card(person: User, held: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": person.pk,
        "name": person.name,
        "username": person.username,
        "role": person.role,
        "staff_number": person.staff_number,
        "active": person.is_active,
        "invited": not person.has_usable_password(),
        "last_login": person.last_login,
        "posts": held,
    }


def one_of_staff(person: User) -> dict[str, Any]:
    return staff_card(person, posts([person.pk]).get(person.pk, []))


def post(post_id: int) -> Post:
    """A post by its id, for whoever manages staff."""
    found = Post.objects.select_related("office", "user").filter(pk=post_id).first()
    if found is None:
        raise NotFound
    return found
