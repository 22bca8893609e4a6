"""The socket's contract as files: a JSON schema of all frames, and samples of each for the client to be tested with."""

from __future__ import annotations

from typing import Any

import msgspec

from zhengwutong.gateway import frames
from zhengwutong.journal.entries import EntryView

AT = 1_795_400_000_000  # ms since 1970 UTC; samples stand still
INFO = frames.StreamInfo(41, "consultation", True, 7, 5, True)
TEXT = EntryView(41, 6, 12, "text", "您好，请问公积金怎么提取？", AT, "m1k2-0001")
CARD = EntryView(41, 5, None, "assigned", "", AT, None, {"waited_seconds": 106})

FROM_CLIENT: list[msgspec.Struct] = [
    frames.Hello({41: 5}, ["duty"]),
    frames.Send(41, "m1k2-0001", "您好，请问公积金怎么提取？"),
    frames.Seen(41, 6),
    frames.Typing(41),
    frames.Fetch(41, before=6, limit=50),
    frames.Follow(41),
    frames.Unfollow(41),
    frames.Ping(),
]
FROM_SERVER: list[msgspec.Struct] = [
    frames.Welcome(12, AT, "0a1b2c3d", frames.Limits(frames.LONGEST_BODY, frames.LONGEST_FRAME, 20, 60), [INFO]),
    frames.Entry(41, 6, 12, "text", "您好，请问公积金怎么提取？", AT, "m1k2-0001"),
    frames.Entries(41, [CARD, TEXT], True, 6),
    frames.CaughtUp(),
    frames.Ack("m1k2-0001", 41, 6, AT),
    frames.Err("too_fast", "操作太快，请稍后再试。", "m1k2-0001", 41, 0.5),
    frames.SeenBy(41, 13, 6),
    frames.TypingBy(41, 13),
    frames.Joined(INFO),
    frames.Left(41),
    frames.Hint({"waiting": 3}, topic="duty"),
    frames.Pong(AT),
    frames.Bye(1012, "服务正在重启，请稍后重新连接。"),
]


def files() -> dict[str, Any]:
    """Each file's name below `contract/` with what it holds, as plain JSON values."""
    return {
        "frames.json": schema(),
        "samples/from_client.json": samples(FROM_CLIENT),
        "samples/from_server.json": samples(FROM_SERVER),
    }


def schema() -> dict[str, Any]:
    """JSON schema: `from_client` and `from_server` name the frames of each direction, `$defs` describes them."""
    (client, server), definitions = msgspec.json.schema_components([frames.FromClient, frames.FromServer])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "from_client": client,
        "from_server": server,
        "$defs": definitions,
    }


def samples(of: list[msgspec.Struct]) -> list[Any]:
    return [msgspec.json.decode(frames.encode(one)) for one in of]
