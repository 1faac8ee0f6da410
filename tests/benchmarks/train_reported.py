"""Train the weights of reported clauses on a gold folder, and print cross-validated figures.

    python tests/benchmarks/train_reported.py --gold DIR [--folds 4] [--write]

The gold folder holds text/<name>.txt and attributions/<name>_<annotator>.ann (brat standoff
with the roles Source, Cue and Content). Needs numpy and scipy. `--write` replaces
verifier/lexicon/en/reported.txt by weights trained on the whole folder.

Each choice is a conditional logit with an L1 penalty, which leaves a few hundred weights a
choice. The judges of the finished clause are trained on clauses that were read with the
weights of the other folds, so their probabilities mean something.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from verifier import lexicon
from verifier.model import Span
from verifier.policy import Policy
from verifier.quotes import clauses, learned, marks, readings, reported, syntax, wordclass
from verifier.quotes.clauses import FRAMES, Cue
from verifier.quotes.wordclass import BREAKS, Row

WEIGHTS = Path(lexicon.__file__).parent / "en" / "reported.txt"
RARE = 8  # features seen on fewer candidates are left out
L1 = 1.3  # 1.0 keeps half as many weights again for 0.2 points of F1
L2 = 0.1
NEGATED = re.compile(r"\b(declin\w+|refus\w+|not|never|without|fail\w*)\b|n[’']t\b", re.IGNORECASE)

Floats = NDArray[np.float64]


class Gold(NamedTuple):
    """One attribution: spans of its roles; `use` is reported, quoted, negated or skipped."""

    content: tuple[Span, ...]
    cue: tuple[Span, ...]
    source: tuple[Span, ...]
    use: str


class Case(NamedTuple):
    """One reporting word of one article, with what the annotators say of it."""

    article: str
    row: Row
    cue: Cue
    gold: Gold | None


class Choice(NamedTuple):
    """One training decision: the candidates' features, and which is right."""

    table: str
    candidates: list[list[str]]
    right: int


# ------------------------------------------------------------------ gold
def read_gold(folder: Path) -> Iterator[tuple[str, str, list[Gold]]]:
    """Name, text and attributions of each article; the first annotator in file-name order."""
    for path in sorted((folder / "text").glob("*.txt")):
        text = path.read_bytes().decode("utf-8")
        found = sorted((folder / "attributions").glob(f"{path.stem}_*.ann"))
        if found:
            yield path.stem, text, attributions(text, found[0].read_text(encoding="utf-8"))


def attributions(text: str, standoff: str) -> list[Gold]:
    spans: dict[str, list[Span]] = {}
    found = []
    for line in standoff.split("\n"):
        m = re.match(r"(T\d+)\t[\w-]+ (\d+ \d+(?:;\d+ \d+)*)", line)
        if m:
            spans[m[1]] = [(int(a), int(b)) for a, b in (x.split() for x in m[2].split(";"))]
    for line in standoff.split("\n"):
        if not re.match(r"E\d+\t\S", line):
            continue
        roles: dict[str, list[Span]] = defaultdict(list)
        for role, key in (x.split(":") for x in line.split("\t")[1].split()):
            roles[re.sub(r"\d+$", "", role)].extend(spans.get(key, []))
        if roles["Content"]:
            found.append(_gold(text, roles))
    return found


def _gold(text: str, roles: dict[str, list[Span]]) -> Gold:
    content, cue, source = (tuple(sorted(roles[r])) for r in ("Content", "Cue", "Source"))
    words = "".join(text[a:b] for a, b in content)
    verb = " ".join(text[a:b] for a, b in cue)
    before = text[: content[0][0]].rstrip()[-1:]
    if re.search("[“”\"]|''", words):
        use = "quoted"
    elif NEGATED.search(verb):
        use = "negated"
    elif before == ":" or "\n" in text[content[0][0] : content[-1][1]]:
        use = "skipped"
    else:
        use = "reported"
    return Gold(content, cue, source, use)


def cases(name: str, text: str, gold: list[Gold]) -> list[Case]:
    """Every reporting word of the article; the last one of a longer cue carries the gold."""
    verbs = lexicon.pairs("reported_cues")
    at: dict[int, Gold] = {}
    for one in gold:
        starts = [
            a + m.start()
            for a, b in one.cue
            for m in re.finditer(r"[^\W\d_]+", text[a:b])
            if m.group().lower() in verbs
        ]
        if starts:
            at.setdefault(starts[-1], one)
    found = []
    for paragraph in syntax.read(text, marks.find(text)):
        for first, last in reported.sentences(paragraph):
            row = wordclass.read(paragraph, first, last)
            found += [Case(name, row, c, at.get(row.start[c.at])) for c in clauses.cues(row)]
    return found


# ------------------------------------------------------------------ labels
def _within(row: Row, spans: Sequence[Span]) -> list[int]:
    return [k for k, s in enumerate(row.start) if any(a <= s < b for a, b in spans)]


def choices(case: Case) -> list[Choice]:
    """What the gold decides about the frame, the edges and the source."""
    row, cue, gold = case.row, case.cue, case.gold
    if gold is None or gold.use in {"quoted", "negated"}:
        return [_frame_choice(row, cue, "none")]
    if gold.use == "skipped":
        return []
    content = [k for k in _within(row, gold.content) if row.kinds[k] not in BREAKS]
    source = _within(row, gold.source)
    left = [k for k in content if k < cue.at]
    right = [k for k in content if k > cue.at]
    if not left and not right:
        return []
    place = "before" if source and source[0] < cue.at else "after"
    frame = f"round-{place}" if left and right else f"left-{place}" if left else "right"
    found = [_frame_choice(row, cue, frame), *_source_choice(row, cue, frame, source)]
    if right:
        found += _right_choices(row, cue, frame, right)
    if left:
        found.append(_left_choice(row, cue, frame, left))
    return found


def _frame_choice(row: Row, cue: Cue, frame: str) -> Choice:
    features = clauses.frame_features(row, cue)
    return Choice("frame", [[f"{f} {x}" for x in features] for f in FRAMES], FRAMES.index(frame))


def _nearest(places: Sequence[int], to: int) -> int:
    return min(range(len(places)), key=lambda k: abs(places[k] - to))


def _right_choices(row: Row, cue: Cue, frame: str, right: list[int]) -> list[Choice]:
    starts = clauses.starts(row, cue)
    if not starts:
        return []
    begin = [clauses.start_features(row, cue, j, frame) for j in starts]
    ends = clauses.ends(row, right[0])
    end = [clauses.end_features(row, cue, (right[0], j), ends[-1], frame) for j in ends]
    return [
        Choice("start", begin, _nearest(starts, right[0])),
        Choice("end", end, _nearest(ends, right[-1] + 1)),
    ]


def _left_choice(row: Row, cue: Cue, frame: str, left: list[int]) -> Choice:
    end = left[-1] + 1
    starts = clauses.left_starts(row, end)
    features = [clauses.left_features(row, cue, p, end, frame) for p in starts]
    return Choice("left", features, _nearest(starts, left[0]))


def _source_choice(row: Row, cue: Cue, frame: str, source: list[int]) -> list[Choice]:
    mentions = clauses.sources(row, cue, frame)
    features = [clauses.source_features(row, cue, m, frame) for m in mentions]
    if not source:
        return [Choice("source", features, 0)]
    stop = next((k for k in range(1, len(source)) if source[k] != source[k - 1] + 1), len(source))
    fits = [_fit(m, (source[0], source[stop - 1] + 1)) for m in mentions]
    return [Choice("source", features, fits.index(max(fits)))] if max(fits) > 0 else []


def _fit(mention: Span | None, source: Span) -> float:
    """The same start is the same mention, whatever is appended to it; else the overlap."""
    if mention is None:
        return 0.0
    shared = min(mention[1], source[1]) - max(mention[0], source[0])
    union = max(mention[1], source[1]) - min(mention[0], source[0])
    return max(0.0, shared / union) + 2.0 * (mention[0] == source[0])


# ------------------------------------------------------------------ training
def fit(found: list[Choice]) -> dict[str, float]:
    """The weights of one table: conditional logit, L1 and a little L2, by L-BFGS-B."""
    counts = Counter(f for c in found for features in c.candidates for f in set(features))
    index = {f: k for k, f in enumerate(sorted(f for f, n in counts.items() if n >= RARE))}
    rows, columns, right, sizes = [], [], [], []
    row = 0
    for choice in found:
        sizes.append(len(choice.candidates))
        for k, features in enumerate(choice.candidates):
            known = [index[f] for f in features if f in index]
            columns += known
            rows += [row] * len(known)
            right.append(float(k == choice.right))
            row += 1
    x = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(row, len(index)))
    best = _minimise(x, np.array(right), np.array(sizes))
    return {f: float(best[k]) for f, k in index.items() if abs(best[k]) > 0.02}


def _minimise(x: csr_matrix, right: Floats, sizes: NDArray[np.int_]) -> Floats:
    group = np.repeat(np.arange(len(sizes)), sizes)
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    across = x.T.tocsr()

    def loss(w: Floats) -> tuple[float, Floats]:
        z = x @ w
        z = z - np.maximum.reduceat(z, first)[group]
        odds = np.exp(z)
        total = np.add.reduceat(odds, first)[group]
        return -(right * (z - np.log(total))).sum(), across @ (odds / total - right)

    return sparse_minimum(loss, x.shape[1])


def sparse_minimum(loss: Callable[[Floats], tuple[float, Floats]], size: int) -> Floats:
    """Where `loss` plus the penalties is least: positive and negative parts, bounded at zero."""

    def penalised(both: Floats) -> tuple[float, Floats]:
        w = both[:size] - both[size:]
        value, slope = loss(w)
        slope = slope + L2 * w
        value += 0.5 * L2 * (w @ w) + L1 * both.sum()
        return value, np.concatenate([slope + L1, L1 - slope])

    found = minimize(
        penalised,
        np.zeros(2 * size),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, None)] * (2 * size),
        options={"maxiter": 250},
    ).x
    return np.asarray(found[:size] - found[size:])


def train(found: list[Case], labels: dict[int, list[Choice]]) -> dict[str, float]:
    """`<choice or frame> <feature>` -> weight, for every choice."""
    tables: dict[str, list[Choice]] = defaultdict(list)
    for case in found:
        for choice in labels[id(case)]:
            tables[choice.table].append(choice)
    out: dict[str, float] = {}
    for table, decisions in sorted(tables.items()):
        prefix = "" if table == "frame" else f"{table} "
        out |= {prefix + feature: weight for feature, weight in fit(decisions).items()}
    return out


class Judged(NamedTuple):
    """A clause as read by weights that had not seen its article."""

    case: Case
    clause: readings.Clause
    features: dict[str, float]
    whole: bool
    content: bool
    joint: bool


def judged(found: list[Case], rows: dict[str, float]) -> list[Judged]:
    """Every reading that `rows` make of `found`, and whether it is right."""
    weights = learned.compile_weights(rows)
    out = []
    for case in found:
        if case.gold is not None and case.gold.use == "skipped":
            continue
        for clause in readings.readings(case.row, case.cue, weights):
            shared = _overlap(case, clause) if _reports(case) else 0.0
            content = shared >= 0.5
            joint = content and _same_source(case, clause)
            features = readings.judge_features(case.row, clause)
            out.append(Judged(case, clause, features, shared >= 0.8, content, joint))
    return out


def _reports(case: Case) -> bool:
    return case.gold is not None and case.gold.use != "negated"


def _overlap(case: Case, clause: readings.Clause) -> float:
    assert case.gold is not None
    gold = set(_within(case.row, case.gold.content))
    mine = {k for a, b in clause.pieces for k in range(a, b)}
    size = {k: case.row.end[k] - case.row.start[k] for k in gold | mine}
    return sum(size[k] for k in gold & mine) / sum(size.values())


def _same_source(case: Case, clause: readings.Clause) -> bool:
    assert case.gold is not None
    source = _within(case.row, case.gold.source)
    if clause.source is None or not source:
        return not source and clause.source is None
    return clause.source[0] == source[0] or clause.source[1] == source[-1] + 1


def judges(found: list[Judged]) -> dict[str, float]:
    """Logistic weights for `whole`, `content` and `joint`."""
    names = sorted({f for j in found for f in j.features})
    counts = Counter(f for j in found for f in j.features)
    index = {f: k for k, f in enumerate(f for f in names if counts[f] >= RARE)}
    x = np.zeros((len(found), len(index)))
    for row, one in enumerate(found):
        for f, value in one.features.items():
            if f in index:
                x[row, index[f]] = value
    out: dict[str, float] = {}
    for table in ("whole", "content", "joint"):
        y = np.array([float(getattr(j, table)) for j in found])

        def loss(w: Floats, y: Floats = y) -> tuple[float, Floats]:
            z = x @ w
            return (np.logaddexp(0, z) - y * z).sum(), x.T @ (1 / (1 + np.exp(-z)) - y)

        best = sparse_minimum(loss, len(index))
        out |= {f"{table} {f}": float(best[k]) for f, k in index.items() if abs(best[k]) > 0.02}
    return out


# ------------------------------------------------------------------ figures
def chosen(found: list[Judged], weights: learned.Weights) -> list[tuple[float, Judged]]:
    """The surest reading of each case, if it can count: no quotation marks in mine or the gold."""
    best: dict[int, tuple[float, Judged]] = {}
    for one in found:
        sure = readings.sureness(weights.whole, one.features)
        if sure > best.get(id(one.case), (-1.0, one))[0]:
            best[id(one.case)] = (sure, one)
    return [
        (readings.sureness(weights.content, one.features), one)
        for _, one in best.values()
        if not readings.is_marked(one.case.row, one.clause)
        and not (one.case.gold is not None and one.case.gold.use == "quoted" and one.content)
    ]


def figures(found: list[Judged], total: int, rows: dict[str, float]) -> None:
    weights = learned.compile_weights(rows)
    scored = chosen(found, weights)
    for floor in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6):
        curve(floor, [j for p, j in scored if p >= floor], total)
    kept = [j for p, j in scored if p >= Policy().reported_confidence]
    calibration([(readings.sureness(weights.joint, j.features), j) for j in kept])


def curve(floor: float, kept: list[Judged], total: int) -> None:
    right, whole, joint = (
        sum(getattr(j, name) for j in kept) for name in ("content", "whole", "joint")
    )
    size = len(kept) + total
    print(
        f"floor {floor:.2f}  P {right / len(kept):.3f}  R {right / total:.3f}"
        f"  F1 {2 * right / size:.3f}  whole {2 * whole / size:.3f}  joint {2 * joint / size:.3f}"
    )


def calibration(kept: list[tuple[float, Judged]]) -> None:
    """What confidence says beside what is right, from the least sure tenth to the surest."""
    ordered = sorted(kept, key=lambda pair: pair[0])
    for k in range(10):
        part = ordered[k * len(ordered) // 10 : (k + 1) * len(ordered) // 10]
        said = sum(p for p, _ in part) / len(part)
        right = sum(j.joint for _, j in part) / len(part)
        print(f"confidence {said:.2f}: right {right:.2f} of {len(part)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--write", action="store_true", help=f"replace {WEIGHTS.name}")
    args = parser.parse_args()
    found = [c for name, text, gold in read_gold(args.gold) for c in cases(name, text, gold)]
    labels = {id(c): choices(c) for c in found}
    total = sum(c.gold is not None and c.gold.use == "reported" for c in found)
    names = sorted({c.article for c in found})
    random.Random(0).shuffle(names)
    seen: list[Judged] = []
    for fold in range(args.folds):
        held = set(names[fold :: args.folds])
        rows = train([c for c in found if c.article not in held], labels)
        seen += judged([c for c in found if c.article in held], rows)
        print(f"fold {fold + 1} of {args.folds}: {len(rows)} weights")
    judging = judges(seen)
    figures(seen, total, judging)
    if args.write:
        write(train(found, labels) | judging)


def write(rows: dict[str, float]) -> None:
    head = "# Choice or frame and feature, weight. Made by tests/benchmarks/train_reported.py.\n"
    body = "".join(f"{row}\t{weight:.3f}\n" for row, weight in sorted(rows.items()))
    WEIGHTS.write_text(head + body, encoding="utf-8")


if __name__ == "__main__":
    main()
