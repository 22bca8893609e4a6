"""Ask a department and print what its officer says: a client written from docs/protocol.md alone.

    python examples/ask.py http://127.0.0.1:8000 tax "个体户怎么开发票？" --reply "谢谢，要带身份证吗？"

Without --user it asks from a new anonymous account; with it the password comes from ZHENGWUTONG_PASSWORD. It survives
lost connections: it remembers one number, and keeps each message with its key until it is acknowledged.
"""

import argparse
import json
import os
import random
import secrets
import time
from http.cookiejar import CookieJar
from urllib.error import HTTPError, URLError
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

AGAIN = {"too_fast", "unavailable"}  # refusals after which the same message is sent again
NO_USE = {4401: "请先登录。", 4403: "来源不被允许。"}  # close codes after which there is no coming back


def new_key():
    """My own id of a message; keys grow with time."""
    return f"{int(time.time() * 1000):x}-{secrets.token_hex(4)}"


class Service:
    """The service over HTTP, with its cookies."""

    def __init__(self, url):
        self.url, self.cookies = url.rstrip("/"), CookieJar()
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(self.cookies))

    def call(self, method, path, body=None):
        """One request, repeated while the service is away; ends the program with the reason of a refusal."""
        token = next((cookie.value for cookie in self.cookies if cookie.name in ("csrf", "__Host-csrf")), "")
        headers = {"Content-Type": "application/json", "Origin": self.url, "X-CSRFToken": token}
        data = None if body is None else json.dumps(body).encode()
        for pause in (0.5, 1, 2, 4, 8, 0):
            try:
                with self.opener.open(Request(self.url + path, data, headers, method=method), timeout=20) as answer:
                    return json.load(answer)
            except HTTPError as refusal:
                told = json.load(refusal) if "json" in refusal.headers.get("Content-Type", "") else {}
                problem = told.get("text") or f"{refusal.code} {told.get('errors', '')}"
                if refusal.code not in (429, 502, 503):
                    break
                pause = pause and told.get("retry_after", pause)
            except (URLError, OSError) as lost:
                problem = f"没有连上：{lost}"
            time.sleep(pause)
        raise SystemExit(problem)

    def socket(self):
        cookie = "; ".join(f"{one.name}={one.value}" for one in self.cookies)
        address = self.url.replace("http", "ws", 1) + "/ws"
        return connect(address, origin=self.url, additional_headers={"Cookie": cookie}, compression=None, proxy=None)


class Conversation:
    """One consultation's stream: what I have of it, what of mine is not acknowledged yet, and when I am done."""

    def __init__(self, me, stream, reply):
        self.me, self.stream, self.reply, self.have = me, stream, reply, 0
        self.unacknowledged, self.names, self.answers = {}, {me: "我"}, 0
        self.pause, self.over = 0.5, False

    def follow(self, service):
        """Listen, and come back after every loss, until it is over."""
        while True:
            try:
                with service.socket() as socket:
                    self.say(socket, t="hello", cursors={str(self.stream): self.have})
                    while not self.over:
                        self.take(socket, json.loads(self.hear(socket)))
                    return
            except ConnectionClosed as closed:
                if closed.rcvd and closed.rcvd.code in NO_USE:
                    raise SystemExit(NO_USE[closed.rcvd.code]) from None
            except (OSError, TimeoutError, InvalidHandshake):
                pass
            print("[连接断开，正在重连]", flush=True)
            time.sleep(self.pause * random.uniform(0.5, 1))
            self.pause = min(2 * self.pause, 30)

    def hear(self, socket):
        """The next frame; a line that is silent for half a minute is asked, and given up when it does not answer."""
        try:
            return socket.recv(timeout=30)
        except TimeoutError:
            self.say(socket, t="ping")
            return socket.recv(timeout=30)

    def say(self, socket, **frame):
        socket.send(json.dumps(frame))

    def send(self, socket, key):
        self.say(socket, t="send", stream=self.stream, key=key, body=self.unacknowledged[key])

    def take(self, socket, frame):
        """One frame from the server; what is not known is ignored."""
        match frame["t"]:
            case "entry" if frame["stream"] == self.stream:
                self.entries(socket, [frame], more=False)
            case "entries" if frame["stream"] == self.stream:
                self.entries(socket, frame["items"], frame["more"])
            case "caught_up":
                self.pause = 0.5
                for key in self.unacknowledged:
                    self.send(socket, key)
            case "ack":
                body = self.unacknowledged.pop(frame["key"], None)
                if body is not None and frame["seq"] == self.have + 1:  # stands for the entry, which does not come
                    self.have = frame["seq"]
                    print(f"我：{body}", flush=True)
            case "err":
                self.refused(socket, frame)
            case "hint" if frame.get("stream") == self.stream and frame["data"]["kind"] == "place":
                self.show_place(frame["data"])

    def refused(self, socket, frame):
        if frame["code"] == "old_cursor":
            self.have = 0
            self.say(socket, t="fetch", stream=self.stream, after=0)
        elif frame.get("key") in self.unacknowledged and frame["code"] in AGAIN:
            time.sleep(frame.get("retry_after") or 1)
            self.send(socket, frame["key"])
        elif self.unacknowledged.pop(frame.get("key"), None):
            print(f"[没有发出：{frame['text']}]", flush=True)

    def entries(self, socket, items, more):
        """Show what follows the last number I have, each entry once; fetch what is missing in between."""
        for entry in items:
            if entry["seq"] == self.have + 1:
                self.have = entry["seq"]
                self.show(socket, entry)
        if more or (items and items[-1]["seq"] > self.have):
            self.say(socket, t="fetch", stream=self.stream, after=self.have)

    def show(self, socket, entry):
        data = entry.get("data") or {}
        match entry["kind"]:
            case "queued":
                self.show_place(data)
            case "message_left":
                print("[现在不是办公时间，已留言]", flush=True)
                self.over = True
            case "assigned":
                self.names[data["officer"]["id"]] = data["officer"]["name"]
                print(f"[值班员{data['officer']['name']}开始服务]", flush=True)
            case "text":
                print(f"{self.names.get(entry['author'], '值班员')}：{entry['body']}", flush=True)
                if entry["author"] != self.me:
                    self.answered(socket)
            case "ended":
                print("[咨询结束]", flush=True)
                self.over = True

    def show_place(self, data):
        wait = "" if data["eta_minutes"] is None else f"，约 {data['eta_minutes']} 分钟"
        print(f"[排在第 {data['place']} 位{wait}]", flush=True)

    def answered(self, socket):
        """The officer has said something: reply once, or be done."""
        self.answers += 1
        if self.reply and self.answers == 1:
            key = new_key()
            self.unacknowledged[key] = self.reply
            self.send(socket, key)
        else:
            self.over = not self.unacknowledged


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("url")
    parser.add_argument("desk", help="key of a department, as in GET /api/duty/board")
    parser.add_argument("question")
    parser.add_argument("--reply", help="say this once after the first answer, and wait for the next")
    parser.add_argument("--user", help="sign in instead of asking anonymously")
    words = parser.parse_args()
    service = Service(words.url)
    service.call("GET", "/api/me")  # brings the CSRF cookie
    if words.user:
        login = {"username": words.user, "password": os.environ.get("ZHENGWUTONG_PASSWORD", "")}
        service.call("POST", "/_allauth/browser/v1/auth/login", login)
        me = service.call("GET", "/api/me")["user"]["id"]
    else:
        me = service.call("POST", "/api/people/anonymous", {})["user"]["id"]
    question = {"desk": words.desk, "body": words.question, "key": new_key()}
    asked = service.call("POST", "/api/consultations", question)
    print(f"[{asked['desk']['name']} {asked['number']}]", flush=True)
    Conversation(me, asked["stream"], words.reply).follow(service)


if __name__ == "__main__":
    main()
