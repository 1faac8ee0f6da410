"""Every output of the sample: `./run.sh golden` writes them to tests/golden/report.

A changed golden file is read by a person before it is committed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests import sample
from verifier.report import annotation, atom, csv, html, json, lines, text

GOLDEN = Path(__file__).parent / "golden" / "report"

OUTPUTS: dict[str, Callable[[], str]] = {
    "check.json": lambda: json.write(sample.report()),
    "check.jsonl": lambda: json.write_lines(sample.report()),
    "check.html": lambda: html.write(sample.report()),
    "check.csv": lambda: csv.write(sample.report()),
    "check.atom": lambda: atom.write(sample.report()),
    "check.annotation.json": lambda: annotation.write(sample.report()),
    "check.lines": lambda: lines.write(sample.report(), path="feeds/sample/article.txt"),
    "check.txt": lambda: text.write(sample.report()),
    "check-60.txt": lambda: text.write(sample.report(), width=60),
    "check-styled.txt": lambda: text.write(sample.report(), style=lambda t, s: f"<{s}>{t}</{s}>"),
    "night.json": lambda: json.write_night(sample.night()),
    "night.html": lambda: html.write_night(sample.night()),
    "night.csv": lambda: csv.write_night(sample.night()),
    "night.atom": lambda: atom.write_night(sample.night()),
    "night.txt": lambda: text.write_night(sample.night()),
}


def main() -> None:
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name, output in OUTPUTS.items():
        (GOLDEN / name).write_bytes(output().encode())


if __name__ == "__main__":
    main()
