"""Learn the weights of attribution from a folder of annotated articles.

    python tests/benchmarks/train_attribution.py --gold DIR --scorer score_extraction.py [--write]

DIR holds `text/` and `attributions/` (brat standoff, as PolNeAR is published). The scorer
is the program that says which source is right; its loader and its judgement are used, so
that training and scoring cannot disagree. Prints cross-validated figures, and with
`--write` the weights and the calibration curve into `verifier/lexicon/en/`. Needs numpy
and scipy. Nothing of the articles' text is written: features are classes of words, marks
and counts, and one is kept only if it was seen in at least `--articles` articles.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np  # type: ignore[import-not-found,import-untyped,unused-ignore]
from scipy import sparse  # type: ignore[import-not-found,import-untyped,unused-ignore]
from scipy.optimize import minimize  # type: ignore[import-not-found,import-untyped,unused-ignore]

from verifier.quotes import attribution, features, marks
from verifier.quotes.candidates import Candidate, Setting
from verifier.quotes.marks import Marked

LEXICON = Path(__file__).parents[2] / "verifier" / "lexicon" / "en"


class Article(NamedTuple):
    """An annotated article: what each outermost marked stretch is by the annotators.

    `sources`: stretch -> the spans of its source, or None when it has none; a stretch that
    is not in it is nobody's words, one in `ignored` is neither.
    """

    gold: Any
    marked: tuple[Marked, ...]
    sources: dict[int, list[tuple[int, int]]]
    ignored: frozenset[int]


class Example(NamedTuple):
    """One quote: rows of features (nobody first), and which rows are right."""

    article: int
    rows: list[list[str]]
    right: list[int]


def load_scorer(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("scorer", path)
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    return scorer


def load(scorer: ModuleType, folder: Path) -> list[Article]:
    return [_article(scorer, gold) for gold in scorer.load_gold(str(folder)).values()]


def _article(scorer: ModuleType, gold: Any) -> Article:
    text = gold.text
    marked = marks.find(text)
    spans = {n: scorer.trim(text, *m.inner) for n, m in enumerate(marked) if m.depth == 0}
    pairs = [(scorer.iou(q["span"], span), g, n)
             for g, q in enumerate(gold.quotes) for n, span in spans.items() if span]  # fmt: skip
    matched = scorer.greedy([p for p in pairs if p[0] >= 0.8])
    sources = {n: gold.quotes[g]["att"]["source"] for g, n in matched.items()}
    ignored = frozenset(
        n for n, span in spans.items()
        if n not in sources and (span is None or _is_ignored(scorer, gold, span))
    )  # fmt: skip
    return Article(gold, marked, sources, ignored)


def _is_ignored(scorer: ModuleType, gold: Any, span: tuple[int, int]) -> bool:
    """Neither right nor wrong by the scorer: nested, discarded, or quoted without marks."""
    body = scorer.chars(gold.text, [span])
    return (
        any(n and scorer.iou(n, span) >= 0.8 for n in gold.nested)
        or any(s <= span[0] and span[1] <= e for s, e in gold.discard)
        or any(
            len(body & a["chars"]) >= 0.5 * len(body | a["chars"])
            for a in gold.attributions
            if a["type"] != "quoted"
        )
    )


def _right(scorer: ModuleType, article: Article, number: int, found: list[Candidate]) -> list[int]:
    """The rows of the candidates that are the source by the scorer, in the same place if any."""
    gold = article.sources[number]
    right = []
    for n, candidate in enumerate(found):
        judged = {"source": candidate.mention.span, "speaker": None}
        if scorer.source_right(article.gold, gold, judged, "head"):
            start, end = candidate.mention.span
            here = any(s < end and start < e for s, e in gold)
            right.append((not here, n + 1))
    return [row for away, row in right if not away] or [row for _, row in right]


def examples(scorer: ModuleType, articles: list[Article]) -> list[Example]:
    """Every quote of the articles with its features, the ones before it decided as annotated."""
    out: list[Example] = []
    for n, article in enumerate(articles):

        def choose(number: int, setting: Setting) -> Candidate | None:
            found, rows = features.rows(setting)
            if number not in article.sources:  # noqa: B023
                if number not in article.ignored:  # noqa: B023
                    out.append(Example(n, rows, [0]))  # noqa: B023
                return None
            right = _right(scorer, article, number, found)  # noqa: B023
            if not right:
                return None
            out.append(Example(n, rows, right))  # noqa: B023
            return found[right[0] - 1]

        attribution.walk(article.gold.text, article.marked, choose)
    return out


def vocabulary(data: list[Example], articles: int) -> dict[str, int]:
    """The features seen in at least so many articles, numbered."""
    seen: dict[str, set[int]] = {}
    for example in data:
        for feature in {f for row in example.rows for f in row}:
            seen.setdefault(feature, set()).add(example.article)
    return {f: n for n, f in enumerate(sorted(f for f, s in seen.items() if len(s) >= articles))}


def train(data: list[Example], index: dict[str, int], strength: float) -> dict[str, float]:
    """The weights that make the right rows likeliest, with a penalty on their squares."""
    columns: list[int] = []
    ends, group, right = [0], [], []
    for n, example in enumerate(data):
        for k, row in enumerate(example.rows):
            columns.extend(index[f] for f in row if f in index)
            ends.append(len(columns))
            group.append(n)
            right.append(k in example.right)
    shape = (len(ends) - 1, len(index))
    ones = np.ones(len(columns), np.float32)
    matrix = sparse.csr_matrix((ones, np.array(columns, np.int32), np.array(ends)), shape=shape)
    turned = matrix.T.tocsr()
    groups, good = np.array(group), np.array(right)
    starts = np.r_[0, np.flatnonzero(np.diff(groups)) + 1]

    def loss(w: Any) -> tuple[float, Any]:
        scores = matrix @ w
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[groups])
        whole = np.add.reduceat(odds, starts)
        part = np.add.reduceat(odds * good, starts) + 1e-12
        value = np.sum(np.log(whole) - np.log(part)) + 0.5 * strength * w @ w
        return value, turned @ (odds / whole[groups] - odds * good / part[groups]) + strength * w

    found = minimize(loss, np.zeros(len(index)), jac=True, method="L-BFGS-B",
                     options={"maxiter": 120})  # fmt: skip
    return {f: float(w) for f, w in zip(index, found.x, strict=True) if abs(w) >= 0.02}


class Answer(NamedTuple):
    """One stretch as the model decided it, for scoring and calibration."""

    number: int
    source: tuple[int, int] | None
    probability: float


def answer(article: Article, weights: dict[str, float]) -> list[Answer]:
    """Decide the quotes of an article with these weights instead of the shipped ones."""
    out: list[Answer] = []

    def choose(number: int, setting: Setting) -> Candidate | None:
        decision = attribution.weigh(*features.rows(setting), weights)
        source = decision.source if decision.reported else None
        out.append(Answer(number, source.mention.span if source else None, decision.probability))
        return source

    attribution.walk(article.gold.text, article.marked, choose)
    return out


def judge(scorer: ModuleType, articles: list[Article], answers: list[list[Answer]]) -> str:
    """The scorer's figures for direct and mixed quotes, on one line."""
    predicted = {
        article.gold.name: [
            {"kind": "direct", "speaker": None, "cue": None, "source": a.source,
             "content": [article.marked[a.number].inner]}
            for a in given if a.source
        ]
        for article, given in zip(articles, answers, strict=True)
    }  # fmt: skip
    result = scorer.score({a.gold.name: a.gold for a in articles}, predicted)
    spans, joint = result["quotes"]["overlap"], result["attribution"]["joint"]
    head = result["attribution"]["head"]["acc"]
    figures = (spans["p"], spans["r"], spans["f1"], head, joint["p"], joint["r"], joint["f1"])
    names = ("spans P", "R", "F1", "source", "joint P", "R", "F1")
    return "  ".join(f"{n} {100 * v:.1f}" for n, v in zip(names, figures, strict=True))


def calibration(
    scorer: ModuleType, articles: list[Article], answers: list[list[Answer]]
) -> list[tuple[float, float]]:
    """(probability, share right) of the reported quotes: pooled until it never falls."""
    points = []
    for article, given in zip(articles, answers, strict=True):
        for a in given:
            if a.source is None or a.number in article.ignored:
                continue
            gold = article.sources.get(a.number)
            if gold or a.number not in article.sources:
                pred = {"source": a.source, "speaker": None}
                points.append((a.probability, bool(gold) and
                               scorer.source_right(article.gold, gold, pred, "head")))  # fmt: skip
    points.sort()
    size = 100
    bins = [points[n : n + size] for n in range(0, len(points) - size // 2, size)]
    pools = [[sum(p for p, _ in b), sum(r for _, r in b), len(b)] for b in bins]
    merged: list[list[float]] = []
    for pool in pools:
        merged.append(list(pool))
        while len(merged) > 1 and merged[-2][1] / merged[-2][2] >= merged[-1][1] / merged[-1][2]:
            later = merged.pop()
            merged[-1] = [x + y for x, y in zip(merged[-1], later, strict=True)]
    return [(p / n, r / n) for p, r, n in merged]


def write(weights: dict[str, float], curve: list[tuple[float, float]]) -> None:
    rows = [f"{f}\t{w:.3f}\n" for f, w in sorted(weights.items())]
    head = "# Weights of attribution: feature, weight. Written by train_attribution.py.\n"
    (LEXICON / "attribution.txt").write_text(head + "".join(rows), encoding="utf-8")
    head = "# Probability by the model, share right on held-out articles. Written by the trainer.\n"
    points = [f"{p:.4f}\t{s:.4f}\n" for p, s in curve]
    (LEXICON / "confidence.txt").write_text(head + "".join(points), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--strength", type=float, default=2.0)
    parser.add_argument("--articles", type=int, default=20)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    scorer = load_scorer(args.scorer)
    articles = load(scorer, args.gold)
    random.Random(7).shuffle(articles)
    data = examples(scorer, articles)
    index = vocabulary(data, args.articles)
    print(f"{len(articles)} articles, {len(data)} quotes, {len(index)} features")
    answers: list[list[Answer]] = [[] for _ in articles]
    for fold in range(args.folds):
        held_in = [e for e in data if e.article % args.folds != fold]
        weights = train(held_in, index, args.strength)
        for n in range(fold, len(articles), args.folds):
            answers[n] = answer(articles[n], weights)
    print("cross-validated:", judge(scorer, articles, answers))
    if args.write:
        write(train(data, index, args.strength), calibration(scorer, articles, answers))
        print("weights and calibration written", file=sys.stderr)


if __name__ == "__main__":
    main()
