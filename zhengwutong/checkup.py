"""What an installation needs, looked at one by one: what is missing or unsafe, and how to mend it.

Each check gives one finding. A check never changes anything and never raises: what it cannot find out is a finding too.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from zhengwutong.demo.world import accounts
from zhengwutong.kernel import clock, durability
from zhengwutong.kernel.audit import first_broken
from zhengwutong.people.models import Role, User
from zhengwutong.workdays.models import Day

LEAST_SPACE = 2 * 1024**3  # bytes
MOST_SKEW = 2.0  # seconds between this machine's clock and the database's


class Level(Enum):
    FINE = "好"
    ADVICE = "建议"
    WRONG = "问题"


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, and, unless fine, what to do about it."""

    what: str
    level: Level
    is_so: str
    mend: str = ""


def findings() -> Iterator[Finding]:
    """Everything, in the order in which it is mended: each later check may rest on the earlier ones."""
    for what, check in CHECKS.items():
        try:
            level, is_so, mend = check()
        except (OSError, DatabaseError, redis.RedisError) as problem:
            level, is_so, mend = Level.WRONG, f"查不了：{type(problem).__name__}", "先解决前面的问题，再运行一次"
        yield Finding(what, level, is_so, mend)


Answer = tuple[Level, str, str]


def database() -> Answer:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Level.FINE, f"{connection.vendor} 可以连接", ""


def durable() -> Answer:
    try:
        durability.require()
    except durability.NotDurable as refusal:
        return Level.WRONG, str(refusal), "按上面的说明改好设置再启动；服务在此之前会拒绝启动"
    return Level.FINE, "确认之前一定写到磁盘", ""


def migrated() -> Answer:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Level.WRONG, f"还有 {len(waiting)} 步没有做", "运行 zhengwutong migrate"
    return Level.FINE, "表结构是最新的", ""


def seeded() -> Answer:
    year = clock.local(clock.now()).year
    if not Day.objects.filter(date__year=year).exists():
        return Level.WRONG, f"没有 {year} 年的工作日历", "运行 zhengwutong migrate"
    if not Day.objects.filter(date__year=year + 1, provisional=False).exists():
        return Level.ADVICE, f"{year + 1} 年的节假日还没有公布，期限会注明“暂定”", "公布后由管理员录入"
    return Level.FINE, f"{year} 年和 {year + 1} 年都有", ""


def administrator() -> Answer:
    if not User.objects.filter(role=Role.SYSTEM_ADMIN, is_active=True).exists():
        return Level.WRONG, "还没有系统管理员", "运行 zhengwutong init"
    return Level.FINE, "有系统管理员", ""


def machine_clock() -> Answer:
    """This machine's clock against the database's; an embedded database has the same one."""
    if connection.vendor != "postgresql":
        return Level.FINE, f"{clock.local(clock.now()):%Y-%m-%d %H:%M:%S}（北京时间），请核对", ""
    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        skew = abs(float(cursor.fetchone()[0]) - (before + time.time()) / 2)
    if skew > MOST_SKEW:
        return Level.WRONG, f"与数据库的时钟相差 {skew:.0f} 秒", "在两台机器上启用 NTP 对时"
    return Level.FINE, f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC，与数据库一致", ""


def fonts() -> Answer:
    """Only documents made on this machine need a font with Chinese characters; the pages use the reader's own."""
    if shutil.which("fc-list") is None:
        return Level.ADVICE, "没有 fontconfig，看不到字体", "在 Debian 上：apt-get install fontconfig fonts-noto-cjk"
    found = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False).stdout
    if not found.strip():
        return Level.ADVICE, "没有中文字体，将来导出的文件会缺字", "在 Debian 上：apt-get install fonts-noto-cjk"
    return Level.FINE, f"有中文字体，例如 {found.splitlines()[0].split(',')[0]}", ""


def secret() -> Answer:
    return kept("secret.key", "ZHENGWUTONG_SECRET")


def metrics_token() -> Answer:
    return kept("metrics.token", "ZHENGWUTONG_METRICS_TOKEN")


def kept(name: str, variable: str) -> Answer:
    """A secret, in the environment or in a file of the data folder that nobody else may read."""
    if os.environ.get(variable):
        return Level.FINE, "由环境变量给出", ""
    if not (settings.DATA / name).exists():
        return Level.WRONG, f"没有 {name}", "运行 zhengwutong migrate，会自动生成"
    return private(settings.DATA / name)


def private(file: Path) -> Answer:
    if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Level.WRONG, f"{file.name} 别人也能读", f"chmod 600 {file}"
    return Level.FINE, f"{file.name} 只有本人能读", ""


def space() -> Answer:
    free = shutil.disk_usage(settings.DATA).free
    level = Level.WRONG if free < LEAST_SPACE else Level.FINE
    return (
        level,
        f"数据目录所在磁盘还有 {free / 1024**3:.1f} GB",
        "" if level is Level.FINE else "清理或扩容，至少留 2 GB",
    )


def bell() -> Answer:
    if not settings.VALKEY_URL:
        needed = connection.vendor == "postgresql"
        says = "没有设 VALKEY_URL，多个进程之间要靠轮询" if needed else "单进程，不需要"
        return (Level.ADVICE if needed else Level.FINE), says, "多进程时设置 VALKEY_URL" if needed else ""
    redis.Redis.from_url(settings.VALKEY_URL, socket_timeout=3).ping()
    return Level.FINE, "Valkey 可以连接", ""


def origin() -> Answer:
    if not settings.SECURE:
        return (
            Level.ADVICE,
            "没有设 https 网址，会话 Cookie 不带 Secure",
            "对外服务前放到 TLS 反向代理后面，并设 ZHENGWUTONG_ORIGIN=https://…",
        )
    return Level.FINE, settings.ORIGIN, ""


def mail() -> Answer:
    if not os.environ.get("ZHENGWUTONG_MAIL"):
        return Level.ADVICE, "没有邮件服务器，验证码只写进数据目录", "设 ZHENGWUTONG_MAIL=smtp://用户:密码@主机:587"
    return Level.FINE, "已设置邮件服务器", ""


def client() -> Answer:
    if not (settings.CLIENT / "index.html").exists():
        return Level.WRONG, "网页客户端没有构建", "运行 make run，或在 web 目录 npm ci && npm run build"
    return Level.FINE, "已构建", ""


def demo() -> Answer:
    if accounts(settings.DATA) and settings.SECURE:
        return Level.WRONG, "对外的安装里有演示账号", "正式安装请换一个数据目录，用 zhengwutong init"
    return Level.FINE, "没有对外开放的演示账号", ""


def audit_chain() -> Answer:
    broken = first_broken()
    if broken is not None:
        return Level.WRONG, f"审计记录从第 {broken} 条起对不上", "保全数据库副本，立即报告审计管理员"
    return Level.FINE, "审计记录完整", ""


CHECKS: dict[str, Callable[[], Answer]] = {
    "数据库": database,
    "落盘": durable,
    "表结构": migrated,
    "时钟": machine_clock,
    "密钥": secret,
    "指标令牌": metrics_token,
    "磁盘": space,
    "通知": bell,
    "网址": origin,
    "邮件": mail,
    "字体": fonts,
    "客户端": client,
    "管理员": administrator,
    "工作日历": seeded,
    "演示": demo,
    "审计": audit_chain,
}
