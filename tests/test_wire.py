"""Wire formats: what each says, in each of its versions, is in the story; bad files are refused."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from verifier import stories
from verifier.errors import VerifierError
from verifier.model import Story
from verifier.stories import wire
from verifier.stories.wire import Item

HERE = Path(__file__).parent / "wire"
FILES = sorted(HERE.iterdir())
CORRECTION, KILL, EMBARGOED = (
    (HERE / f"{name}.xml").read_bytes()
    for name in ("newsml-correction", "newsml-kill", "nitf-embargoed")
)


def read(name: str) -> tuple[Story, ...]:
    """The stories of a sample; nothing of it may be refused."""
    found, problems = stories.read_all((HERE / name).read_bytes(), name)
    assert not problems
    return found


def one(raw: bytes) -> Story:
    found, problems = stories.read_all(raw, "a.xml")
    assert not problems
    return found[0]


def g2(meta: str = "", content: str = "", body: str = "", more: str = "") -> bytes:
    """A NewsML-G2 item with these parts."""
    return (
        f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:a.example:1" '
        f'version="1" {more}><itemMeta><itemClass qcode="ninat:text"/>{meta}</itemMeta>'
        f"<contentMeta><headline>Rain</headline>{content}</contentMeta><contentSet>"
        f"{body or '<inlineData>Rain fell.</inlineData>'}</contentSet></newsItem>"
    ).encode()


def nitf(data: str = "", head: str = "", body: str = "<p>Rain fell.</p>", more: str = "") -> bytes:
    return (
        f"<nitf><head><docdata {more}>{data}</docdata></head><body><body.head>{head}</body.head>"
        f"<body.content>{body}</body.content></body></nitf>"
    ).encode()


def ninjs(**more: Any) -> bytes:
    return json.dumps({"uri": "urn:newsml:a.example:1", "body_text": "Rain fell.", **more}).encode()


# ---------------------------------------------------------------- whole samples
def test_a_newsml_g2_correction() -> None:
    (story,) = read("newsml-correction.xml")
    assert story == Story(
        text="PORT ELSO (Island Press) - The ferry turned back on Monday.\n\n"
        "“We had sixty people aboard,” Captain Jon Marsh said.",
        title="Ferry turns back in storm",
        guid="urn:newsml:islandpress.example:20260302:ferry-4711",
        outlet="Island Press",
        agency="Island Press",
        byline="Ada Quill",
        dateline="PORT ELSO",
        credit="Island Press/Coast Radio",
        published=datetime(2026, 3, 2, 8, tzinfo=UTC),
        updated=datetime(2026, 3, 2, 10, 5, tzinfo=UTC),
        language="en-GB",
        status="corrected",
        note="Corrects number of passengers in 2nd paragraph",
        slug="HARBOUR-FERRY",
        revision="3",
    )


def test_a_kill_takes_back_what_was_sent_and_may_be_without_text() -> None:
    (kill,), (killed,) = read("newsml-kill.xml"), read("newsml-correction.xml")
    assert (kill.status, kill.text) == ("withdrawn", "")
    assert kill.note == "KILL: the captain did not say this"
    assert kill.id == killed.id
    assert kill.follows(killed)
    assert not killed.follows(kill)
    with pytest.raises(VerifierError, match="withdrawn"):
        stories.read(KILL, "kill.xml")


def test_an_nitf_story_under_embargo() -> None:
    (story,) = read("nitf-embargoed.xml")
    assert story == Story(
        text="The harbour will close,\na report says.\n\nCouncil\n\n"
        "“We are not surprised”, Mayor Lena Voss said.",
        title="Harbour to close, says report",
        guid="ISP-0815",
        outlet="Island Press",
        agency=None,
        byline="Ada Quill, Harbour Correspondent",
        dateline="PORT ELSO",
        credit="Island Press",
        published=datetime(2026, 3, 2, 9, tzinfo=UTC),
        updated=datetime(2026, 3, 2, 9, tzinfo=UTC),
        language="en-GB",
        status="embargoed",
        note="Embargoed to 0001 Tuesday March 3",
        slug="ISP-0815",
        revision="2",
        embargo=datetime(2026, 3, 2, 23, 1, tzinfo=UTC),
    )


def test_ninjs_1() -> None:
    (story,) = read("ninjs-1.json")
    assert story == Story(
        text="The ferry sails again.\n\n“At last,” Mayor Lena Voss said.",
        title="Ferry sails again",
        url="http://wire.example/items/42",
        guid="http://wire.example/items/42",
        outlet="Island Press",
        byline="Ada Quill",
        dateline="PORT ELSO",
        published=datetime(2026, 3, 2, 8, tzinfo=UTC),
        updated=datetime(2026, 3, 2, 10, tzinfo=UTC),
        language="en",
        status="updated",
        note="Adds mayor",
        slug="HARBOUR-FERRY",
        revision="2",
    )


def test_ninjs_3_in_a_list() -> None:
    harbour, bridge = read("ninjs-3.json")
    assert (harbour.title, harbour.text) == ("Harbour to close", "It is.")
    assert (harbour.outlet, harbour.language, harbour.revision) == ("Island Press", "en-GB", "7")
    assert (harbour.status, harbour.embargo) == (
        "embargoed",
        datetime(2026, 3, 2, 23, 1, tzinfo=UTC),
    )
    assert (bridge.title, bridge.text, bridge.status) == ("Bridge opens", "", "withdrawn")


def test_newsml_1() -> None:
    (story,) = read("newsml-1.xml")
    assert story.text == 'The harbour is closed.\n\n"Nobody sails," she said.'
    assert (story.title, story.status, story.note) == (
        "Storm closes harbour",
        "corrected",
        "REFILE",
    )
    assert story.guid == "islandpress.example:20260302:TX-4712"
    assert (story.outlet, story.dateline, story.revision) == ("Island Press", "PORT ELSO", "2")
    assert story.updated == datetime(2026, 3, 2, 9, tzinfo=UTC)


ANPA = (
    b"\x16\x16\x01W2607\x1fasian\nr a\x13\x11 BC-XX--Ferry 1stLd-Writethru   03-02 0093\n"
    b"\x02^BC-XX--Ferry-Storm, 2nd Ld-Writethru,93<\n^AP Photo XX101<\n"
    b"^Ferry turns back in storm<\n^Eds: CORRECTS number in 2nd paragraph<\n"
    b"^By ADA QUILL=\n^Island Press=\n"
    b"\t   PORT ELSO (AP) _ The ferry turned back.\n \n\t   ``We had sixty people aboard,'' "
    b"Captain Jon Marsh said.\n\n\t   \x03AP-WF-03-02-26 0745GMT<\n\n\x0c\n\x04"
)
IPTC = (
    b"\x01eca0003 3 i 380  dpa 0045\r\n\nFerry/storm/\r\n\x02REFILE\n1ST LEAD\n"
    b"Ferry turns back in\r\nstorm\nBy Ada Quill, dpa =\r\n\nPort Elso (dpa) - The ferry turned\r\n"
    b'back on Monday.\r\n\n"We had sixty people\r\naboard," Captain Jon Marsh said.\r\n\n'
    b"# dpa NOTEBOOK\r\n\n- Call Ada.\r\n\x03022322 GMT Mar 26 \r\n\x7f\n\x04"
)


def test_anpa_copy() -> None:
    assert one(ANPA) == Story(
        text="PORT ELSO (AP) _ The ferry turned back.\n\n"
        "``We had sixty people aboard,'' Captain Jon Marsh said.",
        title="Ferry turns back in storm",
        guid="anpa:20260302:BC-XX--Ferry-Storm",
        outlet="AP",
        agency="AP",
        byline="ADA QUILL",
        dateline="PORT ELSO",
        published=datetime(2026, 3, 2, 7, 45, tzinfo=UTC),
        updated=datetime(2026, 3, 2, 7, 45, tzinfo=UTC),
        language="en",
        status="corrected",
        note="CORRECTS number in 2nd paragraph",
        slug="BC-XX--Ferry-Storm, 2nd Ld-Writethru",
        revision="2",
    )


_BODY = "The ferry turned back on Monday.\n\nNobody was hurt."
_SENT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("item", "field", "value"),
    [
        (Item(body=_BODY, headline="Ferry", slug="storm"), "title", "Ferry"),
        (Item(body=_BODY, slug="BC-Ferry-Storm"), "title", "BC-Ferry-Storm"),
        (Item(body=_BODY), "title", "The ferry turned back on Monday."),
        (Item(body="word " * 60), "title", "word " * 19 + "…"),
        (Item(), "title", ""),
        (Item(body=_BODY, language="de-AT"), "language", "de-AT"),
        (Item(body=_BODY), "language", "en"),
        (Item(body="Bogus"), "language", None),
        (Item(body=_BODY, created=_SENT), "updated", _SENT),
        (Item(body=_BODY, created=_SENT, changed=_SENT.replace(hour=3)), "updated",
         _SENT.replace(hour=3)),
    ],
)  # fmt: skip
def test_what_is_not_stated_is_taken_from_what_stands_for_it(
    item: Item, field: str, value: object
) -> None:
    assert getattr(wire.story(item), field) == value


def test_iptc_7901_copy() -> None:
    assert one(IPTC) == Story(
        text="Port Elso (dpa) - The ferry turned back on Monday.\n\n"
        '"We had sixty people aboard," Captain Jon Marsh said.',
        title="Ferry turns back in storm",
        guid="iptc:20260302:eca0003 3 i 380 dpa 0045",
        outlet="dpa",
        agency="dpa",
        byline="Ada Quill, dpa",
        published=datetime(2026, 3, 2, 23, 22, tzinfo=UTC),
        updated=datetime(2026, 3, 2, 23, 22, tzinfo=UTC),
        language="en",
        status="corrected",
        note="REFILE 1ST LEAD",
        slug="Ferry/storm",
    )


@pytest.mark.parametrize("raw", [ANPA, IPTC])
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_damaged_copy_is_read_or_refused(raw: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(raw)))
    stop = data.draw(st.integers(start, len(raw)))
    with suppress(VerifierError):
        stories.read_all(raw[:start] + data.draw(st.binary(max_size=9)) + raw[stop:], "a")


# ---------------------------------------------------------------- status
@pytest.mark.parametrize(
    ("raw", "status", "note"),
    [
        (g2('<pubStatus qcode="stat:usable"/>'), "usable", None),
        (g2('<pubStatus qcode="stat:canceled"/>'), "withdrawn", None),
        (g2('<pubStatus qcode="stat:withdrawn"/>'), "withdrawn", None),
        (g2('<pubStatus qcode="stat:withheld"/>'), "withheld", None),
        (g2('<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/canceled"/>'), "withdrawn", None),
        (g2('<signal qcode="sig:correction"/>'), "corrected", None),
        (g2('<signal uri="http://cv.iptc.org/newscodes/signal/correction"/>'), "corrected", None),
        (g2('<signal qcode="sig:update"/><signal qcode="edStat:C"/>'), "corrected", None),
        (g2('<signal qcode="edStat:U"/>'), "updated", None),
        (g2('<signal qcode="x:correction"/>'), "usable", None),
        (g2("<embargoed/>"), "embargoed", None),
        (g2("<edNote>Eds: CORRECTS name in lead</edNote>"), "corrected", "CORRECTS name in lead"),
        (g2("<edNote>Korjattu aiempaa uutista</edNote>"), "corrected", "Korjattu aiempaa uutista"),
        (g2("<edNote>Kill this story</edNote>"), "withdrawn", "Kill this story"),
        (g2("<edNote>Adds that he withdrew</edNote>"), "updated", "Adds that he withdrew"),
        (g2("<edNote>This story has been withdrawn</edNote>"), "withdrawn", "This story has been withdrawn"),
        (g2('<edNote role="x:private">Corrects me</edNote>'), "usable", None),
        (g2(content="<slugline>BC-Rain, 1st Ld-Writethru</slugline>"), "updated", "1st Ld-Writethru"),
        (
            g2(body="<inlineData>(Corrects the day)\n\nRain fell on Monday.</inlineData>"),
            "corrected",
            "Corrects the day",
        ),
        (nitf(more='management-status="canceled"'), "withdrawn", None),
        (nitf('<correction info="the day"/>'), "corrected", "the day"),
        (nitf('<ed-msg info="UPDATES with reaction"/>'), "updated", "UPDATES with reaction"),
        (nitf(head="<hedline><hl1>WITHDRAWN: Rain</hl1></hedline>"), "withdrawn", "WITHDRAWN"),
        (nitf(head="<hedline><hl1>EMBARGOED: Rain</hl1></hedline>"), "embargoed", "EMBARGOED"),
        (ninjs(pubstatus="withheld"), "withheld", None),
        (ninjs(pubStatus="cancelled"), "withdrawn", None),
        (ninjs(signals=[{"uri": "http://cv.iptc.org/newscodes/signal/correction"}]), "corrected", None),
        (ninjs(signals=["update"]), "updated", None),
        (ninjs(ednote="Corrects the day"), "corrected", "Corrects the day"),
        (ninjs(embargoed="2026-03-03T00:01:00Z"), "embargoed", None),
        (ninjs(embargoed="soon"), "usable", None),
    ],
)  # fmt: skip
def test_every_signal_is_recognised(raw: bytes, status: str, note: str | None) -> None:
    story = one(raw)
    assert (story.status, story.note) == (status, note)


NOW = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "embargo", "held"),
    [
        ("usable", None, False),
        ("corrected", None, False),
        ("withdrawn", None, False),
        ("withheld", None, True),
        ("withheld", datetime(2026, 3, 2, tzinfo=UTC), True),
        ("embargoed", None, True),
        ("embargoed", datetime(2026, 3, 4, tzinfo=UTC), True),
        ("embargoed", datetime(2026, 3, 3, tzinfo=UTC), False),
        ("withdrawn", datetime(2026, 3, 4, tzinfo=UTC), True),
    ],
)
def test_what_may_not_be_shown_yet(status: str, embargo: datetime | None, held: bool) -> None:
    assert Story(text="", status=status, embargo=embargo).held(NOW) is held


@pytest.mark.parametrize(
    ("mine", "theirs", "follows"),
    [
        (("2", None), ("1", None), True),
        (("10", None), ("9", None), True),
        (("9", None), ("10", None), False),
        (("1", 5), ("2", 4), False),
        (("2", 4), ("2", 5), False),
        (("", 4), ("", 5), False),
        (("", 5), ("7", 4), True),
        (("", None), ("", 5), True),
        (("b", None), ("a", None), True),
        (("9" * 5000, None), ("1", None), True),
    ],
)
def test_which_version_is_the_later_one(
    mine: tuple[str, int | None], theirs: tuple[str, int | None], follows: bool
) -> None:
    this, that = (
        Story(text="", revision=r, updated=datetime(2026, 3, d, tzinfo=UTC) if d else None)
        for r, d in (mine, theirs)
    )
    assert this.follows(that) is follows


# ---------------------------------------------------------------- identity
def test_an_nitf_key_is_the_storys_only_if_it_has_versions() -> None:
    issued = '<date.issue norm="20260302T090000Z"/>'
    slug = nitf(f'<doc-id id-string="A1"/><du-key key="HARBOUR"/>{issued}')
    daily = nitf(f'<doc-id id-string="A1" regsrc="ISP"/><du-key key="LEAD" version="4"/>{issued}')
    assert one(slug).guid == "A1"
    assert (one(daily).guid, one(daily).revision) == ("ISP:20260302:LEAD", "4")


def test_a_ninjs_address_that_names_the_version_is_not_the_id() -> None:
    first, second = (ninjs(uri=f"http://PA_API/u-1/{n}", usn="u-1", version=n) for n in "12")
    assert one(first).id == one(second).id
    assert one(first).revision == "1"


@pytest.mark.parametrize(
    ("meta", "outlet"),
    [
        ('<provider qcode="nprov:dpa"><name>Deutsche Presse-Agentur GmbH</name></provider>', "dpa"),
        ('<provider literal="reuters.com"/>', "Reuters"),
        ('<provider literal="scoop.example"/>', "scoop.example"),
        ("<provider/>", "a.example"),
        ("", "a.example"),
    ],
)
def test_the_outlet_is_the_provider_by_the_name_it_is_known_by(meta: str, outlet: str) -> None:
    assert one(g2(meta)).outlet == outlet


def test_a_feed_that_is_named_after_an_agency() -> None:
    assert one(ninjs(**{"source-feed": "PA_API", "copyrightHolder": "SCN"})).outlet == "PA"


# ---------------------------------------------------------------- bodies
@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<inlineData>Rain\nfell.\n\nIt\nstopped.</inlineData>", "Rain fell.\n\nIt stopped."),
        ("<inlineData>  Rain\nfell.\n   It\nstopped.</inlineData>", "Rain fell.\n\nIt stopped."),
        ("<inlineData>Rain fell.\nIt stopped.</inlineData>", "Rain fell.\nIt stopped."),
        ("<inlineData><![CDATA[<p>Rain.</p><p>Sun.</p>]]></inlineData>", "Rain.\n\nSun."),
        ("<inlineData><![CDATA[\n<p>\n  Rain\nfell.\n   Sun &amp; wind.</p>]]></inlineData>",
         "Rain fell.\n\nSun & wind."),
        ('<inlineData encoding="base64">UmFpbg==</inlineData><inlineData>A</inlineData>', "A"),
        ('<inlineData contenttype="image/png">UmFpbg==</inlineData><inlineData>A</inlineData>', "A"),
        ("<inlineXML><html><body>Rain</body></html></inlineXML>", "Rain"),
        ("<inlineXML><nitf><body><body.content><p>A</p></body.content></body></nitf></inlineXML>", "A"),
        ("<inlineXML><p>&amp;quot;Rain,&amp;quot; she said.</p></inlineXML>", '"Rain," she said.'),
        ("<inlineXML><p>Rain</p><p>It fell.</p></inlineXML>", "It fell."),
        ("<inlineXML><p>A&nbsp;b &eacute; &unknown; c</p></inlineXML>", "A b é &unknown; c"),
    ],
)  # fmt: skip
def test_the_body(body: str, text: str) -> None:
    assert one(g2(body=body)).text == text


@pytest.mark.parametrize(
    ("more", "text", "title"),
    [
        ({"body_text": "Plain.", "body_xhtml": "<p>Rich.</p>"}, "Rich.", "Rich."),
        ({"body_text": "", "body_teaser": "Rain", "headline_main": "Rain"}, "Rain", "Rain"),
        ({"body_text": "", "bodies": [{"contentType": "text/plain", "value": "Rain"}]}, "Rain", "Rain"),
        ({"body_text": "", "bodies": {"value": "Rain"}, "title": "Rain falls"}, "Rain", "Rain falls"),
        ({"body_text": "", "bodies": [{"role": "nitf", "contentType": "application/xml",
          "value": "<nitf/>"}, {"role": "html5", "value": "<p>Rain</p>"}]}, "Rain", "Rain"),
    ],
)  # fmt: skip
def test_the_body_and_headline_of_ninjs(more: dict[str, Any], text: str, title: str) -> None:
    story = one(ninjs(**more))
    assert (story.text, story.title) == (text, title)


def test_a_message_of_many_items_gives_each(tmp_path: Path) -> None:
    items = "".join(g2().decode().replace("a.example:1", f"a.example:{n}") for n in range(50))
    raw = f'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{items}</itemSet></newsMessage>'
    found, problems = stories.read_all(raw.encode(), str(tmp_path))
    assert (len({story.id for story in found}), problems) == (50, ())
    with pytest.raises(VerifierError, match="50 stories"):
        stories.read(raw.encode(), "many.xml")


# ---------------------------------------------------------------- refused
@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (CORRECTION[:-40], "cut off or damaged"),
        (CORRECTION[: len(CORRECTION) // 2], "cut off or damaged"),
        (b'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"/>', "no item"),
        (g2().replace(b"ninat:text", b"ninat:picture"), "a picture item"),
        (g2().replace(b"newsItem", b"packageItem"), "a package"),
        (g2(body="<remoteContent href='a.jpg'/>"), "no text in item Rain"),
        (nitf(body=""), "no text"),
        (ANPA[:-60], "cut off"),
        (b'{"uri": "urn:a", "body_text": "Rain', "cut off or damaged"),
        (b'{"uri": "urn:a", "type": "picture"}', "a picture item"),
        (b'{"uri": "urn:a", "type": "text", "headline": "Rain"}', "no text in item Rain"),
        (b'{"name": "package", "version": "1"}', "no ninjs item"),
        (b'{"a":' * 100_000, "nested too deeply|cut off"),
        (b"<nitf>" * 1_000, "cut off or damaged"),
    ],
)
def test_what_holds_no_story_is_refused_with_a_reason(raw: bytes, says: str) -> None:
    with pytest.raises(VerifierError, match=says):
        stories.read(raw, "a")


def test_no_entity_is_expanded_and_no_file_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    many = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE nitf [<!ENTITY e0 "x"><!ENTITY f SYSTEM "{secret}">{many}]>'
    raw = doctype.encode() + nitf(body="<p>Rain &e11; &f; fell.</p>")
    with suppress(VerifierError):
        text = stories.read(raw, "a").text
        assert "hidden" not in text
        assert len(text) < 100


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_file_never_raises_anything_else(path: Path, data: st.DataObject) -> None:
    raw = path.read_bytes()
    start = data.draw(st.integers(0, len(raw)))
    stop = data.draw(st.integers(start, len(raw)))
    put = data.draw(st.binary(max_size=20))
    with suppress(VerifierError):
        found, _ = stories.read_all(raw[:start] + put + raw[stop:], "a")
        assert all(isinstance(story, Story) for story in found)


KEYS = (
    *("uri", "headline", "headlines", "body_html", "body_text", "bodies", "value", "role"),
    *("version", "type", "byline", "associations", "pubstatus", "signals", "ednote", "embargoed"),
    *("language", "infosources", "provider", "item", "data", "text", "altids", "versioncreated"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JSON)
def test_any_json_is_a_story_or_refused(value: object) -> None:
    with suppress(VerifierError):
        stories.read_all(json.dumps(value).encode(), "a")


@settings(max_examples=200, deadline=None)
@given(st.builds(wire.Item, body=st.text(), headline=st.text(), slug=st.text(), guid=st.text(),
                 byline=st.text(), dateline=st.text(), credit=st.text(), language=st.text(),
                 revision=st.text(), provider=st.tuples(st.text()), notes=st.tuples(st.text()),
                 codes=st.tuples(st.text())))  # fmt: skip
def test_any_item_makes_a_story(item: wire.Item) -> None:
    story = wire.story(item)
    assert story.id
    assert len(story.title) <= 1000
    assert {field.name for field in fields(story)} >= {"revision", "embargo", "slug"}
