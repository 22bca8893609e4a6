"""Requests no client of ours would send, one line a case: bodies, types, queries and headers that are wrong.

Each is sent to every operation; the answer must be a refusal as the API says it, or an ordinary answer where what is
wrong does not matter to it, and never a 5xx.
"""

from __future__ import annotations

from typing import Any, NamedTuple

JSON = "application/json"
DEEP = b"[" * 100_000


class Odd(NamedTuple):
    """`query` is added to the address, `headers` to the request."""

    name: str
    body: bytes | None = None
    query: str = ""
    headers: dict[str, Any] = {}


def body(name: str, data: bytes, kind: str = JSON) -> Odd:
    return Odd(name, data, headers={"Content-Type": kind})


def query(name: str, text: str) -> Odd:
    return Odd(name, query=text)


def header(name: str, field: str, value: str | bytes) -> Odd:
    return Odd(name, headers={field: value})


BODIES = [
    body("nothing", b""),
    body("half an object", b'{"desk":'),
    body("null", b"null"),
    body("a number", b"1"),
    body("a list", b"[]"),
    body("an empty object", b"{}"),
    body("unknown fields", b'{"__proto__":{},"role":"system_admin","is_active":true,"id":1}'),
    body("100,000 lists deep", DEEP),
    body("100,000 objects deep", b'{"a":' * 100_000),
    body("NaN", b'{"level":NaN,"hours":NaN}'),
    body("a number of 5,000 digits", b'{"level":' + b"9" * 5_000 + b"}"),
    body("a number beyond any float", b'{"level":1e999}'),
    body("names twice", b'{"key":"a","key":{"b":1}}'),
    body("a NUL", b'{"body":"a\\u0000b","key":"k","desk":"first-desk"}'),
    body("half a character", b'{"body":"\\ud800","key":"k","desk":"first-desk"}'),
    body(
        "half a character in a name",
        b'{"username":"\\udc00","password":"\\ud800","email":"\\ud800@x.cn","code":"\\ud800"}',
    ),
    body("a NUL in a name", b'{"username":"a\\u0000","password":"\\u0000","phone":"\\u0000","code":"\\u0000"}'),
    body("objects for names", b'{"username":{"$ne":1},"password":["x"],"email":1,"phone":true,"code":null}'),
    body("no UTF-8", b'{"body":"\xff\xfe","key":"k"}'),
    body("UTF-16", '{"key":"k"}'.encode("utf-16"), "application/json; charset=utf-16"),
    body("an unknown charset", b"{}", "application/json; charset=klingon"),
    body("a byte order mark", b"\xef\xbb\xbf{}"),
    body("a form", b"desk=first-desk&body=x", "application/x-www-form-urlencoded"),
    body("a form in parts", b"--x\r\n\r\nbroken", "multipart/form-data; boundary=x"),
    body("a form in parts without a boundary", b"--x", "multipart/form-data"),
    body("XML", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "text/xml"),
    body("no type at all", b"{}", ""),
    body("300,000 bytes", b'{"body":"' + b"x" * 300_000 + b'"}'),
    body("compressed, it says", b"\x1f\x8b\x08\x00broken"),
]

QUERIES = [
    query("a NUL", "state=%00&q=a%00b&after=%00"),
    query("no UTF-8", "q=%ff%fe&state=%c0%af&desk=%ff"),
    query("broken escapes", "q=%&state=%zz&after=%u1234"),
    query("names twice", "limit=1&limit=2&after=1&after=x&day=1&day=2"),
    query("huge numbers", "limit=99999999999999999999&after=-9223372036854775809&before=1e400"),
    query("words for numbers", "limit=NaN&after=Infinity&before=null&limit=true"),
    query("lists and objects", "limit[]=1&after[$ne]=1&day[a]=b"),
    query("impossible days", "day=2026-02-30&from=0000-00-00&to=9999-99-99&month=2026-13"),
    query("far days", "day=9999-12-31&from=0001-01-01&to=9999-12-31&month=9999-12&start=0001-01-01"),
    query("5,000 letters", "q=" + "长" * 1_000 + "&desk=" + "x" * 5_000),
    query("1,001 names", "&".join(f"n{number}=1" for number in range(1_001))),
    query("an injection", "desk=' OR 1=1 --&state=open'&q=%27%3B DROP TABLE"),
]

HEADERS = [
    header("a session of strange letters", "Cookie", b"session=\xff\xfe"),
    header("a session with a NUL", "Cookie", 'session="a\\000b"'),
    header("a broken cookie", "Cookie", ";;=;session=;\x22"),
    header("a wrong token", "X-CSRFToken", "x" * 32),
    header("a token of strange letters", "X-CSRFToken", b"\xff" * 32),
    header("a foreign host", "Host", "evil.example"),
    header("no host at all", "Host", ""),
    header("a host that is none", "Host", "a b<script>"),
    header("a foreign origin", "Origin", "https://evil.example"),
    header("an origin that is no address", "Origin", "http://[::1"),
    header("a referrer that is no address", "Referer", "http://[::1"),
    header("another method, it says", "X-HTTP-Method-Override", "DELETE"),
    header("languages nobody speaks", "Accept-Language", "x;q=y, " * 500),
    header("types nobody knows", "Accept", "klingon/*; q=nan"),
    header("a range of nothing", "Range", "bytes=9-1,-,x-"),
    header("a date that is none", "If-Modified-Since", "Thu, 99 Foo 99999 99:99:99 GMT"),
    header("a proxy's word", "X-Forwarded-For", "'; DROP TABLE, 999.1.1.1"),
    header("a proxy's scheme", "X-Forwarded-Proto", "gopher"),
    header("a name with an underscore", "X_FORWARDED_FOR", "1.1.1.1"),
]

# Doors beside the contract: sign-in, pages, files, and what is looked for by those who look for holes.
SIGN_IN = (
    *("login", "signup", "code/request", "code/confirm", "password/request", "password/reset"),
    *("2fa/authenticate", "email/verify", "phone/verify", "reauthenticate"),
)
OTHER_DOORS = [
    *(("POST", f"/_allauth/browser/v1/auth/{door}") for door in SIGN_IN),
    ("GET", "/_allauth/browser/v1/auth/session"),
    ("GET", "/_allauth/browser/v1/config"),
    ("POST", "/_allauth/browser/v1/account/password/change"),
    ("PUT", "/_allauth/browser/v1/account/email"),
    ("GET", "/_allauth/app/v1/auth/session"),
    *(("GET", path) for path in ("/", "/healthz", "/readyz", "/sw.js", "/static/app/manifest.json", "/welcome/x")),
]

PATHS = [
    "/api/consultations/%00",
    "/api/consultations/%FF",
    "/api/consultations/9223372036854775808",
    "/api/consultations/-1",
    "/api/consultations/1e3",
    "/api/consultations/١٢",
    "/api/consultations/1%2F..%2F2",
    "/api/admin/offices/%00",
    "/api/admin/offices/%ED%A0%80",
    "/api/people/invitations/%00",
    "/api/people/invitations/" + "x" * 4_000,
    "/api//me",
    "/api/../etc/passwd",
    "/static/app/..%2f..%2f..%2fetc/passwd",
    "/static/app/%00",
    "/static/app/assets/" + "x" * 5_000,
    "/%00",
    "/%FF%FE",
    "/;/%2e%2e/",
    "/_allauth/browser/v1/%00",
]
