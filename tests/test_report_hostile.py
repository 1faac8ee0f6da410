"""Titles, quotes, names and addresses from strangers stay text in every format."""

from __future__ import annotations

import csv as reader
import io
import json as parser
import re
from collections.abc import Callable
from html.parser import HTMLParser

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import hostile
from verifier.report import annotation, atom, csv, html, json, lines, phrases, text

every_text = pytest.mark.parametrize("words", hostile.TEXTS.values(), ids=hostile.TEXTS)
anything = st.text(st.characters(exclude_categories=()), max_size=60)

WRITERS: dict[str, Callable[[str], str]] = {
    "json": lambda t: json.write(hostile.report(t)),
    "jsonl": lambda t: json.write_lines(hostile.report(t)),
    "html": lambda t: html.write(hostile.report(t)),
    "csv": lambda t: csv.write(hostile.report(t)),
    "atom": lambda t: atom.write(hostile.report(t)),
    "annotation": lambda t: annotation.write(hostile.report(t)),
    "lines": lambda t: lines.write(hostile.report(t), path=t),
    "text": lambda t: text.write(hostile.report(t)),
    "night json": lambda t: json.write_night(hostile.night(t)),
    "night html": lambda t: html.write_night(hostile.night(t)),
    "night csv": lambda t: csv.write_night(hostile.night(t)),
    "night atom": lambda t: atom.write_night(hostile.night(t)),
    "night text": lambda t: text.write_night(hostile.night(t)),
}
PAGES = {name: WRITERS[name] for name in ("html", "night html")}
TABLES = {name: WRITERS[name] for name in ("csv", "night csv")}
FEEDS = {name: WRITERS[name] for name in ("atom", "night atom")}
LINES = {name: WRITERS[name] for name in ("lines", "text", "night text")}

OURS = {
    "a", "article", "b", "bdi", "blockquote", "body", "button", "caption", "circle", "code",
    "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "head",
    "header", "html", "input", "label", "li", "line", "link", "main", "mark", "meta", "ol",
    "option", "output", "p", "script", "section", "select", "span", "style", "summary", "sup",
    "svg", "table", "tbody", "td", "th", "thead", "time", "title", "tr", "ul",
}  # fmt: skip


class Page(HTMLParser):
    """The elements and attributes of a page as a browser takes them apart."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def test_there_are_at_least_sixty_kinds() -> None:
    assert len(set(hostile.TEXTS.values())) >= 60


@every_text
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_every_output_can_be_stored(write: Callable[[str], str], words: str) -> None:
    write(words).encode("utf-8")


@given(words=anything)
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_no_text_breaks_a_writer(write: Callable[[str], str], words: str) -> None:
    write(words).encode("utf-8")


# ---------------------------------------------------------------- pages
@every_text
@pytest.mark.parametrize("write", PAGES.values(), ids=PAGES)
def test_a_page_holds_only_our_elements(write: Callable[[str], str], words: str) -> None:
    page = Page(write(words))
    assert set(page.tags) <= OURS
    assert (page.tags.count("script"), page.tags.count("style"), page.tags.count("link")) == (
        1,
        1,
        1,
    )
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]


@every_text
@pytest.mark.parametrize("write", PAGES.values(), ids=PAGES)
def test_a_page_links_nowhere_but_to_the_web(write: Callable[[str], str], words: str) -> None:
    targets = [value or "" for name, value in Page(write(words)).attributes if name == "href"]
    assert all(re.match(r"https?://[^\s\"'<>]+$|#[a-z]+\d*$|data:,$", t) for t in targets)


@every_text
@pytest.mark.parametrize("write", PAGES.values(), ids=PAGES)
def test_a_page_has_the_shape_of_a_harmless_one(write: Callable[[str], str], words: str) -> None:
    def shape(page: str) -> list[str]:
        return [
            t for t in Page(page).tags if t in {"section", "details", "h1", "h2", "form", "main"}
        ]

    assert shape(write(words)) == shape(write("harmless"))


# ---------------------------------------------------------------- lines
@every_text
@pytest.mark.parametrize("write", LINES.values(), ids=LINES)
def test_a_terminal_is_told_nothing(write: Callable[[str], str], words: str) -> None:
    obeyed = r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
    assert not re.search(obeyed, write(words))


@every_text
def test_a_report_in_lines_has_one_line_a_quote(words: str) -> None:
    assert len(lines.write(hostile.report(words), path="a.txt").splitlines()) == 1


@every_text
def test_json_lines_are_one_line_a_quote(words: str) -> None:
    printed = json.write_lines(hostile.report(words))
    assert len(printed.splitlines()) == 1
    assert parser.loads(printed)["text"] == words


@every_text
@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_the_terminal(words: str, width: int) -> None:
    printed = text.write(hostile.report(words), width=width).splitlines()
    assert not [n for n in printed if "https://" not in n and text.cells(n) > width]


# ---------------------------------------------------------------- tables
@every_text
@pytest.mark.parametrize("write", TABLES.values(), ids=TABLES)
def test_a_table_starts_no_formula_and_keeps_its_shape(
    write: Callable[[str], str], words: str
) -> None:
    rows = list(reader.reader(io.StringIO(write(words), newline="")))
    assert len({len(row) for row in rows}) == 1
    assert len(rows) == len(list(reader.reader(io.StringIO(write("harmless"), newline=""))))
    assert not [c for row in rows for c in row if c and c.lstrip()[:1] in "=+-@\t\r＝＋－＠"]


@every_text
def test_a_cell_can_be_read_back(words: str) -> None:
    row = next(reader.DictReader(io.StringIO(csv.write(hostile.report(words)), newline="")))
    told = phrases.clean(words)
    assert row["quote"] == (f"'{told}" if told[:1] and told[0] in "=+-@＝＋－＠|%" else told)


# ---------------------------------------------------------------- feeds
@every_text
@pytest.mark.parametrize("write", FEEDS.values(), ids=FEEDS)
def test_a_feed_parses(write: Callable[[str], str], words: str) -> None:
    found = feedparser.parse(io.BytesIO(write(words).encode()))
    assert (found.bozo, found.version, len(found.entries)) == (False, "atom10", 1)
    links = [x.href for x in found.entries[0].get("links", [])]
    assert all(x.startswith(("http://", "https://")) for x in links)


@every_text
@pytest.mark.parametrize("write", FEEDS.values(), ids=FEEDS)
def test_the_content_of_an_entry_is_our_html(write: Callable[[str], str], words: str) -> None:
    found = feedparser.parse(io.BytesIO(write(words).encode()), sanitize_html=False)
    page = Page(found.entries[0].content[0].value)
    assert set(page.tags) <= {"p", "blockquote", "ul", "li", "a"}
    assert {name for name, _ in page.attributes} <= {"href"}


# ---------------------------------------------------------------- the texts themselves
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example/x?y=1&z=2#f", "https://a.example/x?y=1&z=2#f"),
        ("HTTP://A.example", "HTTP://A.example"),
        (" https://a.example/ ", "https://a.example/"),
        ("https://a.example/%20x", "https://a.example/%20x"),
        ("https://a.example/ü y", "https://a.example/%C3%BC%20y"),
        ('https://a.example/"<>', "https://a.example/%22%3C%3E"),
        ("javascript:alert(1)//http://a.example", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a.example", ""),
        ("https://", ""),
        ("ftp://a.example", ""),
        ("feeds/sample/wires.opml", ""),
        ("https://a.example/" + "x" * 3000, ""),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_only_addresses_of_the_web_are_links(address: str, expected: str) -> None:
    assert phrases.link(address) == expected


@given(words=anything)
def test_clean_text_is_clean_for_good(words: str) -> None:
    cleaned = phrases.clean(words)
    assert phrases.clean(cleaned) == cleaned
    assert len(cleaned.splitlines()) <= 1


@given(words=anything, most=st.integers(min_value=1, max_value=40))
def test_a_clipped_text_is_short_enough(words: str, most: int) -> None:
    assert len(phrases.clip(words, most)) <= most
