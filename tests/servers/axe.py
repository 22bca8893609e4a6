"""What axe finds on a page that keeps somebody out."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

KEEPS_OUT = ("serious", "critical")
ONLY_WHAT_IS_WRONG = {"resultTypes": ["violations"]}


def serious_findings(page: Page) -> list[str]:
    """One line for each serious or critical finding: the rule, what is wrong, and the first place."""
    found = Axe().run(page, options=ONLY_WHAT_IS_WRONG).response["violations"]
    return [
        f"{finding['id']}: {finding['help']} at {finding['nodes'][0]['target']}"
        for finding in found
        if finding["impact"] in KEEPS_OUT
    ]
