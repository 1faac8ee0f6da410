"""Who relayed a reported clause: the outlets between the one who said it and the story.

    Alder told NRK ...                                  source Alder, via NRK
    ..., Caixin reported, citing a government notice    source the notice, via Caixin
    according to a statement carried by Xinhua          source the statement, via Xinhua

An outlet alone ("Xinhua said") is the source itself and relays nothing.
"""

from __future__ import annotations

from verifier import lexicon
from verifier.model import Span
from verifier.quotes import clauses, outlets
from verifier.quotes.clauses import Cue
from verifier.quotes.wordclass import Row

_LONGEST_NAME = 6
_NAMES = frozenset({"Cap", "First", "num"})


def chain(
    row: Row, cue: Cue, source: Span | None, language: str = "en"
) -> tuple[Span | None, tuple[Span, ...]]:
    """The one who said it and the outlets that relayed it, in tokens of `row`."""
    told = addressee(row, cue, language)
    if told:
        return source, (told,)
    if source is None:
        return None, ()
    carrier = _carrier(row, source[1], language)
    if carrier:
        return source, (carrier,)
    name = outlet_in(row, source, language)
    cited = _cited(row, max(cue.at + 1, source[1])) if name else None
    return (cited, (name,)) if name and cited else (source, ())


def addressee(row: Row, cue: Cue, language: str = "en") -> Span | None:
    """The outlet that was told: `told NRK`, `told the BBC`."""
    if cue.group != "T":
        return None
    first = cue.at + 1
    if row.low[first : first + 1] == ("the",):
        first += 1
    listed = _name_at(row, first, language)
    if listed or first >= len(row.low) or not clauses.opens_mention(row, first):
        return listed
    return outlet_in(row, (first, clauses.mention_end(row, first, len(row.low))), language)


def outlet_in(row: Row, mention: Span, language: str = "en") -> Span | None:
    """The outlet that `mention` is, whatever stands before it: `the state-run Xinhua`."""
    first, last = mention
    begin = max(first, last - _LONGEST_NAME)
    capital = [row.kinds[k] in _NAMES for k in range(begin, last)]
    found = outlets.named(row.low[begin:last], capital, language)
    if found is None:
        return None
    start = begin + found[0]
    plain = all(k not in {"of", "for", "at", "by", "gen"} for k in row.kinds[first:start])
    return (start, begin + found[1]) if plain else None


def _name_at(row: Row, first: int, language: str) -> Span | None:
    """The longest outlet's name that starts at `first`."""
    known = outlets.listed(language)
    for size in range(_LONGEST_NAME, 0, -1):
        if " ".join(row.low[first : first + size]) in known and row.kind(first) == "Cap":
            return first, min(first + size, len(row.low))
    return None


def _carrier(row: Row, after: int, language: str) -> Span | None:
    """The outlet that carried a statement: `carried by the state-run Xinhua` at `after`."""
    carried = row.low[after : after + 1]
    if not lexicon.entries("carriers", language).issuperset(carried) or row.kind(after + 1) != "by":
        return None
    names = (_name_at(row, k, language) for k in range(after + 2, after + 2 + _LONGEST_NAME))
    return next((name for name in names if name), None)


def _cited(row: Row, after: int) -> Span | None:
    """What an outlet cites right behind its cue: `, citing a government notice`."""
    for k in range(after, min(len(row.low) - 1, after + 4)):
        if row.low[k] == "citing" and clauses.opens_mention(row, k + 1):
            return k + 1, clauses.mention_end(row, k + 1, len(row.low))
    return None
