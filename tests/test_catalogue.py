from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier import catalogue
from verifier.errors import CatalogueError
from verifier.model import Feed

BASE = Path("/feeds")


def opml(body: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    return f'{head}<opml version="2.0"><head/><body>{body}</body></opml>'.encode()


def one(body: str, base: Path | None = None) -> Feed:
    (feed,) = catalogue.load(opml(body), base)
    return feed


def test_every_attribute_is_read() -> None:
    feed = one(
        '<outline type="rss" text="T" title="The Tribune" xmlUrl="https://t.example/rss"'
        ' htmlUrl="https://t.example" category="/agency/Island Press,/region/north" language="en"'
        ' userAgent="Reader/2"/>'
    )
    assert feed == Feed(
        url="https://t.example/rss",
        title="The Tribune",
        site="https://t.example",
        categories=("/agency/Island Press", "/region/north"),
        agency="Island Press",
        language="en",
        user_agent="Reader/2",
    )


def test_nested_outlines_become_categories() -> None:
    feed = one(
        '<outline text="World"><outline text="Asia / Pacific">'
        '<outline text="T" xmlUrl="https://t.example/rss"/></outline></outline>'
    )
    assert feed.categories == ("/World/Asia - Pacific",)


def test_an_outline_around_names_no_outline_beside_it() -> None:
    feeds = catalogue.load(
        opml(
            '<outline text="A"><outline text="a" xmlUrl="http://a.example/"/></outline>'
            '<outline text="b" xmlUrl="http://b.example/"/>'
        )
    )
    assert [feed.categories for feed in feeds] == [("/A",), ()]


@pytest.mark.parametrize(
    ("body", "url", "title"),
    [
        ('<outline text="T" xmlurl="https://t.example/"/>', "https://t.example/", "T"),
        ('<outline TEXT="T" XMLURL="HTTPS://t.example/"/>', "HTTPS://t.example/", "T"),
        ('<outline xmlUrl=" https://t.example/a?x=1&amp;y=2 "/>', "https://t.example/a?x=1&y=2", "t.example"),
        ('<outline text="T" xmlUrl="feed://t.example/rss"/>', "http://t.example/rss", "T"),
        ('<outline text="T" xmlUrl="feed:https://t.example/rss"/>', "https://t.example/rss", "T"),
        ('<outline text="A &amp; B" xmlUrl="http://t.example/"/>', "http://t.example/", "A & B"),
        ('<outline text="A & B" xmlUrl="http://t.example/"/>', "http://t.example/", None),
        ('<outline text="T" xmlUrl="http://t.example/"><outline', "http://t.example/", "T"),
    ],
)  # fmt: skip
def test_what_readers_really_write(body: str, url: str, title: str | None) -> None:
    feed = one(body)
    assert feed.url == url
    assert title is None or feed.title == title


def test_an_address_counts_once() -> None:
    row = '<outline text="T" xmlUrl="https://t.example/"/>'
    assert len(catalogue.load(opml(row * 3))) == 1


@pytest.mark.parametrize(
    ("written", "path"),
    [("a.xml", "/feeds/a.xml"), ("sub/a.xml", "/feeds/sub/a.xml"), ("file:///x/a%20b.xml", "/x/a b.xml")],
)  # fmt: skip
def test_a_local_list_may_name_paths(written: str, path: str) -> None:
    assert one(f'<outline text="T" xmlUrl="{written}"/>', BASE).url == path


@pytest.mark.parametrize(
    "written", ["a.xml", "/etc/passwd", "file:///etc/passwd", "C:\\a.xml", "ftp://x/"]
)
def test_a_list_from_the_network_may_not(written: str) -> None:
    with pytest.raises(CatalogueError, match="can be used"):
        catalogue.load(opml(f'<outline text="T" xmlUrl="{written}"/>'))


@pytest.mark.parametrize("written", ["javascript:alert(1)", "data:text/xml,x", "ftp://x/", ""])
def test_other_schemes_are_no_feeds(written: str) -> None:
    with pytest.raises(CatalogueError):
        catalogue.load(opml(f'<outline text="T" xmlUrl="{written}"/>'), BASE)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (b"", "is empty"),
        (b"   \n", "is empty"),
        (b"just some words", "no list of feeds"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "a web page"),
        (b"<html><head></head></html>", "a web page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "<svg>"),
        (opml('<outline text="no feed"/>'), "can be used"),
        (b"\x00\x01\x02\xff", "no list of feeds"),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]><opml><body/></opml>', "entities"),
    ],
)
def test_what_is_no_list_is_refused_with_a_hint(source: bytes, says: str) -> None:
    with pytest.raises(CatalogueError, match=says) as caught:
        catalogue.load(source, address="list.opml")
    assert caught.value.subject == "list.opml"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("source", "title", "site"),
    [
        (b"<rss><channel><title>The  Tribune</title><link>https://t.example</link></channel></rss>",
         "The Tribune", "https://t.example"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Tribune</title>'
         b'<link href="https://t.example"/></feed>', "Tribune", "https://t.example"),
        (b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
         b'xmlns="http://purl.org/rss/1.0/"><channel><title>T</title></channel></rdf:RDF>', "T", ""),
        (b"<rdf:RDF><channel><title>T</title></channel></rdf:RDF>", "T", ""),
        (b"<rss><channel/></rss>", "feeds.example", ""),
    ],
)  # fmt: skip
def test_a_feed_is_a_list_of_itself(source: bytes, title: str, site: str) -> None:
    (feed,) = catalogue.load(source, address="https://feeds.example/rss")
    assert feed == Feed(url="https://feeds.example/rss", title=title, site=site)


def test_a_local_file_that_does_not_exist_is_no_entity() -> None:
    attack = b'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body>&x;</body></opml>'
    with pytest.raises(CatalogueError):
        catalogue.load(attack, BASE)


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20
)
plain_words = words.map(lambda w: " ".join(w.replace(",", "").split())).filter(bool)
feeds = st.builds(
    Feed,
    url=st.integers(0, 10**6).map(lambda n: f"https://t{n}.example/rss?a=1&b=<2>"),
    title=plain_words,
    site=st.sampled_from(["", "https://t.example/"]),
    categories=st.lists(plain_words.map(lambda w: f"/topic/{w}"), max_size=3, unique=True).map(
        tuple
    ),
    language=st.sampled_from([None, "en", "de"]),
)


@given(st.lists(feeds, min_size=1, max_size=5, unique_by=lambda feed: feed.url))
def test_a_list_written_is_read_back(listed: list[Feed]) -> None:
    assert catalogue.load(catalogue.dump(tuple(listed))) == tuple(listed)


pieces = st.sampled_from(
    ["<opml>", "<body>", "<outline ", 'xmlUrl="', '"', "/>", "</outline>", "<rdf:RDF>", "<x:y", "xmlns:a='b'", "<!--",
     "<!DOCTYPE", "[", "]>", "&x;", "&#0;", "http://[", "feed:", "<rss>", "<channel>", "<title>", "\x00", "<?xml"]
)  # fmt: skip


@given(
    st.binary(max_size=400)
    | st.lists(pieces | st.text(max_size=4), max_size=30).map(
        lambda p: "".join(p).encode("utf-8", "replace")
    )
)
def test_any_bytes_are_read_or_refused(source: bytes) -> None:
    with suppress(CatalogueError):
        catalogue.load(source, address="x")


def test_a_search_feed_is_asked_for_the_words() -> None:
    feed = Feed(url="https://s.example/?q=%22{quote}%22", title="S")
    address = catalogue.search_address(feed, 'rain & "wind"\n tonight')
    assert address == "https://s.example/?q=%22rain+%26+wind+tonight%22"


def test_the_shipped_catalogue() -> None:
    listed = catalogue.shipped()
    assert len(listed) >= 60
    assert len({feed.agency for feed in listed if feed.agency}) >= 15
    assert all(urlsplit(feed.url).hostname and feed.title and feed.language for feed in listed)
    assert sum(feed.url.startswith("https:") for feed in listed) > 0.9 * len(listed)
    assert len({feed.title for feed in listed}) == len(listed)
    assert any(feed.searches for feed in listed)
