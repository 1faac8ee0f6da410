"""The pictures in docs/pictures: `./run.sh pictures`.

A real check of the sample article against the recorded night, and a real night over the same
feeds with three more that fail.
"""

from __future__ import annotations

import sys
import tempfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from tests import sample
from tests.browser import PHONE, Visit, executable, launched
from verifier.report import html, text

if TYPE_CHECKING:
    from playwright.sync_api import Browser

COMMAND = (
    "$ verifier check feeds/sample/article.txt --feeds feeds/sample/wires.opml \\\n"
    '    --outlet "Ellery Courier" --published 2026-10-13T15:00Z',
)
SHOWN = ("The cracks were", "The city was warned", "It is safe to walk")
PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
DESK = (1280, 800)
_COLOURS = {  # those of a dark terminal, for the colours that the command asks for
    "divergent": "#f14c4c; font-weight: bold",
    "contested": "#d670d6; font-weight: bold",
    "corroborated": "#23d18b; font-weight: bold",
    "copied": "#f5f543; font-weight: bold",
    "unmatched": "#29b8db",
    "change": "#f14c4c; font-weight: bold; text-decoration: underline",
    "strong": "#ffffff; font-weight: bold",
    "dim": "#8b949e",
}


def main() -> None:
    found = executable()
    if not found:
        sys.exit("Chromium is not installed; name one with CHROMIUM=/path/to/chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, launched(found) as browser:
        pages = _pages(Path(folder))
        _check(browser, pages["check"])
        _night(browser, pages["night"])
        _terminal(browser, pages["terminal"])


def _pages(folder: Path) -> dict[str, Path]:
    written = {
        "check": html.write(sample.report()),
        "night": html.write_night(sample.night()),
        "terminal": _screen(text.write(sample.report(), width=84, style=_coloured)),
    }
    for name, page in written.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in written}


def _check(browser: Browser, path: Path) -> None:
    for scheme in ("light", "dark"):
        page = Visit(browser, path, size=DESK, scheme=scheme).page
        page.screenshot(path=PICTURES / f"check-{scheme}.png")
    page = Visit(browser, path, size=DESK).page
    page.locator(".q", has_text="The cracks were seen").first.click()
    page.evaluate("document.querySelector('.columns').scrollIntoView()")
    page.screenshot(path=PICTURES / "check-versions.png")
    page = Visit(browser, path, size=PHONE).page
    page.screenshot(path=PICTURES / "check-phone.png")
    page.locator(".q", has_text="The city was warned").first.click()
    page.screenshot(path=PICTURES / "check-phone-versions.png")


def _night(browser: Browser, path: Path) -> None:
    page = Visit(browser, path, size=DESK).page
    page.locator(".card summary").first.click()
    page.screenshot(path=PICTURES / "night.png")
    page.locator("#feeds").scroll_into_view_if_needed()
    page.locator("section[aria-labelledby=feeds]").screenshot(path=PICTURES / "night-feeds.png")


def _terminal(browser: Browser, path: Path) -> None:
    page = Visit(browser, path, size=(860, 600)).page
    page.screenshot(path=PICTURES / "terminal.png", full_page=True)


def _coloured(piece: str, name: str) -> str:
    return f"\x02{_COLOURS[name]}\x03{piece}\x04"


def _screen(printed: str) -> str:
    """Some of the quotes as a terminal shows them, with the command and the summary."""
    parts = printed.split("\n\n")
    chosen = [p for p in parts if any(words in p for words in SHOWN)]
    shown = "\n\n".join([*COMMAND, parts[0], "  …", *chosen, "  …", parts[-1]])
    body = escape(shown, quote=False).replace("\x02", '<span style="color:')
    body = body.replace("\x03", '">').replace("\x04", "</span>")
    style = "margin:0;padding:12px 24px;background:#0d1117;color:#e6edf3;font:14px/1.45 monospace"
    return f'<!doctype html><meta charset="utf-8"><body style="{style}"><pre>{body}</pre>'


if __name__ == "__main__":
    main()
