"""What an endpoint answers with, as a type.

Plain pydantic: django-ninja's own Schema takes each value apart and puts it together again, once when it is made and
once more when it is sent, which was most of what a list of fifty lines cost.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """An answer or a part of one. Made by hand it is sent as it is; a row or a dict is checked on its way out."""

    model_config = ConfigDict(from_attributes=True)
