"""The pages in a real browser: from disk, by keyboard and click, on paper, in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests import hostile, sample
from tests.browser import DESK, PHONE, Scheme, Visit, executable, launched
from verifier.model import Report, Verdict
from verifier.report import html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

CHROMIUM = executable()
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
ALL = sample.report().findings
CRACKS, COST, MONEY = "The cracks were seen", "Repairs will cost", "The money is there"
NUMBERS = "found => found.map(card => card.dataset.n)"
LOOKS = [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM
    with launched(CHROMIUM) as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    written = {
        "check": html.write(sample.report()),
        "night": html.write_night(sample.night()),
        "hostile": html.write(hostile_report()),
        "hostile night": html.write_night(hostile_night()),
    }
    for name, page in written.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in written}


def hostile_report() -> Report:
    """One quote for each kind of hostile text, one after the other in one article."""
    verdicts = list(Verdict)
    findings, body = [], ""
    for n, text in enumerate(hostile.TEXTS.values()):
        found = hostile.finding(text, len(body) + 1, verdicts[n % len(verdicts)])
        findings.append(replace(found, quote=replace(found.quote, id=str(n))))
        body += f"“{text or ' '}” they said.\n\n"
    base = hostile.report("</title><script>alert(1)</script>")
    return replace(base, article=replace(base.article, text=body), findings=tuple(findings))


def hostile_night() -> Any:
    nights = [hostile.night(text) for text in hostile.TEXTS.values()]
    return replace(
        nights[0],
        utterances=tuple(u for n in nights for u in n.utterances),
        feeds=tuple(f for n in nights for f in n.feeds),
        problems=tuple(p for n in nights for p in n.problems),
    )


def open_numbers(page: Page) -> list[str]:
    return cast("list[str]", page.eval_on_selector_all(".card[open]", NUMBERS))


def shown(page: Page) -> list[str]:
    return cast("list[str]", page.eval_on_selector_all(".card:not([hidden])", NUMBERS))


def numbers(verdict: Verdict) -> list[str]:
    return [str(n) for n, f in enumerate(ALL, 1) if f.verdict is verdict]


def number_of(words: str) -> str:
    """The number of the one quote of the sample that begins with these words."""
    found = [n for n, f in enumerate(ALL, 1) if f.quote.text.startswith(words)]
    assert len(found) == 1
    return str(found[0])


# ---------------------------------------------------------------- from disk
@pytest.mark.parametrize("name", ["check", "night", "hostile", "hostile night"])
def test_a_page_opens_from_disk_in_silence(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    visit = Visit(browser, pages[name])
    visit.page.wait_for_timeout(200)
    assert (visit.said, visit.foreign) == ([], [])
    assert visit.page.locator("h1").count() == 1


def test_hostile_words_stay_words(browser: Browser, pages: dict[str, Path]) -> None:
    page = Visit(browser, pages["hostile"]).page
    assert page.locator("script").count() == 1
    assert page.locator(".card").count() == len(hostile.TEXTS)
    story = page.locator(".story").inner_text()
    assert hostile.TEXTS["script"] in story
    assert hostile.TEXTS["image"] in story
    assert hostile.TEXTS["jinja expression"] in story
    kinds = page.eval_on_selector_all("a[href]", "all => [...new Set(all.map(a => a.protocol))]")
    assert set(kinds) <= {"file:", "http:", "https:"}


def test_every_quote_opens_on_a_hostile_page(browser: Browser, pages: dict[str, Path]) -> None:
    visit = Visit(browser, pages["hostile"])
    page = visit.page
    for n in range(1, len(hostile.TEXTS) + 1):
        page.evaluate("hash => { location.hash = hash }", f"#q{n}")
        page.wait_for_function(
            "n => document.querySelector(`.card[data-n='${n}']`).open", arg=str(n)
        )
    assert (visit.said, visit.foreign) == ([], [])


# ---------------------------------------------------------------- choosing a quote
def test_every_quote_is_reached_by_a_click(browser: Browser, pages: dict[str, Path]) -> None:
    page = Visit(browser, pages["check"]).page
    for n in range(1, len(ALL) + 1):
        page.locator(f".q[data-n='{n}']").first.click()
        assert open_numbers(page) == [str(n)]
        assert page.locator(f"#q{n}").is_visible()
        assert page.locator(f".q[data-n='{n}']").first.get_attribute("aria-current") == "true"


def test_every_quote_is_reached_by_keyboard(browser: Browser, pages: dict[str, Path]) -> None:
    page = Visit(browser, pages["check"]).page
    reached: set[str] = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        number = page.evaluate(
            "document.activeElement.matches('.q') && document.activeElement.dataset.n"
        )
        if number:
            page.keyboard.press("Enter")
            assert open_numbers(page) == [number]
            assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
            reached.add(number)
            page.locator(f".q[data-n='{number}']").first.focus()
    assert reached == {str(n) for n in range(1, len(ALL) + 1)}


def test_a_card_opens_by_keyboard_and_closes_again(
    browser: Browser, pages: dict[str, Path]
) -> None:
    page = Visit(browser, pages["check"]).page
    page.locator(".card[data-n='3'] summary").focus()
    page.keyboard.press("Space")
    assert open_numbers(page) == ["3"]
    page.keyboard.press("Space")
    assert open_numbers(page) == []


def test_the_versions_stand_side_by_side_on_a_desk_and_below_each_other_on_a_phone(
    browser: Browser, pages: dict[str, Path]
) -> None:
    def corners(size: tuple[int, int]) -> tuple[Any, Any]:
        page, n = Visit(browser, pages["check"], size=size).page, number_of(CRACKS)
        page.locator(f".q[data-n='{n}']").first.click()
        pair = page.locator(f".card[data-n='{n}'] .pair").first.locator("figure")
        return _box(pair.nth(0)), _box(pair.nth(1))

    here, there = corners(DESK)
    assert here["y"] == there["y"]
    here, there = corners(PHONE)
    assert here["x"] == there["x"]


def _box(found: Locator) -> Any:
    return found.bounding_box()


def test_the_differing_words_are_marked(browser: Browser, pages: dict[str, Path]) -> None:
    page, n = Visit(browser, pages["check"]).page, number_of(CRACKS)
    page.locator(f".q[data-n='{n}']").first.click()
    assert page.locator(f".card[data-n='{n}'] .pair mark.grave").all_inner_texts() == [
        "March",
        "May",
    ]


# ---------------------------------------------------------------- filters
@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_verdict_narrows_the_quotes(
    browser: Browser, pages: dict[str, Path], verdict: Verdict
) -> None:
    page = Visit(browser, pages["check"]).page
    button = page.locator(f".tally [data-verdict='{verdict}'] button")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert shown(page) == numbers(verdict)
    button.click()
    assert len(shown(page)) == len(ALL)


def test_verdicts_add_up_and_kinds_narrow(browser: Browser, pages: dict[str, Path]) -> None:
    page = Visit(browser, pages["check"]).page
    page.locator(".tally [data-verdict='divergent'] button").click()
    page.locator(".tally [data-verdict='contested'] button").click()
    page.locator("select[name=difference]").select_option("number")
    assert shown(page) == [number_of(CRACKS), number_of(COST)]
    page.locator("select[name=kind]").select_option("indirect")
    assert shown(page) == [number_of(COST)]
    assert page.locator("output").inner_text() == f"1 of {len(ALL)} shown"
    page.get_by_role("button", name="Show all").click()
    page.wait_for_function("() => document.querySelector('output').textContent === ''")
    assert len(shown(page)) == len(ALL)


def test_a_night_is_searched_by_words(browser: Browser, pages: dict[str, Path]) -> None:
    page = Visit(browser, pages["night"]).page
    page.get_by_label("Words or names").fill("no OTHER country")
    assert page.locator(".card:not([hidden])").count() == 1
    assert page.locator("output").inner_text() == f"1 of {len(sample.night().utterances)} shown"


# ---------------------------------------------------------------- without a script, on paper
def test_the_page_is_readable_without_javascript(browser: Browser, pages: dict[str, Path]) -> None:
    page = Visit(browser, pages["check"], script=False).page
    assert page.locator(".card").count() == len(ALL)
    assert page.locator(".card[open]").count() == 1
    assert not page.locator(".filters").is_visible()
    money, cracks = number_of(MONEY), number_of(CRACKS)
    page.locator(f".card[data-n='{money}'] summary").click()
    assert page.locator(f"#q{money} .pair").first.is_visible()
    page.locator(f".q[data-n='{cracks}']").first.click()
    assert page.locator(f"#q{cracks} .pair").first.is_visible()


@pytest.mark.parametrize("script", [True, False])
def test_paper_shows_everything_and_no_controls(
    browser: Browser, pages: dict[str, Path], script: bool
) -> None:
    page = Visit(browser, pages["check"], script=script).page
    page.emulate_media(media="print")
    assert not page.locator(".filters").is_visible()
    bodies = page.locator(".card > .body")
    assert all(bodies.nth(n).is_visible() for n in range(len(ALL)))
    assert len(page.pdf()) > 10_000


# ---------------------------------------------------------------- looks
@pytest.mark.parametrize(("size", "scheme"), LOOKS)
@pytest.mark.parametrize("name", ["check", "night"])
def test_nothing_is_wider_than_the_screen(
    browser: Browser, pages: dict[str, Path], name: str, size: tuple[int, int], scheme: Scheme
) -> None:
    page = Visit(browser, pages[name], size=size, scheme=scheme).page
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_hostile_page_is_no_wider_than_a_phone(browser: Browser, pages: dict[str, Path]) -> None:
    page = Visit(browser, pages["hostile"], size=PHONE).page
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_dark_is_dark_and_light_is_light(browser: Browser, pages: dict[str, Path]) -> None:
    def paper(scheme: Scheme) -> int:
        page = Visit(browser, pages["check"], scheme=scheme).page
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in colour[4:-1].split(","))

    assert paper("dark") < 150
    assert paper("light") > 700


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
@pytest.mark.parametrize("name", ["check", "night"])
def test_axe_finds_nothing(
    browser: Browser, pages: dict[str, Path], name: str, size: tuple[int, int], scheme: Scheme
) -> None:
    page = Visit(browser, pages[name], size=size, scheme=scheme).page
    page.evaluate("for (const card of document.querySelectorAll('details')) card.open = true")
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    broken = [(v["id"], [n["target"] for n in v["nodes"]][:5]) for v in found["violations"]]
    assert broken == []
