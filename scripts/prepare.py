"""Bring the checkout to the point where it can run or be tested, doing only what has not been done yet.

Usage: prepare.py run | test | check | audit | bench. Needs nothing but a Python >= 3.11, and keeps everything it
fetches inside the checkout. A step leaves beside what it made a note of what that was made from.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
UV = VENV / "bin/uv"
WEB = ROOT / "web"
CACHE = ROOT / ".cache"
LOG = CACHE / "prepare.log"


def main() -> None:
    purpose = sys.argv[1] if len(sys.argv) == 2 else ""
    if purpose not in PLANS:
        sys.exit(f"usage: {sys.argv[0]} {' | '.join(PLANS)}")
    os.chdir(ROOT)
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        LOG.write_bytes(b"")
        steps = PLANS[purpose]
        for number, step in enumerate(steps, 1):
            take(step, f"[{number}/{len(steps)}] {step.title}")


@dataclass(frozen=True)
class Step:
    """Nothing is to be done when the note says one of `made_from()`; the first of these is what `work` leads to."""

    title: str
    note: Path
    made_from: Callable[[], list[str]]
    work: Callable[[], None]

    def is_done(self) -> bool:
        return self.note.exists() and self.note.read_text() in self.made_from()


class Failed(Exception):
    """A step cannot be done; the message says what to do about it."""


def take(step: Step, label: str) -> None:
    if step.is_done():
        print(f"{label}: up to date", flush=True)
        return
    print(f"{label} …", flush=True)
    began = time.monotonic()
    step.note.unlink(missing_ok=True)
    try:
        step.work()
    except (Failed, OSError) as problem:
        sys.exit(f"{label} failed: {problem}")
    step.note.write_text(step.made_from()[0])
    print(f"{label}: {time.monotonic() - began:.0f} s", flush=True)


def run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command quietly; when it fails, what it said is shown."""
    with LOG.open("ab+") as log:
        began = log.tell()
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=False,
        )
        if done.returncode:
            log.seek(began)
            sys.stderr.write(log.read().decode(errors="replace"))
            raise Failed(f"{' '.join(str(part) for part in command[:4])} ended with {done.returncode}")


def digest(files: Iterable[Path]) -> str:
    """One number for the names and contents of these files."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"{file.relative_to(ROOT)}\0".encode())
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


# The Python environment


def environment() -> list[str]:
    """Where it is, for scripts in it hold absolute paths, and whether its Python is still there."""
    works = quietly(PYTHON, "-c", "")
    return [f"{ROOT} {digest([ROOT / 'requirements-uv.txt'])} {'works' if works else 'broken'}"]


def make_environment() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    for way in (whole_environment, environment_by_other_pip, environment_by_apt):
        if way():
            break
    else:
        raise Failed("this Python cannot make environments; install it: apt-get install python3-venv")
    run(PYTHON, "-m", "pip", "install", "--require-hashes", "-r", "requirements-uv.txt")


def whole_environment() -> bool:
    """As on most machines: Python brings venv and pip."""
    return quietly(sys.executable, "-m", "venv", "--clear", VENV) and quietly(PYTHON, "-m", "pip", "--version")


def environment_by_other_pip() -> bool:
    """Debian's Python without python3-venv, but with a pip that can install into another environment."""
    return (
        quietly(sys.executable, "-m", "pip", "--version")
        and quietly(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV)
        and quietly(sys.executable, "-m", "pip", "--python", PYTHON, "install", "pip")
    )


def environment_by_apt() -> bool:
    """Debian's Python without either: as root the missing package can be fetched."""
    return apt_install("python3-venv") and whole_environment()


def quietly(*command: str | Path) -> bool:
    try:
        run_unheard(*command)
    except (Failed, OSError):
        return False
    return True


def run_unheard(*command: str | Path) -> None:
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    with LOG.open("ab") as log:
        log.write(done.stdout + done.stderr)
    if done.returncode:
        raise Failed(str(command[0]))


def apt_install(*packages: str) -> bool:
    """Fetch Debian packages; False when this is not root on a Debian."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", env=env)
    run("apt-get", "install", "--yes", "--no-install-recommends", *packages, env=env)
    return True


# The Python packages


def runtime_packages() -> list[str]:
    """The development packages serve as well: the same versions and more."""
    return [packages_of("requirements.txt"), packages_of("requirements-dev.txt")]


def development_packages() -> list[str]:
    return [packages_of("requirements-dev.txt")]


def packages_of(lock: str) -> str:
    return f"{lock} {digest([ROOT / lock, ROOT / 'pyproject.toml'])}"


def sync(lock: str) -> None:
    env = environment_for_uv()
    run(UV, "pip", "sync", "--python", PYTHON, "--require-hashes", lock, env=env)
    run(UV, "pip", "install", "--python", PYTHON, "--no-deps", "--no-build-isolation", "--editable", ".", env=env)


def environment_for_uv() -> dict[str, str]:
    """uv does not read pip's configuration; someone behind a mirror has named it there."""
    if "UV_DEFAULT_INDEX" in os.environ or "UV_INDEX_URL" in os.environ:
        return dict(os.environ)
    asked = subprocess.run(
        [PYTHON, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    )
    mirror = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    return os.environ | ({"UV_DEFAULT_INDEX": mirror} if mirror else {})


# The client


def node_environment() -> dict[str, str]:
    """An environment whose PATH begins with a node >= 22."""
    found = subprocess.run(
        [ROOT / "scripts/node-env"], env=environment_for_uv(), capture_output=True, text=True, check=False
    )
    if found.returncode:
        raise Failed(found.stderr)
    return os.environ | {"PATH": f"{found.stdout.strip()}:{os.environ['PATH']}"}


def client_packages() -> list[str]:
    return [digest([WEB / "package-lock.json", WEB / "package.json"])]


def install_client_packages() -> None:
    run("npm", "ci", "--no-audit", "--no-fund", cwd=WEB, env=node_environment())


def client_sources() -> list[str]:
    """Everything in web/ but what was made there; nothing when there is no client yet."""
    made = {WEB / "node_modules", WEB / "dist", WEB / "coverage"}
    files: list[Path] = []
    for folder, inner, names in os.walk(WEB):
        inner[:] = [name for name in inner if Path(folder, name) not in made]
        files += [Path(folder, name) for name in names]
    return [digest(sorted(files))] if (WEB / "dist/index.html").exists() else ["not built"]


def build_client() -> None:
    run("npm", "run", "build", cwd=WEB, env=node_environment())


# The browser of the tests


# The last is for the node inside Playwright.
BROWSER_PACKAGES = ["chromium", "fonts-noto-cjk", "fonts-noto-color-emoji", "libatomic1"]


def browser() -> list[str]:
    """What a machine that can look at Chinese pages has."""
    fonts = any(Path("/usr/share/fonts").rglob("*CJK*"))
    return [f"{shutil.which('chromium')}, Chinese fonts: {fonts}, {find_library('atomic')}"]


def install_browser() -> None:
    have = browser()[0]
    if "None" not in have and "False" not in have:
        return
    if not apt_install(*BROWSER_PACKAGES):
        raise Failed(f"install {', '.join(BROWSER_PACKAGES)}")


# The compiler of the load generator and of the library that makes disks fail


def compiler() -> list[str]:
    """A C compiler, and headers to compile against."""
    return [f"{shutil.which('cc')}, headers: {Path('/usr/include/stdio.h').exists()}"]


def install_compiler() -> None:
    have = compiler()[0]
    if "None" not in have and "False" not in have:
        return
    if not apt_install("gcc", "libc6-dev"):
        raise Failed("install gcc, libc6-dev")


ENVIRONMENT = Step("Python environment", VENV / "made-from", environment, make_environment)
RUNTIME = Step("Python packages", VENV / "packages-made-from", runtime_packages, lambda: sync("requirements.txt"))
DEVELOPMENT = Step(
    "Python packages, with those of the tests",
    VENV / "packages-made-from",
    development_packages,
    lambda: sync("requirements-dev.txt"),
)
CLIENT_PACKAGES = Step("Client packages", WEB / "node_modules/made-from", client_packages, install_client_packages)
CLIENT = Step("Client", CACHE / "client-made-from", client_sources, build_client)
COMPILER = Step("C compiler", CACHE / "compiler-made-from", compiler, install_compiler)
BROWSER = Step("Chromium and Chinese fonts", CACHE / "browser-made-from", browser, install_browser)

PLANS = {
    "run": [ENVIRONMENT, RUNTIME, CLIENT_PACKAGES, CLIENT],
    "test": [ENVIRONMENT, DEVELOPMENT, CLIENT_PACKAGES, CLIENT, COMPILER, BROWSER],
    "check": [ENVIRONMENT, DEVELOPMENT, CLIENT_PACKAGES, CLIENT],
    "audit": [ENVIRONMENT, DEVELOPMENT],
    "bench": [ENVIRONMENT, DEVELOPMENT, CLIENT_PACKAGES, CLIENT, COMPILER, BROWSER],
}

if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
