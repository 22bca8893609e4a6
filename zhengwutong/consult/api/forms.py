"""Pieces of forms used by several doors, with the limits everybody keeps to."""

from __future__ import annotations

from typing import Annotated

from ninja import Path
from pydantic import Field, StringConstraints

from zhengwutong.kernel.shape import Shape

Id = Annotated[int, Path(ge=1, lt=2**63)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Body = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"\S")]
Slug = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Subject = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Words = Annotated[str, StringConstraints(max_length=2000)]
Seq = Annotated[int, Field(ge=1, lt=2**63)]


class Said(Shape):
    """Where a message ended up; `repeated`: it had been stored before under this key."""

    stream: int
    seq: int
    at: int = Field(description="milliseconds since 1970 UTC")
    repeated: bool
