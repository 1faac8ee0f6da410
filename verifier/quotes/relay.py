"""Who passed a quote on: the relay chain, and the source behind an outlet.

An outlet alone is a source. Where the sentence also names the one who said it, that one is
the source and the outlet is in `via`, nearest to the speaker first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.quotes import outlets
from verifier.quotes.candidates import Candidate, Mention, Scene
from verifier.quotes.links import is_cue, path
from verifier.quotes.phrases import NounPhrase
from verifier.quotes.words import Sort
from verifier.value import NamedTuple

# Links that make a mention the one who reports.
_REPORTS = frozenset({"subject", "inverted", "according", "apposition", "subject-x"})
_BETWEEN = 6
_NAMES = frozenset({Sort.NAME, Sort.NUMBER})


class Relay(NamedTuple):
    """The source of a quote and the outlets that relayed it."""

    source: Mention
    via: tuple[str, ...]


def relay(source: Candidate, quote: int, language: str = "en") -> Relay:
    """Source and relay chain of the quote at item `quote` of its paragraph."""
    scene, mention = source.scene, source.mention
    reporter = outlet(scene, mention.phrase, language)
    behind = None
    if reporter:
        behind = _behind(scene, mention, quote if source.paragraphs == 0 else None)
    mention = behind or mention
    via = [*_told(scene, mention, language), *_reporting(scene, mention, language)]
    via += [reporter] * (behind is not None)
    own = outlet(scene, mention.phrase, language)
    via = [name for name in via if name != own]
    return Relay(mention, tuple(dict.fromkeys(via)))


def outlet(scene: Scene, phrase: NounPhrase, language: str = "en") -> str:
    """The outlet that a phrase names, without article and adjectives; "" if it names none."""
    words = scene.paragraph.words[phrase.first : phrase.core]
    names = [t.sort in _NAMES and t.closed not in {"det", "poss"} for t in words]
    found = outlets.named([t.low for t in words], names, language)
    return " ".join(t.text for t in words[slice(*found)]) if found else ""


def _behind(scene: Scene, reporter: Mention, quote: int | None) -> Mention | None:
    """Whom an outlet quotes: the one it cites, or the subject of the words around the quote."""
    symbols, k = scene.frame.symbols, reporter.tie.cue
    for mention in scene.near(k):
        if is_cue(symbols[k]) and _is_quoted(symbols, k, mention.item):
            return mention
        cited = symbols[k + 1 : mention.item] in {(",", "cite.ing"), ("cite.ing",)}
        if cited and is_cue(symbols[k]) and mention.phrase.first == _first(scene, mention.item):
            return mention
    quoted = _quoted_by(scene, reporter)
    if quote is None or quoted is not None:
        return quoted
    near = _speaker_beside(scene, reporter, quote)
    if near is not None:
        return near
    for mention in scene.near(quote):
        way = path(symbols, mention.item + 1, quote)
        if mention.item < quote and mention.symbol in {"N", "P", "S"} and _is_one_verb(way):
            near = mention
    return near if near is not None and near.sentence == reporter.sentence else None


def _is_quoted(symbols: Sequence[str], cue: int, item: int) -> bool:
    """`Xinhua quoted the governor as saying`: the mention right behind the cue is who said it."""
    said = symbols[item + 1 : item + 3]
    return symbols[cue].startswith("cite.") and item == cue + 1 and "say.ing" in said


def _quoted_by(scene: Scene, reporter: Mention) -> Mention | None:
    """`engineer Alder was quoted as saying by Xinhua`: whoever stands before the verb."""
    symbols, at = scene.frame.symbols, reporter.item
    if symbols[at - 2 : at] not in {("say.ing", "by"), ("cite.part", "by"), ("cite.past", "by")}:
        return None
    before = [m for m in scene.near(at) if at - _BETWEEN <= m.item < at and m.symbol in {"N", "P"}]
    return before[-1] if before else None


def _speaker_beside(scene: Scene, reporter: Mention, quote: int) -> Mention | None:
    """Who says the words right after them, before the outlet is named: "...", Mr Xi said."""
    symbols = scene.frame.symbols
    for mention in scene.near(quote):
        if quote < mention.item < reporter.item and mention.strength == 2:
            way = path(symbols, quote + 1, mention.item).split()
            cue = mention.tie.cue
            if cue not in {reporter.tie.cue, -1} and set(way) <= {",", symbols[cue]}:
                return mention
    return None


def _first(scene: Scene, item: int) -> int:
    return scene.frame.items[item].first


def _is_one_verb(way: str) -> bool:
    """Nothing but a verb and what it takes: designated "...", called it "..."."""
    steps = way.split()
    return bool(steps) and steps[0].endswith((".past", ".pres")) and len(steps) <= 2


def _told(scene: Scene, source: Mention, language: str) -> Iterator[str]:
    """Told NRK; in an interview with Reuters."""
    symbols, k = scene.frame.symbols, source.tie.cue
    if k < 0 or not is_cue(symbols[k]):
        return
    told = symbols[k].startswith("tell.")
    for item in range(k + 1, min(k + _BETWEEN, len(symbols))):
        if symbols[item] in {"Q", ".", ",", ":", "that"} or is_cue(symbols[item]):
            return
        with_whom = symbols[item] == "U" or symbols[item - 2 : item] == ("U", "with")
        heard = (told and item == k + 1) or (item > k + 1 and with_whom)
        name = _outlet_at(scene, item, language) if heard else ""
        if name:
            yield name
            return


def _outlet_at(scene: Scene, item: int, language: str) -> str:
    """The outlet at an item, or the one whose reporter stands there (CNN's Ana Lund)."""
    number = scene.frame.items[item].phrase
    if number < 0:
        return ""
    whole = scene.paragraph.phrases[number]
    for phrase in scene.paragraph.phrases:
        if whole.first <= phrase.first and phrase.last <= whole.last:
            name = outlet(scene, phrase, language)
            if name:
                return name
    return ""


def _reporting(scene: Scene, source: Mention, language: str) -> Iterator[str]:
    """Outlets of the same sentence with a cue of their own: Xinhua reported; according to CNN."""
    symbols = scene.frame.symbols
    for mention in scene.beside(source.item):
        carried = (
            symbols[mention.item - 1 : mention.item] == ("by",)
            and source.item < mention.item <= source.item + _BETWEEN
            and symbols[mention.item - 2].endswith((".part", ".past", ".ing"))
        )
        reports = mention.tie.mode in _REPORTS and mention.strength == 2
        if (carried or reports) and (name := outlet(scene, mention.phrase, language)):
            yield name


__all__ = ["Relay", "outlet", "relay"]
