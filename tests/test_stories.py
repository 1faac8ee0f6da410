from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier import stories
from verifier.errors import InputError, StoryError, VerifierError
from verifier.model import Feed, Story
from verifier.stories import markup, when

FEED = Feed(url="https://t.example/rss", title="The Tribune", site="https://t.example/")
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
CURLY = "“It’s late,” she said."
LONG = "Rain fell all day over the port and nobody minded it very much. " * 12


def rss(items: str, head: str = HEAD, channel: str = "<title>T</title>") -> bytes:
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'{head}<rss version="2.0" {space}><channel>{channel}{items}</channel></rss>'.encode()


def only(items: str, feed: Feed = FEED) -> Story:
    (story,), problems = stories.from_feed(rss(items), feed)
    assert problems == ()
    return story


# Feeds


def test_every_field_of_an_entry_is_read() -> None:
    story = only(
        "<item><title>UPDATE 1-Rain &amp; wind</title><link>https://t.example/rain</link>"
        "<guid>t-1</guid><pubDate>Wed, 05 Aug 2031 03:10:00 +0200</pubDate><dc:creator>Ada Marsh</dc:creator>"
        "<content:encoded><![CDATA[<p>NORTHPORT (AFP) - Rain fell.</p><p>“No,” she said.</p>]]></content:encoded></item>",
        Feed(url="u", title="The Tribune", language="en"),
    )
    assert story == Story(
        text="NORTHPORT (AFP) - Rain fell.\n\n“No,” she said.",
        title="Rain & wind",
        url="https://t.example/rain",
        guid="t-1",
        outlet="The Tribune",
        agency="AFP",
        byline="Ada Marsh",
        dateline="NORTHPORT",
        published=datetime(2031, 8, 5, 1, 10, tzinfo=UTC),
        language="en",
        status="updated",
        note="UPDATE 1",
    )


def test_an_atom_entry() -> None:
    raw = (
        f'{HEAD}<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>urn:1</id>'
        '<title type="html">Rain &lt;b&gt;again&lt;/b&gt;</title><link href="/rain"/>'
        "<published>2031-08-05T01:00:00Z</published><updated>2031-08-05T02:00:00.123456789+01:00</updated>"
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p><q>Two</q>, she said.</p></div>'
        "</content></entry></feed>"
    ).encode()
    ((story,), _) = stories.from_feed(raw, FEED)
    assert story.title == "Rain again"
    assert story.url == "https://t.example/rain"
    assert story.text == "One.\n\n“Two”, she said."
    assert story.published == datetime(2031, 8, 5, 1, tzinfo=UTC)
    assert story.updated is not None
    assert story.updated.hour == 1


@pytest.mark.parametrize(
    ("encode", "declared", "content_type"),
    [
        ("utf-8", "UTF-8", ""),
        ("utf-8", "iso-8859-1", "text/xml; charset=iso-8859-1"),
        ("cp1252", "UTF-8", "application/rss+xml"),
        ("cp1252", "windows-1252", ""),
        ("utf-16", "UTF-16", ""),
        ("utf-8-sig", "UTF-8", "text/html"),
    ],
)
def test_curly_marks_survive_whatever_is_declared(
    encode: str, declared: str, content_type: str
) -> None:
    text = rss(f"<item><title>t</title><description>{CURLY}</description></item>",
               head=f'<?xml version="1.0" encoding="{declared}"?>').decode()  # fmt: skip
    ((story,), _) = stories.from_feed(text.encode(encode), FEED, content_type)
    assert story.text == CURLY


def test_one_bad_byte_costs_no_mark() -> None:
    raw = rss(f"<item><title>t</title><description>{CURLY} caf# {CURLY}</description></item>")
    ((story,), _) = stories.from_feed(raw.replace(b"#", b"\xe9"), FEED)
    assert story.text == f"{CURLY} café {CURLY}"


@pytest.mark.parametrize("noise", ["\x00", "\x0b", "\x1f", "\ufffe", "\ud800"])
def test_characters_that_xml_forbids_cost_nothing(noise: str) -> None:
    raw = rss("<item><title>a#b</title></item>").replace(
        b"#", noise.encode("utf-8", "surrogatepass")
    )
    ((story,), _) = stories.from_feed(raw, FEED)
    assert story.title.startswith("a")
    assert story.title.endswith("b")


def test_the_guid_is_the_entrys_own_else_its_link_else_a_hash() -> None:
    items = (
        "<item><guid>same</guid><link>https://t.example/a</link><title>a</title></item>"
        "<item><guid>same</guid><link>https://t.example/b</link><title>b</title></item>"
        "<item><link>https://t.example/c</link><title>c</title></item>"
        "<item><title>d</title></item><item><title>e</title></item>"
        "<item><guid>own</guid><link>https://t.example/a</link><title>f</title></item>"
    )
    found, _ = stories.from_feed(rss(items), FEED)
    assert [s.guid for s in found][:3] == [
        "https://t.example/a",
        "https://t.example/b",
        "https://t.example/c",
    ]
    assert len({s.id for s in found}) == 6
    assert found[5].guid == "own"


def test_the_same_bytes_give_the_same_ids() -> None:
    raw = rss("<item><title>d</title><description>x</description></item>")
    assert stories.from_feed(raw, FEED) == stories.from_feed(raw, FEED)


def test_a_changed_quote_is_another_version_of_the_same_story() -> None:
    one, two = (
        only(f"<item><guid>g</guid><title>t</title><description>{quote}</description></item>")
        for quote in ("“We will,” she said.", "“We will not,” she said.")
    )
    assert one.id == two.id
    assert one.version != two.version


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Wed, 05 Aug 2031 03:10:00 GMT", datetime(2031, 8, 5, 3, 10, tzinfo=UTC)),
        ("Wed, 05 Aug 2031 03:10:00 -0500", datetime(2031, 8, 5, 8, 10, tzinfo=UTC)),
        ("2031-08-05T03:10:00+02:00", datetime(2031, 8, 5, 1, 10, tzinfo=UTC)),
        ("2031-08-05", datetime(2031, 8, 5, tzinfo=UTC)),
        ("soon", None),
        ("", None),
        ("Wed, 99 Aug 2031 99:99:99 GMT", None),
        ("9999-12-31T23:59:59-12:00", None),
    ],
)
def test_dates(written: str, moment: datetime | None) -> None:
    assert only(f"<item><title>t</title><pubDate>{written}</pubDate></item>").published == moment


def test_a_section_belongs_to_its_outlet() -> None:
    feed = Feed(url="u", title="Tribune: World", categories=("/outlet/Tribune", "/region/world"))
    assert only("<item><title>t</title></item>", feed).outlet == "Tribune"


def test_an_aggregators_entry_belongs_to_its_source() -> None:
    story = only(
        '<item><title>Rain falls - Tribune</title><source url="https://t.example">Tribune</source></item>'
    )
    assert (story.outlet, story.title) == ("Tribune", "Rain falls")


def test_an_agency_comes_from_the_text_else_the_catalogue_else_the_outlet() -> None:
    item = "<item><title>t</title><description>{}</description></item>"
    wire = Feed(url="u", title="Wire", agency="Island Press")
    assert only(item.format("NORTHPORT (AFP) - Rain."), wire).agency == "AFP"
    assert only(item.format("Rain."), wire).agency == "Island Press"
    assert only(item.format("Rain."), Feed(url="u", title="Xinhua")).agency == "Xinhua"
    assert only(item.format("Rain.")).agency is None


def test_a_note_to_editors_makes_it_a_correction() -> None:
    story = only("<item><title>Rain</title><description>&lt;p&gt;Rain fell.&lt;/p&gt;"
                 "&lt;p&gt;(Corrects name in paragraph 2)&lt;/p&gt;</description></item>")  # fmt: skip
    assert (story.status, story.note) == ("corrected", "Corrects name in paragraph 2")


def test_full_content_is_preferred_to_a_summary() -> None:
    story = only(
        f"<item><title>t</title><description>Short.</description><content:encoded>{LONG}</content:encoded></item>"
    )
    assert story.text == LONG.strip()
    assert not stories.summary_only(story)


@pytest.mark.parametrize(
    "text", ["Short.", LONG + "…", LONG + "...", LONG + " [...]", LONG + "Read more »"]
)
def test_summaries_are_known_for_what_they_are(text: str) -> None:
    assert stories.summary_only(Story(text=text))


def test_an_entry_with_nothing_in_it_is_a_problem() -> None:
    found, problems = stories.from_feed(
        rss("<item><title>t</title></item><item><guid>x</guid></item>"), FEED
    )
    assert len(found) == 1
    assert [p.message for p in problems] == ["entry 2 has neither title nor text"]


def test_a_feed_that_was_cut_off_loses_its_last_entry_only() -> None:
    items = "".join(
        f"<item><title>t{n}</title><description>“Words number {n}.”</description></item>"
        for n in range(5)
    )
    whole = rss(items)
    found, problems = stories.from_feed(whole[: whole.rindex(b"number 4") + 3], FEED)
    assert [s.title for s in found] == ["t0", "t1", "t2", "t3"]
    assert "breaks off" in problems[0].message


def test_an_entry_that_was_whole_before_the_feed_broke_off_stays() -> None:
    raw = rss("<item><title>a</title></item><item><title>b</title></item>")
    found, problems = stories.from_feed(raw[: raw.rindex(b"</channel>")], FEED)
    assert [story.title for story in found] == ["a", "b"]
    assert len(problems) == 1


@pytest.mark.parametrize(
    "before",
    [
        "<br /><b>Warning</b>: mysql_connect() failed & so on <br />",
        "\n\n",
        "<html><body>",
        "<!-- cached -->",
        "\ufeff",
    ],
)
def test_what_stands_before_a_feed_costs_nothing(before: str) -> None:
    raw = before.encode() + rss("<item><title>a</title></item>")
    ((story,), _) = stories.from_feed(raw, FEED)
    assert story.title == "a"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Rain &amp; wind", "Rain & wind"),
        ("Rain & wind", "Rain & wind"),
        ("Caf&eacute; &ldquo;Sol&rdquo;", "Café “Sol”"),
        ("a &bogus; b", "a &bogus; b"),
        ("a&#0;&#x1F;b", "ab"),
        ("<![CDATA[Rain & wind]]>", "Rain & wind"),
        ("<media:x>no</media:x>Rain", "Rain"),
    ],
)
def test_references_and_prefixes_are_put_right(written: str, title: str) -> None:
    assert (
        only(f"<item><title>{written}</title><guid>g</guid></item>").title.replace("no", "")
        == title
    )


@pytest.mark.parametrize(
    "inside",
    [
        "<description><![CDATA[<p>Rain fell.</p>]]></description>",
        "<description> <![CDATA[ <p>“Rain” fell.</p> ]]> </description>",
        "<description><![CDATA[<p>It\x92s CafÃ©.</p>]]></description>",
        "<description><![CDATA[<p>CafÃ©</p>]]></description>",
        "<description><![CDATA[<p>a]]>&lt;b>b<![CDATA[</b></p>]]></description>",
        "<description><![CDATA[<p>Short</p>]]></description><content:encoded><![CDATA[<p>Rain fell all day.</p>]]></content:encoded>",
        "<content:encoded><![CDATA[<pre>&lt;description><![CDATA[<p>x</p>]]></content:encoded>",
        "<x><![CDATA[<description><![CDATA[<p>x</p>]]></x><description><![CDATA[<p>y</p>]]></description>",
        "<!-- <description><![CDATA[ --><description><![CDATA[<p>y</p>]]></description>",
        "<description><![CDATA[<p>Rain fell.</p>",
        "<description><![CDATA[<p>Rain & wind</p>]]></description><author>A & B</author>",
        "<description>&#xE000;0&#xE001;</description>",
        "<category><![CDATA[World]]></category> <category><![CDATA[A]]><x/></category><author>B</author>",
        "<category><![CDATA[World</category><author>B</author>",
        "<category><![CDATA[<description><![CDATA[</a>]]></category><description><![CDATA[<p>y</p>]]></description>",
    ],
)
def test_what_is_set_aside_changes_no_story(inside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = rss(f"<item><title>T</title>{inside}</item><item><title>U</title></item>")
    found = stories.from_feed(raw, FEED)
    monkeypatch.setattr("verifier.stories.feed.set_aside", lambda text: (text, {}))
    assert found == stories.from_feed(raw, FEED)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"),
        (b"   ", "empty"),
        (b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>", "a web page"),
        (b"<html><head><title>Just a moment...</title></head></html>", "a web page"),
        (b"not found", "no feed"),
        (b'{"error": 1}', "no feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "no feed"),
    ],
)
def test_what_is_no_feed_is_refused(raw: bytes, says: str) -> None:
    with pytest.raises(StoryError, match=says) as caught:
        stories.from_feed(raw, FEED)
    assert caught.value.subject == "The Tribune"
    assert caught.value.hint


def test_an_empty_feed_is_a_feed() -> None:
    assert stories.from_feed(rss(""), FEED) == ((), ())


@pytest.mark.parametrize("name", ["/etc/passwd", "http://127.0.0.1:1/x", "feed.xml"])
def test_bytes_that_name_a_file_or_an_address_are_not_opened(name: str) -> None:
    with pytest.raises(StoryError):
        stories.from_feed(name.encode(), FEED)


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
FILE = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY i SYSTEM "file:///etc/passwd">]>'


@pytest.mark.timeout(10)
@pytest.mark.parametrize("head", [LAUGHS, FILE], ids=["billion laughs", "external entity"])
def test_entities_are_not_expanded(head: str) -> None:
    raw = rss("<item><title>t</title><description>a&i;b</description></item>", head=head)
    ((story,), _) = stories.from_feed(raw, FEED)
    assert len(story.text) < 20
    assert "root" not in story.text


HOSTILE = {
    "a megabyte title": rss(f"<item><title>{'t ' * 500_000}</title></item>"),
    "100,000 entries": rss("<item><title>t</title></item>" * 100_000),
    "deep markup": rss(f"<item><title>t</title><description><![CDATA[{'<div>' * 20_000}x]]></description></item>"),
    "deep xml": rss("<item>" + "<a>" * 20_000),
    "endless tag": rss("<item><title>t</title><description><![CDATA[<" + "a" * 500_000 + "]]></description></item>"),
    "open brackets": rss("<item><title>t</title><description>" + "<" * 200_000),
    "open ampersands": rss("<item><title>t</title><description>" + "&" * 200_000 + "</description></item>"),
    "open comments": rss("<item><title>t</title><description>" + "<!--" * 50_000),
    "open declarations": b"<rss>" + b"<!DOCTYPE " * 50_000,
    "open cdata": rss("<item><title>t</title><description>" + "<![CDATA[" * 50_000),
    "many attributes": b"<rss " + b"".join(b'a%d="x" ' % n for n in range(50_000)) + b"><channel><item/></channel></rss>",
    "blanks": b"<rss>" + b" " * 1_000_000,
    "quotes": rss("<item><title>t</title><description>" + "&lt;q&gt;" * 50_000 + "</description></item>"),
}  # fmt: skip


@pytest.mark.timeout(60)
@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_feeds_are_read_or_refused_in_time(raw: bytes) -> None:
    try:
        found, _ = stories.from_feed(raw, FEED)
    except StoryError:
        return
    assert len(found) <= 5_000
    assert all(len(story.title) <= 1_000 for story in found)


LARGE = 15 * 1024 * 1024
ENORMOUS = {  # what stands before, what is repeated, what stands behind
    "entries": (b"", b"<item><title>t</title></item>", b""),
    "empty entries": (b"", b"<item/>", b""),
    "open entries": (b"", b"<item>", b""),
    "tags": (b"<item>", b"<a/>", b"</item>"),
    "tags of no xml": (b"<item>< ", b"<a/>", b"</item>"),
    "attributes": (b"<item>< <a ", b"a=1 ", b""),
    "title": (b"<item><title>", b"t ", b"</title></item>"),
    "text": (b"<item><title>t</title><description>", b"t ", b""),
    "markup": (b"<item><description><![CDATA[", b"<b>x</b>", b""),
    "zeros": (b"", bytes(1), b""),
}


def enormous(name: str) -> bytes:
    """A feed as large as any that is fetched."""
    before, unit, behind = ENORMOUS[name]
    whole = before + unit * (LARGE // len(unit) - 100) + behind
    return b"<rss><channel>" + whole + b"</channel></rss>"


@pytest.mark.timeout(100)
def test_no_feed_of_the_largest_size_takes_much_memory_or_long() -> None:
    """In a process of its own, whose memory nothing else has raised."""
    program = (
        "import resource, time\n"
        "from tests.test_stories import ENORMOUS, FEED, StoryError, enormous, rss, stories\n"
        "stories.from_feed(rss('<item><title>t</title></item>'), FEED)\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\n"
        "before = peak()\n"
        "for name in ENORMOUS:\n"
        "    raw, begun = enormous(name), time.process_time()\n"
        "    try: stories.from_feed(raw, FEED)\n"
        "    except StoryError: pass\n"
        "    print(name, peak() - before, time.process_time() - begun, sep='|')\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = [line.split("|") for line in done.stdout.splitlines()]
    assert [name for name, *_ in rows] == list(ENORMOUS)
    assert max(int(megabytes) for _, megabytes, _ in rows) < 300, done.stdout
    assert max(float(seconds) for *_, seconds in rows) < 15, done.stdout


fragments = st.lists(
    st.sampled_from(
        ["<rss>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<![CDATA[", "]]>", "<!--", "-->",
         "<guid>", "<pubDate>", "&amp;", "&#0;", "&#xFFFFFFFF;", "&bogus;", "\x00", "“", "<q>", "</q>", "<feed>",
         "<entry>", "<content type='xhtml'>", "<link href='", "'>", "http://[", "2031", "<?xml", "?>", "<source>", "<rdf:RDF>", "<x:y>", "xmlns:a='b'"]
    ) | st.text(max_size=8),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(fragments.map(lambda s: s.encode("utf-8", "replace")) | st.binary(max_size=200))
def test_any_bytes_are_a_feed_or_refused(raw: bytes) -> None:
    for document in (raw, b"<rss><channel><item>" + raw):
        with suppress(StoryError):
            stories.from_feed(document, FEED)


# Markup


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("One.<br>Two.", "One.\nTwo."),
        ("One.<br/><br/>Two.", "One.\n\nTwo."),
        ("<div>One. <b>Two</b>.</div>Three.", "One. Two.\n\nThree."),
        ("She said <q>no</q>.", "She said “no”."),
        ("<q>He said <q>no</q></q>", "“He said ‘no’”"),
        (
            "<p>Before.</p><blockquote><p>“No.”</p></blockquote><p>After.</p>",
            "Before.\n\n“No.”\n\nAfter.",
        ),
        ("a<script>var x = '<p>b</p>'</script><style>p{}</style>c", "ac"),
        ("<p>Rain.</p><figure><img src=x><figcaption>PHOTO: X</figcaption></figure>", "Rain."),
        ("&ldquo;No&rdquo; &amp; &#8216;yes&#8217;", "“No” & ‘yes’"),
        ("Tom &amp;amp; Ann", "Tom &amp; Ann"),
        ("a &lt; b", "a < b"),
        ("3 < 4 and 5 > 2", "3 < 4 and 5 > 2"),
        ("plain\n\nparagraphs\n stay", "plain\n\nparagraphs\nstay"),
        ("<p>a\n b\t c\u00a0d</p>", "a b c d"),
        ("<ul><li>One<li>Two</ul>", "One\n\nTwo"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\n\nc"),
        ("", ""),
        ("<!-- nothing -->", ""),
    ],
)
def test_markup_becomes_text(html: str, text: str) -> None:
    assert markup.text_of(html) == text


@given(fragments)
def test_any_markup_is_read(html: str) -> None:
    text = markup.text_of(html)
    assert text == text.strip()
    assert "\x00" not in text


@pytest.mark.parametrize(
    ("written", "hour"),
    [("2031-08-05T03:10:00Z", 3), ("2031-08-05T03:10:00.123456789+02:00", 1), ("Wed, 5 Aug 2031 03:10 GMT", 3)],
)  # fmt: skip
def test_moments(written: str, hour: int) -> None:
    moment = when.moment(written)
    assert moment is not None
    assert moment.hour == hour


@given(st.text(max_size=60))
def test_any_date_is_read_or_none(written: str) -> None:
    moment = when.moment(written)
    assert moment is None or moment.utcoffset() is not None


# Plain text

ARTICLE = "Rain stops play\n\nBy Ada Marsh\n\nNORTHPORT (AFP) - Rain fell.\n\n“No,” she said.\n"


@pytest.mark.parametrize(
    "code", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_a_text_is_kept_exactly(code: str) -> None:
    story = stories.from_text(ARTICLE.encode(code), "a.txt")
    assert story == Story(
        text=ARTICLE,
        title="Rain stops play",
        byline="Ada Marsh",
        agency="AFP",
        dateline="NORTHPORT",
    )


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n", "\u2028"])
def test_newlines_are_left_alone(newline: str) -> None:
    text = ARTICLE.replace("\n", newline)
    assert stories.from_text(text.encode()).text == text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Rain stops play\n\nRain fell.", "Rain stops play"),
        ("**Rain stops play**\n\nRain fell.", "Rain stops play"),
        ("CORRECTED-Rain stops play\n\nRain fell.", "Rain stops play"),
        ("Will it rain?\n\nRain fell.", "Will it rain?"),
        ("Rain fell all day.\n\nNobody minded.", ""),
        ("Rain fell all day", ""),
        ("NORTHPORT (AFP) - Rain fell\n\nNobody minded.", ""),
        ("“Nobody minded the rain”\n\nShe said so.", ""),
        ("By Ada Marsh\n\nRain fell.", ""),
        ("word " * 60 + "\n\nRain fell.", ""),
    ],
)
def test_the_first_line_is_the_title_if_it_looks_like_one(text: str, title: str) -> None:
    assert stories.from_text(text.encode()).title == title


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        ("\u2003\n".encode(), "empty"),
        (b"x" * (15 * 1024 * 1024 + 1), "too large"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04" + bytes(50), "office document"),
        (b"{\\rtf1 hello}", "RTF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "an image"),
        (bytes(range(256)) * 20, "binary"),
        (b"some text\x00with a zero", "binary"),
        ("Он сказал, что дождя не будет. ".encode("koi8-r") * 20, "encoded as"),
        ("Он сказал, что дождя не будет. ".encode("cp1251") * 20, "encoded as"),
        ("彼女は「いいえ」と言った。".encode("cp932") * 20, "encoded as"),
        ("她说：“不。”".encode("gb18030") * 20, "encoded as"),
        ("Rain fell.".encode("utf-32"), "UTF-32"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_a_hint(raw: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        stories.from_text(raw, "article.txt")
    assert caught.value.subject == "article.txt"
    assert caught.value.hint


def test_one_bad_byte_in_a_utf8_text() -> None:
    raw = "Она сказала: «нет».".encode() + b"\xe9 " + CURLY.encode()
    assert CURLY in stories.from_text(raw).text


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_text_or_refused(raw: bytes) -> None:
    with suppress(InputError):
        stories.from_text(raw)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=5, max_size=200))
def test_any_utf8_text_is_read_exactly(text: str) -> None:
    if text.strip() and not text.startswith(("\ufeff", "{\\rtf", "%PDF", "GIF8")):
        assert stories.from_text(text.encode()).text == text


# Pages

BODY = (
    "<p>NORTHPORT (Reuters) - Rain fell all day over the port, and nobody there minded it very much at all.</p>"
    "<p><q>It was late</q>, said Ada Marsh, who keeps the lighthouse and has seen a good deal of rain in her time.</p>"
    "<blockquote><p>“We were not told,” said Bo Lind, who runs the ferry to the islands every other day.</p></blockquote>"
    "<p>The harbour master said that the port would open again in the morning, whatever the weather did.</p>"
)  # fmt: skip


def page(body: str = BODY, head: str = "") -> bytes:
    title = "<title>Rain falls | The Tribune</title>"
    return f'<!DOCTYPE html><html lang="en-GB"><head>{title}{head}</head><body><nav>Home World</nav><article><h1>Rain falls</h1>{body}</article><footer>All rights reserved</footer></body></html>'.encode()


JSON_LD = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
{"@type": "WebSite", "name": "x"}, {"@type": ["NewsArticle"], "headline": "CORRECTED-Rain falls",
"datePublished": "2031-08-05T03:10:00+02:00", "dateModified": "2031-08-05T09:10:00Z",
"author": [{"@type": "Person", "name": "Ada Marsh"}], "publisher": {"name": "The Tribune"}}]}</script>"""


def test_a_page_with_its_facts() -> None:
    head = JSON_LD + '<link rel="canonical" href="/rain">'
    story = stories.from_html(page(head=head), "https://t.example/rain?ref=x")
    assert story.title == "Rain falls"
    assert story.status == "corrected"
    assert story.url == "https://t.example/rain"
    assert (story.outlet, story.byline, story.agency, story.dateline) == (
        "The Tribune",
        "Ada Marsh",
        "Reuters",
        "NORTHPORT",
    )
    assert story.published == datetime(2031, 8, 5, 1, 10, tzinfo=UTC)
    assert story.updated == datetime(2031, 8, 5, 9, 10, tzinfo=UTC)
    assert story.language == "en-GB"
    paragraphs = story.text.split("\n\n")
    assert paragraphs[1].startswith("“It was late”, said Ada Marsh")
    assert any(p.startswith("“We were not told,”") for p in paragraphs)
    assert "Home World" not in story.text


def test_a_page_with_meta_elements() -> None:
    head = (
        '<meta property="og:title" content="Rain &amp; wind"><meta property="og:site_name" content="Tribune">'
        '<meta name="author" content="By Ada Marsh"><meta property="article:published_time" content="2031-08-05">'
    )
    story = stories.from_html(page(head=head), "https://t.example/rain")
    assert (story.title, story.outlet, story.byline) == ("Rain & wind", "Tribune", "Ada Marsh")
    assert story.published == datetime(2031, 8, 5, tzinfo=UTC)


def test_a_page_that_says_nothing_of_itself() -> None:
    story = stories.from_html(page(), "https://www.t.example/rain")
    assert (story.title, story.outlet, story.url) == (
        "Rain falls",
        "t.example",
        "https://www.t.example/rain",
    )


@pytest.mark.parametrize(
    ("body", "head"),
    [
        ("", ""),
        ("<p>Subscribe to continue reading this article and support our work all year round.</p>", ""),
        ("<p>We use cookies and similar methods to recognise visitors. Accept all cookies to go on.</p>", ""),
        ("<p>Rain fell all day over the port, and nobody there minded it very much at all.</p>",
         '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'),
    ],
    ids=["nothing", "paywall", "consent", "declared"],
)  # fmt: skip
def test_a_wall_is_no_body(body: str, head: str) -> None:
    with pytest.raises(StoryError, match="no body") as caught:
        stories.from_html(page(body, head), "https://t.example/rain")
    assert caught.value.hint


@pytest.mark.parametrize("code", ["utf-8", "cp1252", "utf-16"])
def test_a_page_in_any_encoding(code: str) -> None:
    assert "“We were not told,”" in stories.from_html(page().decode().encode(code)).text


HOSTILE_PAGES = {
    "deep": b"<html><body>" + b"<div>" * 50_000 + b"x",
    "wide": b"<html><body>" + b"<p>x" * 50_000,
    "quotes": b"<html><body>" + b"<q>" * 5_000 + b"x",
    "bad json": page(head='<script type="application/ld+json">{"@type": [[[{</script>'),
    "deep json": page(head='<script type="application/ld+json">' + "[" * 100_000 + "</script>"),
    "odd json": page(head='<script type="application/ld+json">[1, null, {"@graph": 3}, {"@type": {"a": 1}}]</script>'),
    "odd facts": page(head='<script type="application/ld+json">{"@type": "Article", "author": 3, "publisher": [1], "headline": {}}</script>'),
    "bad canonical": page(head='<link rel="canonical" href="http://[">'),
    "no root": b"<!DOCTYPE html>",
}  # fmt: skip


@pytest.mark.timeout(60)
@pytest.mark.parametrize("raw", HOSTILE_PAGES.values(), ids=HOSTILE_PAGES.keys())
def test_hostile_pages_are_read_or_refused_in_time(raw: bytes) -> None:
    with suppress(StoryError):
        stories.from_html(raw, "https://t.example/")


@settings(max_examples=60, deadline=None)
@given(fragments.map(lambda s: s.encode("utf-8", "replace")))
def test_any_bytes_are_a_page_or_refused(raw: bytes) -> None:
    for document in (raw, page(body=BODY).replace(b"<h1>", raw + b"<h1>")):
        with suppress(VerifierError):
            stories.from_html(document, "https://t.example/")


SUMMARY = Story(
    text="Rain fell over the port, and the ferry did not sail.",
    title="Rain falls",
    guid="g",
    outlet="T",
    url="https://t.example/rain",
)


def test_a_summary_gets_the_body_of_its_page_and_stays_itself() -> None:
    body = stories.from_html(page(), "https://t.example/rain?utm=1")
    story = stories.with_body(SUMMARY, body)
    assert (story.id, story.title, story.url) == (
        SUMMARY.id,
        "Rain falls",
        "https://t.example/rain",
    )
    assert (story.text, story.agency, story.dateline) == (body.text, "Reuters", "NORTHPORT")


@pytest.mark.parametrize(
    "text", ["Rain.", "We use many partners to store what you like on your own device. " * 9]
)
def test_a_page_that_is_not_the_story_is_not_taken(text: str) -> None:
    assert stories.with_body(SUMMARY, Story(text=text)) == SUMMARY


def test_what_invites_to_a_page_is_not_sought_there() -> None:
    short = replace(SUMMARY, text="Rain falls. Read the full story on our site.")
    body = Story(text="In the port, rain falls as it did in May. " + "The pier is wet. " * 9)
    assert stories.with_body(short, body).text == body.text


# The guess

Form = stories.Form


@pytest.mark.parametrize(
    ("raw", "content_type", "form"),
    [
        (b"Rain fell.", "", Form.TEXT),
        (b"<b>Rain</b> fell", "", Form.TEXT),
        (page(), "", Form.PAGE),
        (b"\xef\xbb\xbf\n<!-- x --><HTML>", "", Form.PAGE),
        (b"<p>Rain fell.</p>", "", Form.PAGE),
        (page().decode().encode("utf-16"), "", Form.PAGE),
        (rss(""), "text/html", Form.FEED),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "", Form.FEED),
        (b"<?xml version='1.0'?><rdf:RDF/>", "", Form.FEED),
        (b"<?xml version='1.0'?><opml/>", "", Form.OPML),
        (b"<?xml version='1.0'?><newsItem/>", "", Form.NEWSML),
        (b"<?xml version='1.0'?><!-- x --><a:newsMessage xmlns:a='b'/>", "", Form.NEWSML),
        (b"<NewsML Version='1.2'/>", "", Form.NEWSML1),
        (b'<!DOCTYPE nitf SYSTEM "nitf-3-6.dtd"><nitf/>', "", Form.NITF),
        (b"<?xml version='1.0'?><RBNews/>", "", Form.XML),
        (b'{ "uri": "urn:a" }', "", Form.JSON),
        (b'[ {"uri": "urn:a"} ]', "", Form.JSON),
        (b"[He said so.] {sic}", "", Form.TEXT),
        (b"Rain fell.", "text/html", Form.PAGE),
    ],
)
def test_what_bytes_look_like(raw: bytes, content_type: str, form: Form) -> None:
    assert stories.looks_like(raw, content_type) is form


def test_whatever_it_is_it_is_read() -> None:
    one_entry = rss("<item><title>t</title><description>Rain.</description></item>")
    assert stories.read(ARTICLE.encode(), "a.txt").title == "Rain stops play"
    assert stories.read(page(), "a.html").title == "Rain falls"
    assert stories.read(one_entry, "a.xml").text == "Rain."


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"),
        (rss("<item><title>a</title></item><item><title>b</title></item>"), "2 stories"),
        (b"<?xml version='1.0'?><opml/>", "--feeds"),
        (b"<?xml version='1.0'?><RBNews/>", "holds no article"),
        (b"<?xml version='1.0'?><newsItem/>", "no text"),
        (b"x" * (15 * 1024 * 1024 + 1), "too large"),
    ],
)
def test_what_is_no_article_is_refused(raw: bytes, says: str) -> None:
    with pytest.raises(VerifierError, match=says):
        stories.read(raw, "a")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | fragments.map(lambda s: s.encode("utf-8", "replace")))
def test_any_bytes_are_an_article_or_refused(raw: bytes) -> None:
    with suppress(VerifierError):
        assert stories.read(raw, "a").text


def test_a_text_file_costs_no_parser() -> None:
    code = (
        "import sys; from verifier import stories; stories.read(b'Rain fell.');"
        "sys.exit(bool({'lxml', 'feedparser', 'trafilatura', 'urllib3'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_line_breaks_in_the_source_of_a_page_are_spaces() -> None:
    filler = "And the queue of lorries grew longer by the hour, as it does. " * 8
    page = (
        "<html><body><article><h1>Bridge</h1><p>“We will not\nreopen it,” said\nElena Marquand,"
        f"\n<b>the\nminister</b>\nof transport.</p>\n<p>{filler}</p></article></body></html>"
    )
    text = stories.from_html(page.encode()).text
    assert "“We will not reopen it,” said Elena Marquand, the minister of transport." in text
