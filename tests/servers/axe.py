"""What axe finds on a page that keeps somebody out."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

KEEPS_OUT = ("serious", "critical")
ONLY_WHAT_IS_WRONG = {"resultTypes": ["violations"]}


def serious_findings(page: Page) -> list[str]:
    """One line for each serious or critical finding: the rule, what is wrong, the first place, and how to mend it."""
    found = Axe().run(page, options=ONLY_WHAT_IS_WRONG).response["violations"]
    return [
        f"{finding['id']}: {finding['help']} at {finding['nodes'][0]['target']}: {mend(finding)}"
        for finding in found
        if finding["impact"] in KEEPS_OUT
    ]


def mend(finding: dict[str, Any]) -> str:
    """What axe advises for the first place, in one line."""
    return " ".join(str(finding["nodes"][0]["failureSummary"]).split())
