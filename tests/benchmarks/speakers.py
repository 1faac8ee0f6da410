"""How often a source mention is given to the right person, the right mention being known.

    python -m tests.benchmarks.speakers GOLD SPEAKERS [--fit]

GOLD holds text/*.txt and attributions/*.ann (brat standoff); SPEAKERS has a JSON object a
line: article, source [start, end], speaker_last, form. `--fit` prints the weights of
`verifier.attention.WEIGHTS` as a log-linear ranker of a pronoun's candidates learns them.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from verifier import speakers
from verifier.cast import fits
from verifier.model import Kind, Mention, Quote
from verifier.people import name_words, parse

Key = dict[int, tuple[str, str]]
Candidates = list[tuple[bool, dict[str, float]]]
_SPAN = re.compile(r"(T\d+)\t[\w-]+ (\d+ \d+(?:;\d+ \d+)*)\t")
_STEP, _ROUNDS, _PENALTY = 0.8, 250, 1.0


def articles(gold: Path, key: dict[str, Key]) -> Iterator[tuple[str, tuple[Quote, ...], Key]]:
    """The text of each article, its attributions as quotes, and who its sources are."""
    for path in sorted((gold / "text").glob("*.txt")):
        text = path.read_bytes().decode("utf-8")
        first = min((gold / "attributions").glob(path.stem + "_*.ann"), default=None)
        if first is not None:
            yield text, quotes(text, first.read_bytes().decode("utf-8")), key[path.stem]


def quotes(text: str, standoff: str) -> tuple[Quote, ...]:
    """The attributions of one .ann file."""
    spans: dict[str, list[tuple[int, int]]] = {}
    events = []
    for line in standoff.split("\n"):
        if m := _SPAN.match(line):
            parts = (p.split() for p in m[2].split(";"))
            spans[m[1]] = sorted((int(a), int(b)) for a, b in parts)
        elif line.startswith("E"):
            events.append([r.split(":") for r in line.split("\t")[1].split()])
    found = []
    for n, roles in enumerate(events):
        content = sorted(s for r, t in roles if r.startswith("Content") for s in spans.get(t, []))
        source = sorted(s for r, t in roles if r.startswith("Source") for s in spans.get(t, []))
        mention = Mention(text=text[slice(*source[0])], span=source[0]) if source else None
        if content:
            found.append(Quote(id=str(n), kind=Kind.DIRECT, text="", spans=tuple(content),
                               source=mention, confidence=1.0))  # fmt: skip
    return tuple(sorted(found, key=lambda q: q.spans[0]))


def last_name(name: str) -> str:
    """The last word of a name that is no suffix."""
    return " ".join([*name_words(name.split(",", maxsplit=1)[0]), ""][-2:-1]) if name else ""


def score(cases: list[tuple[str, tuple[Quote, ...], Key]]) -> None:
    """Print, by form of the mention, how many speakers have the right last name."""
    tally: Counter[tuple[str, str]] = Counter()
    words, began = 0, time.process_time()
    resolved = [(speakers.resolve(text, found), key) for text, found, key in cases]
    spent = time.process_time() - began
    words = sum(len(text.split()) for text, _, _ in cases)
    for found, key in resolved:
        for q in found:
            if q.source and q.source.span[0] in key:
                form, last = key[q.source.span[0]]
                tally[form, "n"] += 1
                tally[form, "unnamed"] += q.speaker is None
                tally[form, "right"] += q.speaker is not None and last in (
                    last_name(q.speaker.name), *parse(q.speaker.name).family)  # fmt: skip
    for form in sorted({f for f, _ in tally}):
        n, right, unnamed = (tally[form, k] for k in ("n", "right", "unnamed"))
        print(f"{form:10} right {100 * right / n:5.1f} %  of {n:5}, unnamed {unnamed}")
    print(f"{words / spent:,.0f} words a second")


def examples(cases: list[tuple[str, tuple[Quote, ...], Key]]) -> list[Candidates]:
    """The candidates of every pronoun whose person is among them, as features."""
    found = []
    for text, given, key in cases:
        reader = speakers.Reader(text, given, "en")
        for at, gender, seen in reader.trace():
            form, last = key.get(at, ("", ""))
            if form not in {"pronoun", "hand"}:
                continue
            people = reader.cast.people
            rows = [(last == last_name(people[i].name), f) for i, f in seen
                    if fits(people[i].gender, gender)]  # fmt: skip
            if len(rows) > 1 and any(right for right, _ in rows):
                found.append(rows)
    return found


def fit(found: list[Candidates]) -> dict[str, float]:
    """Softmax over the candidates of each pronoun, by gradient ascent with an L2 penalty."""
    weights: defaultdict[str, float] = defaultdict(float)
    for _ in range(_ROUNDS):
        slope = defaultdict(float, {n: -_PENALTY * w for n, w in weights.items()})
        for rows in found:
            odds = [math.exp(sum(weights[n] * v for n, v in f.items())) for _, f in rows]
            right = sum(o for o, (is_right, _) in zip(odds, rows, strict=True) if is_right)
            for o, (is_right, f) in zip(odds, rows, strict=True):
                step = (o / right if is_right else 0.0) - o / sum(odds)
                for n, v in f.items():
                    slope[n] += step * v
        for n, g in slope.items():
            weights[n] += _STEP * g / len(found)
    return dict(weights)


def main() -> None:
    """Read the options, print the figures."""
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    ap.add_argument("gold", type=Path)
    ap.add_argument("speakers", type=Path)
    ap.add_argument("--fit", action="store_true")
    args = ap.parse_args()
    key: defaultdict[str, Key] = defaultdict(dict)
    for line in args.speakers.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["speaker_last"]:
            key[row["article"]][row["source"][0]] = (row.get("form", "hand"), row["speaker_last"])
    cases = list(articles(args.gold, key))
    score(cases)
    if args.fit:
        print({n: round(w, 2) for n, w in sorted(fit(examples(cases)).items())})


if __name__ == "__main__":
    main()
