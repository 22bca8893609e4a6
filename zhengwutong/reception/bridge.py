"""Between the event loop and Django: bodies in, answers out, and whose request is worked on next.

    body gathered on the loop ──► turn ──► Django in a thread ──► answer sent from the loop

A thread is taken for as long as Django works, never for as long as somebody sends or reads.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings

from zhengwutong.kernel import requests
from zhengwutong.kernel.endpoint import encoded
from zhengwutong.kernel.errors import Refusal, TooFast, TooLong, TooSlow
from zhengwutong.kernel.limits import neighbourhood
from zhengwutong.reception.turns import Turns

Headers = list[tuple[bytes, bytes]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
THREADS = 12
WITHOUT_BODY = (204, 304)


@dataclass
class Answer:
    """What Django answered, whole."""

    status: int = 500
    headers: Headers = field(default_factory=list)
    body: bytes = b""


class HungUp(Exception):
    """The other side is gone; there is nobody to answer."""


class Bridge:
    """The ASGI application that serves HTTP by a WSGI one."""

    def __init__(self, wsgi: Wsgi) -> None:
        self.wsgi = wsgi
        self.limits: dict[str, int] = settings.HTTP_LIMITS
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="http")
        self.turns = Turns(THREADS, self.limits["address_threads"], self.limits["address_waiting"])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            answer = await self.answered(scope, receive)
        except HungUp:
            return
        except Refusal as refusal:
            requests.count_refusal(refusal.code)
            answer = refused(refusal)
        if answer.status not in WITHOUT_BODY and not any(name == b"content-length" for name, _ in answer.headers):
            answer.headers.append((b"content-length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def answered(self, scope: Any, receive: Any) -> Answer:
        """Django's answer. Refuses a body too large or too slow, and an address with too many requests waiting."""
        body = await self.gathered(scope, receive)
        address = scope["client"][0] if scope.get("client") else ""
        exempt = address in settings.ADDRESSES_WITHOUT_LIMIT
        async with self.turns.one(neighbourhood(address), exempt=exempt):
            return await asyncio.get_running_loop().run_in_executor(self.pool, self.work, environment(scope, body))

    async def gathered(self, scope: Any, receive: Any) -> bytes:
        most = self.limits["body_bytes"]
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if announced.isdigit() and int(announced) > most:
            raise TooLong
        body = bytearray()
        try:
            async with asyncio.timeout(self.limits["body_seconds"]):
                while (message := await receive())["type"] == "http.request":
                    body += message["body"]
                    if len(body) > most:
                        raise TooLong
                    if not message.get("more_body"):
                        return bytes(body)
        except TimeoutError as error:
            raise TooSlow from error
        raise HungUp

    def work(self, environ: dict[str, Any]) -> Answer:
        """In a thread: have Django answer, and take the answer whole."""
        answer = Answer()
        parts: list[bytes] = []

        def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], None]:
            answer.status = int(status[:3])
            answer.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            return parts.append

        chunks = self.wsgi(environ, start)
        try:
            parts.extend(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        answer.body = b"".join(parts)
        return answer


def refused(refusal: Refusal) -> Answer:
    """The refusal as the API says it; the connection ends, for what is left of the request is not read."""
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    if isinstance(refusal, TooFast):
        headers.append((b"retry-after", b"1"))
    body = encoded({"code": refusal.code, "text": refusal.text, **refusal.facts})
    return Answer(refusal.status, headers, body)


def environment(scope: Any, body: bytes) -> dict[str, Any]:
    """The request as WSGI has it. A header whose name holds an underscore is left out: it would pass for another."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, value in scope["headers"]:
        name = raw_name.decode("latin-1")
        if "_" in name or name in ("content-length", "transfer-encoding"):
            continue
        key = "CONTENT_TYPE" if name == "content-type" else "HTTP_" + name.upper().replace("-", "_")
        joint = "; " if name == "cookie" else ","
        environ[key] = environ[key] + joint + value.decode("latin-1") if key in environ else value.decode("latin-1")
    return environ
