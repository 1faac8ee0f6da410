"""A real browser for the pages: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

Scheme = Literal["light", "dark"]
DESK, PHONE = (1280, 860), (390, 844)


def executable() -> str | None:
    """Where Chromium is: named by CHROMIUM, or on the path; None if nowhere."""
    named = os.environ.get("CHROMIUM")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    return next((path for name in names if (path := shutil.which(name))), None)


@contextmanager
def launched(path: str) -> Iterator[Browser]:
    """A headless browser; inside a container its own sandbox cannot be used."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visit:
    """A page from disk, with everything it says and asks for."""

    def __init__(
        self,
        browser: Browser,
        path: Path,
        *,
        size: tuple[int, int] = DESK,
        scheme: Scheme = "light",
        script: bool = True,
    ) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(10_000)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())

    @property
    def foreign(self) -> list[str]:
        """What was asked of anyone but the file itself."""
        own = self.page.url.split("#")[0]
        return [u for u in self.asked if u.split("#")[0] != own and not u.startswith("data:")]
