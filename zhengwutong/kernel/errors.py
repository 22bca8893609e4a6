"""The one error family: a code for machines, a sentence for people.

A refusal is rendered in two places only: `kernel.endpoint` (HTTP) and `gateway.session` (socket).
Anything else that is raised is a defect and becomes a 500 without details.
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """Something the service will not do, said in the user's words. `facts` are safe to show to the caller."""

    code = "refused"
    status = 400
    text = "这一步现在做不了。"

    def __init__(self, text: str | None = None, /, **facts: Any) -> None:
        self.text = text or type(self).text
        self.facts = facts
        super().__init__(self.text)


class NotFound(Refusal):
    """Not there, or not yours: deliberately the same answer."""

    code, status, text = "not_found", 404, "没有找到，或者您没有权限查看。"


class SignInNeeded(Refusal):
    code, status, text = "sign_in_needed", 401, "请先登录。"


class NotAllowed(Refusal):
    """The caller may know that the thing exists, but not do this to it."""

    code, status, text = "not_allowed", 403, "您不能做这一步。"


class Invalid(Refusal):
    """Input that cannot be accepted; `fields` in facts names each field and what to do about it."""

    code, status, text = "invalid", 422, "填写的内容需要修改。"


class Conflict(Refusal):
    """True a moment ago, not any more: somebody else moved first, or the state forbids the move."""

    code, status, text = "conflict", 409, "情况已经变化，请刷新后再试。"


class KeyReused(Refusal):
    code, status, text = "key_reused", 409, "这个消息编号已经用过，内容不同。"


class StreamClosed(Refusal):
    code, status, text = "closed", 409, "这次对话已经结束。"


class TooLong(Refusal):
    code, status, text = "too_long", 413, "内容太长，请分几次发送。"


class TooSlow(Refusal):
    """The request did not arrive in time; nothing was done."""

    code, status, text = "too_slow", 408, "网络太慢，请求没有收全，请重试。"


class TooFast(Refusal):
    """A limit was reached; `retry_after` in facts is in seconds."""

    code, status, text = "too_fast", 429, "操作太快，请稍后再试。"


class Unavailable(Refusal):
    """A part we depend on does not answer; nothing was stored. Try again with the same key."""

    code, status, text = "unavailable", 503, "系统暂时没能保存，请稍后再试，内容不会丢。"
