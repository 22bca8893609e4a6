"""Two shapes of one name would silently become one in the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ninja import Schema

from zhengwutong.api import api


def shapes(above: type[Schema]) -> Iterator[type[Schema]]:
    for shape in above.__subclasses__():
        yield shape
        yield from shapes(shape)


def test_every_shape_of_the_api_has_a_name_of_its_own() -> None:
    assert api.get_openapi_schema()["paths"]
    places = {(shape.__name__, shape.__module__) for shape in shapes(Schema) if "[" not in shape.__name__}
    twice = [name for name, count in Counter(name for name, _ in places).items() if count > 1]
    assert twice == []
