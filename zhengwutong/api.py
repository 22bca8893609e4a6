"""The HTTP API: the rooms' routers put together. `contract/openapi.json` is generated from it."""

from __future__ import annotations

from zhengwutong.cases.api import router as cases
from zhengwutong.consult.api import router as consult
from zhengwutong.duty.api import router as duty
from zhengwutong.kernel.endpoint import service
from zhengwutong.people.api import router as people

api = service()
api.add_router("", people)
api.add_router("", duty)
api.add_router("", consult)
api.add_router("", cases)
