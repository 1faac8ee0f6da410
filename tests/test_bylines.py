from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier import bylines, lexicon
from verifier.bylines import Credits, Headline

BODY = "\n\nRain fell all day.\n\nNobody minded."

CREDITS = [
    ("NORTHPORT, Aug. 4 (Xinhua) -- Rain fell.", Credits(agency="Xinhua", dateline="NORTHPORT")),
    ("NORTHPORT, 4 August 2031 (Xinhua) -- Rain.", Credits(agency="Xinhua", dateline="NORTHPORT")),
    ("NORTHPORT (Reuters) - Rain fell.", Credits(agency="Reuters", dateline="NORTHPORT")),
    ("NORTHPORT/LOW HILL, March 3 (Reuters) - Rain.",
     Credits(agency="Reuters", dateline="NORTHPORT/LOW HILL")),
    ("McALDEN, Texas (AP) — Rain fell.", Credits(agency="AP", dateline="McALDEN, Texas")),
    ("(AP) — Rain fell.", Credits(agency="AP")),
    ("Dec 29 (Reuters) - Rain fell.", Credits(agency="Reuters")),
    ("RAIN AND WIND MAY COME, BUT NOT TO US — A forecast.", Credits()),
    ("ST. BRAN, Ont. — Rain fell.", Credits(dateline="ST. BRAN, Ont.")),
    ("NORTHPORT, Aug 4 - Rain fell.", Credits(dateline="NORTHPORT")),
    ("SAN TORO, Costa Alta, 4 Aug (EFE).- Rain.", Credits(agency="EFE", dateline="SAN TORO, Costa Alta")),
    ("NORTHPORT (Island Press) - Rain fell.", Credits(agency="Island Press", dateline="NORTHPORT")),
    ("NORTHPORT (AFP/Reuters) – Rain fell.", Credits(agency="AFP", dateline="NORTHPORT")),
    ("NORTHPORT (Agence France-Presse) - Rain.", Credits(agency="AFP", dateline="NORTHPORT")),
    ("By Ada Marsh", Credits(byline="Ada Marsh")),
    ("By Ada Marsh and Bo de Vries, Associated Press",
     Credits(byline="Ada Marsh and Bo de Vries, Associated Press", agency="AP")),
    ("By ADA MARSH\n\nNORTHPORT (AP) — Rain.",
     Credits(byline="ADA MARSH", agency="AP", dateline="NORTHPORT")),
    ("A caption. PHOTO: BLOOMBERG\n\nNORTHPORT (AFP) - Rain.", Credits(agency="AFP", dateline="NORTHPORT")),
    # What looks like one and is none.
    ("A caption. PHOTO: BLOOMBERG", Credits()),
    ("By the time it rained, all had left.", Credits()),
    ("By Monday the rain had stopped", Credits()),
    ("He (the mayor) - said nothing.", Credits()),
    ("Rain (and hail) - mostly hail.", Credits()),
    ("WALLACE: Is it raining?", Credits()),
    ("UPDATE 1 - Rain fell.", Credits()),
    ("I - that is, we - stayed.", Credits()),
    ('"STAY HOME" - that was the advice.', Credits()),
]  # fmt: skip


@pytest.mark.parametrize(("head", "said"), CREDITS, ids=[c[0][:40] for c in CREDITS])
def test_the_head_of_a_story(head: str, said: Credits) -> None:
    assert bylines.find(head + BODY) == said


TAILS = [
    ("(Reporting by Ada Marsh; Editing by Bo Lind)",
     Credits(credit="Reporting by Ada Marsh; Editing by Bo Lind")),
    ("© 2031 AFP", Credits(credit="© 2031 AFP", agency="AFP")),
    ("© AFP", Credits(credit="© AFP", agency="AFP")),
    ("Copyright 2031 The Associated Press. All rights reserved.",
     Credits(credit="Copyright 2031 The Associated Press. All rights reserved.", agency="AP")),
    ("Source: Xinhua", Credits(credit="Source: Xinhua", agency="Xinhua")),
    ("Reuters", Credits(credit="Reuters", agency="Reuters")),
    ("(Bernama)", Credits(credit="(Bernama)", agency="Bernama")),
    ("That was all, she said. (ANI)", Credits(agency="ANI")),
    ("That was all, she said. — Reuters", Credits(agency="Reuters")),
    ("That was all, she said. [PTI]", Credits(agency="PTI")),
    ("© The Island Daily", Credits(credit="© The Island Daily")),
    ("That was all, she said (smiling).", Credits()),
]  # fmt: skip


@pytest.mark.parametrize(("tail", "said"), TAILS, ids=[t[0][:40] for t in TAILS])
def test_the_end_of_a_story(tail: str, said: Credits) -> None:
    assert bylines.find(f"Rain fell all day.{BODY}\n\n{tail}") == said


@pytest.mark.parametrize(
    ("given_byline", "byline", "agency"),
    [
        ("Ada Marsh", "Ada Marsh", None),
        ("By Ada Marsh, Associated Press", "Ada Marsh, Associated Press", "AP"),
        ("Ada Marsh | AFP", "Ada Marsh | AFP", "AFP"),
        ("Reuters", "Reuters", "Reuters"),
        ("news@tribune.example (Ada Marsh)", "Ada Marsh", None),
        ("news@tribune.example", None, None),
        ("https://tribune.example/ada", None, None),
        ("  Ada\n Marsh ", "Ada Marsh", None),
    ],
)
def test_a_byline_from_beside_the_text(
    given_byline: str, byline: str | None, agency: str | None
) -> None:
    said = bylines.find("Rain fell." + BODY, given_byline)
    assert (said.byline, said.agency) == (byline, agency)


def test_the_dateline_outranks_the_byline_and_the_end() -> None:
    text = f"NORTHPORT (AFP) - Rain.{BODY}\n\n(Reuters)"
    assert bylines.find(text, "Ada Marsh, Associated Press").agency == "AFP"


HEADLINES = [
    ("Rain stops play", Headline(title="Rain stops play")),
    ("UPDATE 1-Rain stops play", Headline(title="Rain stops play", status="updated", note="UPDATE 1")),
    ("CORRECTED-Rain stops play", Headline(title="Rain stops play", status="corrected", note="CORRECTED")),
    ("CORRECTED-UPDATE 2-Rain", Headline(title="Rain", status="corrected", note="CORRECTED UPDATE 2")),
    ("UPDATE 2-CORRECTED-Rain", Headline(title="Rain", status="corrected", note="UPDATE 2 CORRECTED")),
    ("CORRECTED (OFFICIAL)-Rain",
     Headline(title="Rain", status="corrected", note="CORRECTED (OFFICIAL)")),
    ("REFILE-Rain", Headline(title="Rain", status="corrected", note="REFILE")),
    ("WITHDRAWN-Rain", Headline(title="Rain", status="withdrawn", note="WITHDRAWN")),
    ("WITHDRAWN", Headline(title="WITHDRAWN", status="withdrawn", note="WITHDRAWN")),
    ("Correction: Northport-Rain story",
     Headline(title="Northport-Rain story", status="corrected", note="Correction")),
    ("(2nd LD) Rain floods port", Headline(title="Rain floods port", status="updated", note="(2nd LD)")),
    ("(URGENT) Rain", Headline(title="Rain")),
    ("LEAD: Rain floods port", Headline(title="Rain floods port", status="updated", note="LEAD")),
    ("EXCLUSIVE-Rain", Headline(title="Rain")),
    ("AP-NO--Rain, 1st Ld-Writethru",
     Headline(title="AP-NO--Rain", status="updated", note="1st Ld-Writethru")),
    ("Lead-free petrol at last", Headline(title="Lead-free petrol at last")),
    ("Take-away shops close", Headline(title="Take-away shops close")),
    ("Live-in nurse sought", Headline(title="Live-in nurse sought")),
    ("Marsh: rain will stop", Headline(title="Marsh: rain will stop")),
    ("", Headline(title="")),
]  # fmt: skip


@pytest.mark.parametrize(("title", "said"), HEADLINES, ids=[h[0] for h in HEADLINES])
def test_the_slugs_of_a_headline(title: str, said: Headline) -> None:
    assert bylines.headline(title) == said


NOTES = [
    ("Eds: CORRECTS the name in the second paragraph.",
     ("CORRECTS the name in the second paragraph.", "corrected")),
    ("Eds: UPDATES with details, byline.", ("UPDATES with details, byline.", "updated")),
    ("(Corrects spelling in paragraph 2)", ("Corrects spelling in paragraph 2", "corrected")),
    ("(This March 3 story has been corrected to change the name)",
     ("This March 3 story has been corrected to change the name", "corrected")),
    ("An earlier version of this article misstated the date.",
     ("An earlier version of this article misstated the date.", "corrected")),
    ("Editor’s note: this story has been withdrawn", ("this story has been withdrawn", "withdrawn")),
    ("This story is about rain.", None),
    ("The article was on the table.", None),
    ("The report says that fixed prices were agreed.", None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "said"), NOTES, ids=[n[0][:40] for n in NOTES])
@pytest.mark.parametrize("place", ["first", "last"])
def test_notes_to_editors(line: str, said: tuple[str, str] | None, place: str) -> None:
    text = f"{line}{BODY}" if place == "first" else f"Rain fell all day.{BODY}\n\n{line}"
    assert bylines.editors_note(text) == said


@pytest.mark.parametrize("alias", sorted(lexicon.names("agencies")))
def test_every_alias_finds_its_agency(alias: str) -> None:
    name = lexicon.names("agencies")[alias]
    assert bylines.agency(alias.upper()) == name
    assert bylines.find(f"NORTHPORT ({alias}) - Rain fell.").agency == name


@pytest.mark.parametrize("slug", sorted(lexicon.pairs("slugs")))
def test_every_slug_is_taken_off(slug: str) -> None:
    said = bylines.headline(f"{slug.upper()}-Rain stops play")
    assert (said.title, said.status) == ("Rain stops play", lexicon.pairs("slugs")[slug])


@pytest.mark.parametrize("opening", sorted(lexicon.entries("reporting_credits")))
def test_every_opening_of_a_credit_line_is_one(opening: str) -> None:
    line = f"{opening.capitalize()} Ada Marsh"
    assert bylines.find(f"Rain.{BODY}\n\n{line}").credit == line


@given(st.text(max_size=300), st.text(max_size=100))
def test_any_text_is_read(text: str, byline: str) -> None:
    bylines.find(text, byline)
    bylines.editors_note(text)
    assert bylines.headline(text).title or not text.strip()


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "part", ["(", "A ", "A, ", "- ", "By A ", "(AP) ", "© ", "\n(", "Update-", "this "]
)
def test_long_texts_take_no_longer(part: str) -> None:
    text = part * 300_000
    bylines.find(text, text)
    bylines.headline(text)
    bylines.editors_note(text)
