"""The first real input: an agency's text, which is tried where it is and not part of this.

The cases are there where `../shared/seed` is; elsewhere there are none, and nothing skipped.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from verifier.cli import main

SEED = Path(__file__).parents[2] / "shared" / "seed"
PARANOIA = "It's probably part of this cybersecurity paranoia"
WATCHDOG = "Having the watchdog sit in their office"


@cache
def report(archive: Path) -> dict[str, Any]:
    article, wires = SEED / "china-security-offices.txt", SEED / "wires" / "wires.opml"
    args = ["check", article, "--feeds", wires, "--archive", archive, "--format", "json"]
    result = CliRunner().invoke(main, [str(a) for a in args])
    assert result.exit_code == 1, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return report(tmp_path_factory.mktemp("seed") / "archive.db")


def quote(checked: dict[str, Any], start: str) -> dict[str, Any]:
    (found,) = [q for q in checked["quotes"] if q["text"].startswith(start)]
    return dict(found)


def by_outlet(found: dict[str, Any]) -> dict[str, Any]:
    return {m["story"]["outlet"]: m for m in found["matches"]}


if SEED.exists():

    def test_the_article(checked: dict[str, Any]) -> None:
        article = checked["article"]
        assert (article["agency"], article["dateline"]) == ("Bloomberg", "BEIJING")
        photo = article["text"].index("PHOTO: BLOOMBERG") + len("PHOTO: BLOOMBERG")
        assert all(s[0] > photo or q["text"] == "security offices"
                   for q in checked["quotes"] for s in q["spans"])  # fmt: skip

    def test_doug_young_is_corroborated(checked: dict[str, Any]) -> None:
        found = quote(checked, PARANOIA)
        assert (found["kind"], found["cue"]["text"]) == ("direct", "said")
        assert found["speaker"]["name"] == "Doug Young"
        assert "The Party Line" in found["speaker"]["role"]
        assert (found["verdict"], found["independent_sources"]) == ("corroborated", 1)
        matches = by_outlet(found)
        assert matches["Reuters"]["relation"] == "variant"
        assert set(matches["Reuters"]["differences"]) == {"contraction", "spelling"}
        assert (matches["The Island Daily"]["independent"], matches["The Island Daily"]["why"]) == (
            False,
            "reprint",
        )
        assert "AFP" not in matches

    def test_the_lost_not(checked: dict[str, Any]) -> None:
        found = quote(checked, WATCHDOG)
        assert (found["kind"], found["speaker"]["name"]) == ("direct", "Doug Young")
        assert (found["verdict"], found["divergences"]) == ("divergent", ["negation"])
        assert by_outlet(found)["Reuters"]["relation"] == "divergent"

    def test_xi_by_way_of_xinhua(checked: dict[str, Any]) -> None:
        found = quote(checked, "representatives of new media")
        assert (found["kind"], found["via"]) == ("mixed", ["Xinhua"])
        assert found["speaker"] == {"name": "Xi Jinping", "role": "President"}
        assert found["verdict"] == "copied"
        assert by_outlet(found)["Xinhua"]["why"] == "cited source"

    def test_other_words_than_the_source_that_it_cites(checked: dict[str, Any]) -> None:
        found = quote(checked, "demonstrate positive energy")
        assert (found["kind"], found["via"]) == ("mixed", ["Xinhua"])
        assert (found["speaker"]["name"], found["source"]["text"]) == ("Xi Jinping", "Mr Xi")
        assert (found["verdict"], found["divergences"]) == ("divergent", ["wording"])
        (divergence,) = by_outlet(found)["Xinhua"]["divergences"]
        assert (divergence["here"], divergence["there"]) == ("demonstrate", "show")

    def test_critical_is_xinhuas(checked: dict[str, Any]) -> None:
        found = quote(checked, "critical")
        assert found["kind"] == "mixed"
        assert "Xinhua" in " ".join([found["source"]["text"], *found["via"]])

    def test_reported_without_marks(checked: dict[str, Any]) -> None:
        users = quote(checked, "The initiative is also intended")
        assert (users["kind"], users["source"]["text"], users["via"]) == ("indirect", "Xinhua", [])
        notice = quote(checked, "For example, China blocked") if any(
            q["text"].startswith("For example") for q in checked["quotes"]
        ) else quote(checked, "China blocked")  # fmt: skip
        assert (notice["source"]["text"], notice["via"]) == ("a government notice", ["Caixin"])
        bill = quote(checked, "The draft Bill")
        assert (bill["source"]["text"], bill["via"]) == ("a statement on its website", [])
        million = quote(checked, "China had 668 million")
        assert million["source"]["text"] == "a government research institute"

    def test_a_second_check_says_the_same(tmp_path: Path) -> None:
        first = report(tmp_path / "a.db")
        report.cache_clear()
        assert report(tmp_path / "a.db") == first
