"""Whole articles against archived stories, through the command line: what a desk would sign."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from verifier.cli import main

_TABLE = Path(__file__).parent / "cases" / "verdicts" / "articles.toml"


def _cases() -> list[Any]:
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in table["case"]]


def _run(*args: str | Path) -> str:
    result = CliRunner().invoke(main, [str(a) for a in args])
    assert result.exit_code in {0, 1}, result.output
    return result.stdout


def _imported(number: int, story: dict[str, str]) -> str:
    said = {k: story[k] for k in ("outlet", "agency", "title", "text") if k in story}
    url = f"https://outlet{number}.example/story"
    return json.dumps({**said, "url": url, "published": f"{story['day']}T12:00:00Z"})


def _checked(folder: Path, case: dict[str, Any]) -> dict[str, Any]:
    article, archive, stories = (folder / n for n in ("article.txt", "archive.db", "in.jsonl"))
    here = case["here"]
    article.write_text(here["text"], encoding="utf-8")
    rows = (_imported(n, story) for n, story in enumerate(case["there"]))
    stories.write_text("\n".join(rows), encoding="utf-8")
    _run("import", stories, "--archive", archive, "-q")
    stated = ["--outlet", here["outlet"], "--published", here["day"]]
    stated += ["--agency", here["agency"]] if "agency" in here else []
    report: dict[str, Any] = json.loads(
        _run("check", article, "--archive", archive, "--format", "json", "-q", *stated)
    )
    return report


@pytest.mark.parametrize("case", _cases())
def test_the_table(case: dict[str, Any], tmp_path: Path) -> None:
    report = _checked(tmp_path, case)
    for want in case["want"]:
        (quote,) = [q for q in report["quotes"] if want["q"] in q["text"]]
        matches = sorted(quote["matches"], key=lambda m: m["story"]["outlet"])
        found = {
            "q": want["q"],
            "verdict": quote["verdict"],
            "sources": quote["independent_sources"],
            "kinds": quote["divergences"],
            "whys": [m["why"] or "" for m in matches],
            "relations": [m["relation"] for m in matches],
            "reason": want.get("reason")
            if want.get("reason", "") in quote["reason"]
            else quote["reason"],
            "vias": [m["via"] for m in matches],
        }
        assert {k: found[k] for k in want} == want
