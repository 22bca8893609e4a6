"""常用语: an officer's own, his departments', the province's. Found by title, words or the initials of the pinyin."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from types import ModuleType

from django.db.models import Case, Q, QuerySet, When

from zhengwutong.consult.models import Phrase
from zhengwutong.duty.queries import chain
from zhengwutong.kernel.errors import Invalid, NotFound
from zhengwutong.kernel.transaction import write
from zhengwutong.people.models import Office, User

MOST_OWN = 200
PROVINCE = (
    ("开场", "您好，这里是网上值班室，我是值班员。请问有什么可以帮您？"),
    ("没听懂", "{称呼}，您是想问……，我理解得对吗？"),
    ("要查证", "这件事我核实一下，请稍等片刻。"),
    ("等久了", "让您久等了，还在核实，大约再要 3 分钟。您可以先去忙，有答复会通知您。"),
    ("转部门", "这件事由……负责，我帮您转过去，前面的话他们能看到，您不用重讲。"),
    ("转后台", "您的问题需要进一步核实，已转……办理，编号 {编号}，{截止日}前答复您。可在“我的办件”查看。"),
    ("不属本单位", "这件事由……负责，电话……，地址……，工作日 8:30–17:00。您也可以拨打 12345。"),
    ("政策不允许", "按《……》第……条，目前还不能办。原因是……。您可以考虑……。"),
    ("自己答错", "对不起，我刚才说得不准确，更正如下：……"),
    ("情绪激动", "我明白这件事让您着急。我先把情况记下来，马上给您查。"),
    ("结束", "还有别的需要我帮忙吗？请您给这次服务打个分，谢谢。"),
)


def seed() -> None:
    """The province's phrases, where there are none yet."""
    if Phrase.objects.filter(owner__isnull=True, office__isnull=True).exists():
        return
    Phrase.objects.bulk_create(
        Phrase(title=title, body=body, initials=initials(title), position=position)
        for position, (title, body) in enumerate(PROVINCE)
    )


def initials(title: str) -> str:
    """The first letter of each character's pinyin, as typed after `/`: 没听懂 is mtd."""
    letters = pinyin().lazy_pinyin(title, style=pinyin().Style.FIRST_LETTER, errors="default")
    return "".join(letters).replace(" ", "").lower()[:60]


@cache
def pinyin() -> ModuleType:
    """Its dictionaries are 57 MB and a third of a second: they come with the first phrase somebody enters."""
    return import_module("pypinyin")


def visible(officer: User, desks: Sequence[Office]) -> QuerySet[Phrase]:
    """His own first, then those of his desks and the departments above them, then the province's."""
    above = dict(Office.objects.values_list("pk", "parent"))
    offices = {office for desk in desks for office in chain(desk.pk, above)}
    province = Q(owner__isnull=True, office__isnull=True)
    found = Phrase.objects.filter(Q(owner=officer) | Q(office__in=offices) | province).select_related("office")
    return found.alias(shared=Case(When(owner=officer, then=0), When(office__in=offices, then=1), default=2)).order_by(
        "shared", "position", "id"
    )


def search(phrases: QuerySet[Phrase], q: str) -> QuerySet[Phrase]:
    """Those whose initials begin with, or whose title or words contain, what was typed."""
    typed = q.strip()
    if not typed:
        return phrases
    return phrases.filter(Q(initials__startswith=typed.lower()) | Q(title__icontains=typed) | Q(body__icontains=typed))


def add(officer: User, *, title: str, body: str) -> Phrase:
    """A phrase of one's own. Refuses (`Invalid`) more than two hundred."""
    with write():
        if Phrase.objects.filter(owner=officer).count() >= MOST_OWN:
            raise Invalid(f"常用语最多 {MOST_OWN} 条，请先删去不用的。")
        return Phrase.objects.create(owner=officer, title=title, body=body, initials=initials(title))


def change(officer: User, phrase_id: int, *, title: str | None, body: str | None) -> Phrase:
    """Change one's own phrase; anybody else's is not there."""
    with write():
        phrase = own(officer, phrase_id)
        phrase.title = title if title is not None else phrase.title
        phrase.body = body if body is not None else phrase.body
        phrase.initials = initials(phrase.title)
        phrase.save()
        return phrase


def remove(officer: User, phrase_id: int) -> None:
    """Delete one's own phrase."""
    with write():
        own(officer, phrase_id).delete()


def own(officer: User, phrase_id: int) -> Phrase:
    phrase = Phrase.objects.filter(owner=officer, pk=phrase_id).first()
    if phrase is None:
        raise NotFound
    return phrase
