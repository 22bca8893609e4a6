"""What a real installation writes into its log: never a word, a name, a number, a password or the key of a session."""

from __future__ import annotations

import json

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.access.canaries import MARK, NUMBER, plant
from tests.servers.service import Installation

AUTH = "/_allauth/browser/v1/auth"


def test_the_log_tells_nothing_of_what_was_said(small: Installation) -> None:
    with httpx.Client(base_url=small.url, trust_env=False, timeout=20) as browser:
        session = somebody_comes_and_asks(browser)
        everything_goes_wrong(browser)
    said_by_socket(small, session)
    small.term()
    log = small.servers[0].log
    small.start()
    assert not MARK.findall(log.encode())
    assert not NUMBER.findall(log.encode())
    assert session not in log


def post(browser: httpx.Client, path: str, body: object) -> httpx.Response:
    token = {"X-CSRFToken": browser.cookies.get("csrf", "")}
    return browser.post(path, content=body if isinstance(body, str) else json.dumps(body), headers=token)


def somebody_comes_and_asks(browser: httpx.Client) -> str:
    """Registers and asks; the key of his session."""
    browser.headers["Content-Type"] = "application/json"
    browser.get("/api/me")
    who = {"username": "wang-xiaoming", "password": plant("password"), "name": plant("name")[:20]}
    assert post(browser, f"{AUTH}/signup", who).status_code == 200
    assert post(browser, "/api/consultations", {"desk": "labour", "body": plant("word"), "key": "k"}).status_code == 201
    return browser.cookies["session"]


def everything_goes_wrong(browser: httpx.Client) -> None:
    """Whatever is refused, broken or not there, with private words in it."""
    word = plant("word")
    post(browser, f"{AUTH}/login", {"username": "wang-xiaoming", "password": word})
    post(browser, f"{AUTH}/code/request", {"phone": "13990000001"})
    post(browser, "/api/consultations", {"desk": word, "body": word, "key": word})
    post(browser, "/api/consultations", f'{{"body": "{word}"')
    post(browser, f"/api/consultations/{word}/entries", {"body": word})
    browser.get(f"/api/people/invitations/{word}")
    browser.get("/api/cases/lookup", params={"number": word, "code": word[:8]})
    browser.get(f"/{word}?{word}", headers={"Cookie": f"session={word}", "User-Agent": word, "Referer": word})
    browser.get("/api/me", headers={"Host": word})


def said_by_socket(small: Installation, session: str) -> None:
    """Frames good and bad, and a connection with a session nobody has."""
    url, word = small.url.replace("http", "ws") + "/ws", plant("word")
    for key in (session, word):
        try:
            with connect(url, origin=small.url, additional_headers={"Cookie": f"session={key}"}, proxy=None) as line:  # type: ignore[arg-type]
                for frame in ('{"t":"hello"}', f'{{"t":"send","stream":1,"key":"k","body":"{word}"}}', word, "{"):
                    line.send(frame)
                    line.recv(timeout=10)
                line.send(word.encode())
        except WebSocketException:
            pass
