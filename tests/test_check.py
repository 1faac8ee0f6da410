"""A check over the real archive, engine and extraction: what no single room shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.factories import day
from verifier.archive import Archive
from verifier.extraction import extract
from verifier.model import Finding, Story
from verifier.pipeline.check import check
from verifier.policy import Policy

_AP = Story(
    outlet="AP",
    guid="1",
    published=day(2031, 5, 3, 9),
    text="""PORT ELLERY (AP) - The wall will be dug up, and nobody likes it.

"We will dig while the wall is moving, and we will pay for every stone of it," said Ada Holm, the harbour minister, on Monday.

"I have never taken money from the council of this town or from anybody who sits on it," Holm said.

Later she spoke about her youth. "I climbed the northern wall at night to measure the cracks with a candle, and I will do it again next winter," she said.
""",
)
_STAR = Story(
    outlet="Northern Star",
    guid="1",
    published=day(2031, 5, 3, 10),
    text="""Plans for the harbour have stirred anger in the valley.

"It is a disgrace that nobody looked at the wall for eleven years," said Ada Holm, the harbour minister.

"The tower is not the business of my ministry and it never was," said Bertil Krone, her deputy.
""",
)


def checked(
    path: Path, *said: str, speaker: str = "Ada Holm", again: Story | None = None
) -> Finding:
    """The finding for the first quote of an article with the paragraphs `said`."""
    text = "The minister is under fire.\n\n" + "\n\n".join(f'"{s}" said {speaker}.' for s in said)
    article = Story(outlet="Ellery Post", published=day(2031, 5, 5), text=text)
    with Archive.open(path / "a.sqlite") as opened:
        opened.add((story, extract(story)) for story in (_AP, _STAR, *([again] if again else [])))
        return check(article, opened, policy=Policy(), now=day(2031, 5, 6)).findings[0]


def test_a_splice_of_two_quotes_of_one_story(tmp_path: Path) -> None:
    found = checked(
        tmp_path,
        "I have never taken money from the council of this town, and I will do it again next winter,",
    )
    assert (found.verdict.value, found.divergences) == ("divergent", ("splice",))


def test_a_correction_is_told_with_its_hour(tmp_path: Path) -> None:
    corrected = replace(
        _AP,
        text=_AP.text.replace("We will dig", "We will not dig"),
        status="corrected",
        updated=day(2031, 5, 4, 16),
    )
    found = checked(
        tmp_path,
        "We will dig while the wall is moving, and we will pay for every stone of it,",
        again=corrected,
    )
    assert (found.verdict.value, found.divergences) == ("divergent", ("negation",))
    assert found.matches[0].correction == "AP corrected this quote on 4 May 2031, 16:00 UTC"


def test_a_withdrawn_story_corroborates_nothing(tmp_path: Path) -> None:
    notice = "The story about the wall in Port Ellery has been withdrawn."
    withdrawn = replace(_AP, text=notice, status="withdrawn", updated=day(2031, 5, 4, 16))
    found = checked(
        tmp_path,
        "We will dig while the wall is moving, and we will pay for every stone of it,",
        again=withdrawn,
    )
    assert (found.verdict.value, found.independent_sources) == ("copied", 0)
    assert "AP withdrew this story on 4 May 2031, 16:00 UTC" in found.reason


def test_words_of_another_man(tmp_path: Path) -> None:
    said = "The tower is not the business of my ministry and it never was,"
    found = checked(tmp_path, said)
    assert (found.verdict.value, found.divergences) == ("divergent", ("speaker",))
    found = checked(tmp_path, said, speaker="Bertil Krone")
    assert (found.verdict.value, found.independent_sources) == ("corroborated", 1)


def test_harmless_differences_corroborate(tmp_path: Path) -> None:
    found = checked(tmp_path, "It's a disgrace that nobody looked at the wall for 11 years,")
    assert found.verdict.value == "corroborated"
    assert set(found.matches[0].differences) == {"contraction", "number-format"}


def test_common_words_are_nobodys(tmp_path: Path) -> None:
    found = checked(tmp_path, "Thank you very much,")
    assert found.verdict.value == "unmatched"
    assert "ommon to attribute" in found.reason
