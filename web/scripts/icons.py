"""Draws the application icons anew from the mark in the sprite: white mark on the brand colour.

python web/scripts/icons.py        needs playwright and /usr/bin/chromium; run after the mark has changed
"""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

WEB = Path(__file__).resolve().parent.parent
GROUND = "#0E5F78"
# name, pixels, share of the width the mark takes, radius of the corners as a share
ICONS = (
    ("icon-192", 192, 0.66, 0.22),
    ("icon-512", 512, 0.66, 0.22),
    ("maskable-512", 512, 0.54, 0),
    ("icon-180", 180, 0.64, 0),
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def mark() -> str:
    sprite = (WEB / "src/ui/icons/sprite.svg").read_text("utf-8")
    found = re.search(r'<symbol id="i-mark"[^>]*>(.*?)</symbol>', sprite, re.S)
    if found is None:
        raise SystemExit("the sprite has no mark")
    return found.group(1).replace("currentColor", "#fff").replace("var(--mark-cut, #fff)", GROUND)


def draw(page: Page, name: str, pixels: int, share: float, radius: float) -> None:
    size = pixels * share
    page.set_viewport_size({"width": pixels, "height": pixels})
    page.set_content(
        f'<body style="margin:0;background:transparent"><div style="width:{pixels}px;height:{pixels}px;display:grid;'
        f'place-items:center;background:{GROUND};border-radius:{radius * pixels}px"><svg width="{size}" '
        f'height="{size}" viewBox="0 0 48 48" fill="none" stroke-linecap="round" stroke-linejoin="round">'
        f"{mark()}</svg></div>"
    )
    page.screenshot(path=WEB / f"public/icons/{name}.png", omit_background=True)


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page()
        for icon in ICONS:
            draw(page, *icon)
        browser.close()


if __name__ == "__main__":
    main()
