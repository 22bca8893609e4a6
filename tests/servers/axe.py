"""What axe finds on a page that keeps somebody out."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

KEEPS_OUT = ("serious", "critical")
ONLY_WHAT_IS_WRONG = {"resultTypes": ["violations"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def serious_findings(page: Page, *, colours_only: bool = False) -> list[str]:
    """One line for each serious or critical finding: the rule, what is wrong, the first place, and how to mend it.

    `colours_only`: by the rules that look at colours, for a page that differs in nothing else from one looked at.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = ONLY_WHAT_IS_WRONG | (COLOURS if colours_only else {})
    found = page.evaluate("options => axe.run(document, options).then(result => result.violations)", options)
    return [
        f"{finding['id']}: {finding['help']} at {finding['nodes'][0]['target']}: {mend(finding)}"
        for finding in found
        if finding["impact"] in KEEPS_OUT
    ]


def mend(finding: dict[str, Any]) -> str:
    """What axe advises for the first place, in one line."""
    return " ".join(str(finding["nodes"][0]["failureSummary"]).split())
