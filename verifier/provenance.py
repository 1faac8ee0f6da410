"""Which stories are one story: the evidence that two of them are not independent.

The reasons and their order of precedence are those of CONTRACT. Shingles are runs of five
words (Broder 1997, "On the resemblance and containment of documents"); containment in the
shorter body is what survives cutting and reordering.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain

from verifier import lexicon
from verifier.model import Quote, Story
from verifier.policy import Policy
from verifier.text import bare_words, plain, words
from verifier.value import value

SAME_OUTLET = "same outlet"
REPRINT = "reprint"
SAME_AGENCY = "same agency"
CITED_SOURCE = "cited source"
SAME_SOURCE = "same source"
SAID_BEFORE = "said before"

# One shingle in so many is sampled. Of 40 sampled ones of a text of which half is shared,
# fewer than 10 are shared three times in 10,000 (binomial).
_SAMPLED, _FEW = 8, 40

_SIGNS = "".join(c for c in map(chr, range(128)) if c.isprintable() and not c.isalnum())
_CURLY = "“”‘’„‚«»‹›–—…·•\u00a0"
_MARKS = str.maketrans(dict.fromkeys(_SIGNS + _CURLY, " "))

# Through these a story inherits the origin of another one.
COPYING = frozenset({REPRINT, SAME_AGENCY, CITED_SOURCE, SAME_SOURCE})


@value
class Shingles:
    """Hashes of the runs of words of a text, and an eighth of them by which most are told apart.

    Sampling by the hash (Broder's mod p) keeps the share of one set in another.
    """

    all: frozenset[int]
    few: frozenset[int]

    @property
    def sampled(self) -> bool:
        """Whether the text is so long that a part of it tells it apart."""
        return len(self.few) >= _FEW

    def share(self, other: Shingles, least: float) -> float:
        """The share of the smaller set that is in both, 0..1; 0 if it is surely below `least`."""
        if self.sampled and other.sampled and _share(self.few, other.few) < least / 2:
            return 0.0
        return _share(self.all, other.all)


def _shingles(norms: Sequence[str], size: int) -> Shingles:
    """Of the runs of `size` words; they are only compared within one process."""
    shifted = [norms[k:] for k in range(size)]
    found = frozenset(map(hash, zip(*shifted, strict=False)))
    return Shingles(all=found, few=frozenset([h for h in found if not h % _SAMPLED]))


def _share(one: frozenset[int], other: frozenset[int]) -> float:
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


@value
class Body:
    """What of a story is compared with others: built once a story.

    `shingles` are of the whole text, `narrative()` of what is not quoted: two independent
    reports of one speech share its quotes. It is worked out when it is asked for, of few.
    `outlet` and `agency` are the keys of the names.
    """

    outlet: str
    agency: str | None
    shingles: Shingles
    narrative: Callable[[], Shingles]


@value
class Carrier:
    """A story, the quote it carries, and whom it names for it (keys of outlets)."""

    story: Story
    quote: Quote
    body: Body
    cited: frozenset[str]
    sources: frozenset[str]


@value
class Link:
    """Why two stories are not independent, and the evidence in words."""

    why: str
    evidence: str


def body(story: Story, quoted: Callable[[], Iterable[Quote]], policy: Policy) -> Body:
    """`quoted()` are all quotes of the story."""
    size = policy.shingle_words
    return Body(
        outlet=outlet_key(story.outlet),
        agency=agency_of(story),
        shingles=_shingles(_bare(story.text), size),
        narrative=cache(lambda: _shingles(_bare(_unquoted(story.text, quoted())), size)),
    )


def _unquoted(text: str, quoted: Iterable[Quote]) -> str:
    """`text` without its quotes."""
    kept = []
    at = 0
    for start, end in sorted(span for q in quoted for span in q.spans):
        kept.append(text[at:start])
        at = max(at, end)
    return " ".join([*kept, text[at:]])


def _bare(text: str) -> list[str]:
    """The words of a whole story, without what stands between them; fast, offsets are lost.

    Most stories are ASCII but for their marks, and ASCII is translated ten times as fast.
    """
    bare = text
    for mark in _CURLY:
        bare = bare.replace(mark, " ")
    return (bare.lower() if bare.isascii() else plain(text)).translate(_MARKS).split()


def carrier(story: Story, quote: Quote, its_body: Body) -> Carrier:
    """The story as one that carries `quote`."""
    cited, sources = _cited(quote), _sources(quote) | _beside(_passage(story.text, quote))
    return Carrier(story=story, quote=quote, body=its_body, cited=cited, sources=sources)


def link(one: Carrier, other: Carrier, policy: Policy) -> Link | None:
    """The first reason, in CONTRACT's order, why the two are not independent; None if they are."""
    for test in (_same_outlet, reprint, _same_agency, _cited_source, _same_source, _said_before):
        found = test(one, other, policy)
        if found:
            return found
    return None


# ---------------------------------------------------------------- names of outlets
@cache
def _aliases(language: str = "en") -> dict[tuple[str, ...], str]:
    """Names as words, to the one name that an outlet or agency is known by."""
    return {
        tuple(bare_words(alias)): plain(name)
        for listed in ("outlets", "agencies")
        for alias, name in lexicon.spelled(listed, language).items()
    }


@lru_cache(maxsize=4096)
def outlet_key(name: str | None) -> str:
    """A name under which the spellings of one outlet agree: `The Associated Press` -> `ap`."""
    parts = tuple(bare_words(name or ""))
    if parts[:1] == ("the",):
        parts = parts[1:]
    return _aliases().get(parts) or known_outlet(name) or " ".join(parts)


@lru_cache(maxsize=4096)
def known_outlet(name: str | None) -> str | None:
    """The outlet of the word lists that `name` holds (`the state-run Xinhua News Agency`).

    Beside it only words in lower case or words such as "agency" may stand: Dawn Keller is
    not the paper Dawn, and people are not the magazine.
    """
    text = name or ""
    found = words(text)
    proper = [text[w.start].isupper() for w in found]
    norms = tuple(w.norm for w in found)
    aliases, nouns = _aliases(), _beside_names()
    for size in range(min(len(norms), 6), 0, -1):
        for start in range(len(norms) - size + 1):
            end = start + size
            known = aliases.get(norms[start:end])
            beside = chain(range(start), range(end, len(norms)))
            if known and proper[start] and all(norms[k] in nouns or not proper[k] for k in beside):
                return known
    return None


@cache
def _beside_names(language: str = "en") -> frozenset[str]:
    return lexicon.entries("organisation_nouns", language) | {"the"}


@cache
def _agency_names(language: str = "en") -> frozenset[str]:
    return frozenset(map(plain, lexicon.spelled("agencies", language).values()))


def agency_of(story: Story) -> str | None:
    """The agency whose report the story is: its credit, or its outlet if that is an agency."""
    if story.agency:
        return outlet_key(story.agency)
    outlet = outlet_key(story.outlet)
    return outlet if outlet in _agency_names() else None


def _cited(quote: Quote) -> frozenset[str]:
    """The outlets that a story names for the quote: its relays, or its source if an outlet."""
    named = {outlet_key(name) for name in quote.via}
    if quote.speaker:
        named.add(known_outlet(quote.speaker.name) or "")
    elif quote.source:
        named.add(known_outlet(quote.source.text) or "")
    return frozenset(named - {""})


def _sources(quote: Quote) -> frozenset[str]:
    """All whom a story names for the quote: one of them may be another story's outlet."""
    named = [quote.speaker.name if quote.speaker else "", quote.source.text if quote.source else ""]
    return frozenset({*_cited(quote), *map(outlet_key, named)} - {""})


_RECIPIENT = frozenset({"told", "tells", "telling", "with", "to", "by"})
_LONGEST_NAME = 4


def _beside(passage: str, language: str = "en") -> frozenset[str]:
    """Whom a quote's paragraph may have it from: told the Ellery Sun; the Sun reported.

    So an outlet is known that no list has, and that its name does not show to be one.
    """
    found = words(passage)
    norms = [w.norm for w in found]
    proper = [passage[w.start].isupper() for w in found]
    cues = lexicon.pairs("cues", language).keys()
    runs = []
    for k, norm in enumerate(norms):
        first = k + 1 + (norms[k + 1 : k + 2] == ["the"])
        if norm in _RECIPIENT and first < len(norms) and proper[first]:
            runs += [(first, last) for last in range(first + 1, first + 1 + _LONGEST_NAME)]
        if norm in cues:
            runs += [(start, k) for start in range(max(0, k - _LONGEST_NAME), k) if proper[start]]
    return frozenset(outlet_key(" ".join(norms[a:b])) for a, b in runs)


def _passage(text: str, quote: Quote) -> str:
    """What stands around a quote in its paragraph."""
    first, last = quote.spans[0][0], quote.spans[-1][1]
    start, end = text.rfind("\n", 0, first) + 1, text.find("\n", last)
    return f"{text[start:first]} {text[last : end if end >= 0 else len(text)]}"


# ---------------------------------------------------------------- the reasons
def _same_outlet(one: Carrier, other: Carrier, _: Policy) -> Link | None:
    if one.body.outlet and one.body.outlet == other.body.outlet:
        return Link(why=SAME_OUTLET, evidence=f"both are published by {other.story.outlet}")
    return None


def reprint(one: Carrier, other: Carrier, policy: Policy) -> Link | None:
    """Whether one's text is the other's, whatever their names."""
    least = policy.reprint_share
    share = one.body.shingles.share(other.body.shingles, least)
    if share < least:
        return None
    # A text that is nearly all quote shows nothing: two reports of one speech share its words.
    if one.body.narrative().share(other.body.narrative(), least) < least:
        return None
    return Link(why=REPRINT, evidence=f"{share:.0%} of the shorter text stands in both")


def _same_agency(one: Carrier, other: Carrier, _: Policy) -> Link | None:
    if one.body.agency and one.body.agency == other.body.agency:
        shown = other.story.agency or other.story.outlet
        return Link(why=SAME_AGENCY, evidence=f"both carry the report of {shown}")
    return None


def _cited_source(one: Carrier, other: Carrier, _: Policy) -> Link | None:
    for citing, cited in ((one, other), (other, one)):
        if citing.sources & {cited.body.outlet, cited.body.agency}:
            shown = cited.story.outlet or cited.story.agency or ""
            who = citing.story.outlet or "the article"
            return Link(why=CITED_SOURCE, evidence=f"{who} cites {shown} for it")
    return None


def _same_source(one: Carrier, other: Carrier, _: Policy) -> Link | None:
    shared = one.cited & other.cited
    if shared:
        name = min(shared)
        shown = next(
            (v for q in (one.quote, other.quote) for v in q.via if outlet_key(v) == name), name
        )
        return Link(why=SAME_SOURCE, evidence=f"both have it from {shown}")
    return None


def _said_before(one: Carrier, other: Carrier, policy: Policy) -> Link | None:
    first, second = one.story.published, other.story.published
    if first and second and abs(first - second).days > policy.same_event_days:
        return Link(why=SAID_BEFORE, evidence=f"it was carried on {second:%-d %B %Y}")
    return None
