"""From decided stretches to quotes: parts joined, kind told, cue and relay chain named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from verifier import lexicon, model
from verifier.model import Kind, Quote, Span, digest
from verifier.pattern import pattern
from verifier.quotes.attribution import Decision, confidence
from verifier.quotes.candidates import Candidate, Mention, Setting
from verifier.quotes.frame import Frame
from verifier.quotes.links import is_cue, is_verb
from verifier.quotes.marks import Marked
from verifier.quotes.relay import relay
from verifier.value import NamedTuple

_CLOSING = frozenset(",.?!…—-")
# A speaker's label in a transcript: `MARLOW: We were told`.
_LABEL = pattern(r"(?P<name>[^\W\d_a-z]{2,20}(?:[ .'’-]{1,2}[^\W\d_a-z]{2,20}){0,3}): ?(?=\S)")
_OPENING_MARKS = " “\"„«‘'\t"
# How far from a label another one is looked for, and how sure two of them are.
_TRANSCRIPT, _LABELLED = 2_000, 0.97
# Marks around so few small words are seldom an utterance when somebody only plans something.
_TERM_WORDS, _TERM = 3, 0.4


class Part(NamedTuple):
    """One marked stretch, decided.

    `resumes`: it goes on with the sentence that an attribution interrupted after the part
    before. `continues`: its mark was not closed and the next paragraph goes on with it.
    `local`: its source stands in its own paragraph.
    """

    span: Span
    direct: bool
    continues: bool
    probability: float
    reported: bool = False
    resumes: bool = False
    source: Span | None = None
    name: str = ""
    local: bool = False
    cue: Span | None = None
    via: tuple[str, ...] = ()


def part(
    text: str, stretch: Marked, setting: Setting, decision: Decision, language: str = "en"
) -> Part:
    """The part that `stretch` is."""
    alone = Part(
        span=stretch.inner,
        direct=_is_direct(text, stretch, setting),
        continues=stretch.continues,
        probability=decision.nobody,
    )
    label = _label(text, stretch, setting)
    if label is not None:
        start, end = label.span("name")
        return alone._replace(
            span=(label.end(), stretch.inner[1]), direct=True, probability=_LABELLED,
            reported=True, source=(start, end), name=label["name"].lower(), local=True,
        )  # fmt: skip
    if decision.source is None or not decision.reported:
        return alone
    chain = relay(decision.source, setting.item, language)
    local = decision.source.paragraphs == 0
    resumes = local and _resumes(setting, chain.source.item)
    return alone._replace(
        direct=alone.direct or resumes,
        probability=min(
            decision.probability,
            _TERM if _is_term(text, stretch.inner, decision.source, language) else 1.0,
        ),
        reported=True,
        resumes=resumes,
        source=chain.source.span,
        name=chain.source.name,
        local=local,
        cue=_cues(decision.source, chain.source, chain.via, setting),
        via=chain.via,
    )


def _label(text: str, stretch: Marked, setting: Setting) -> re.Match[str] | None:
    """The label that a stretch of a transcript opens with: of somebody known, or among others."""
    start, end = stretch.inner
    found = _LABEL.match(text, start, end) if ":" in text else None
    if found is None:
        return None
    if setting.counts.get(found["name"].lower().split()[-1]):
        return found
    line = text.rfind("\n", max(0, start - _TRANSCRIPT), start)
    before = text[max(0, line - _TRANSCRIPT) : max(0, line)].rpartition("\n")[2]
    after = text[end : end + _TRANSCRIPT].partition("\n")[2]
    near = (_LABEL.match(other.lstrip(_OPENING_MARKS + "\n\r")) for other in (before, after))
    return found if any(near) else None


def _is_term(text: str, inner: Span, source: Candidate, language: str) -> bool:
    """`plans to set up "network security offices"`: a name for a thing, nobody's words."""
    cue = _cue(source.scene.frame, source.mention.tie.cue)
    words = text[slice(*inner)]
    brief = words.islower() and len(words.split()) <= _TERM_WORDS
    purposes = lexicon.entries("intentions", language)
    return brief and cue is not None and text[slice(*cue)].lower() in purposes


def _is_direct(text: str, stretch: Marked, setting: Setting) -> bool:
    """Whether the stretch is all that is reported: a sentence of its own beside an attribution."""
    frame, k = setting.frame, setting.item
    own = frame.items[k].sentence
    inner = text[slice(*stretch.inner)]
    whole = inner[-1] in _CLOSING
    after = frame.symbols[k + 1] if k + 1 < len(frame.symbols) else "$"
    whole = whole or after in {",", "-", "$"} or frame.items[k + 1].sentence != own
    if not k or frame.items[k - 1].sentence != own:
        return whole
    before = frame.symbols[k - 1]
    opens = before in {":", ",", "-", "Q"} or is_cue(before)
    first = next((c for c in inner if c.isalnum()), "a")
    return opens and whole and not first.islower()


def _resumes(setting: Setting, source: int) -> bool:
    """Whether the sentence of the last quote goes on here after ", source cue,"."""
    frame, last = setting.frame, setting.last
    if last is None or last.source is None or last.paragraph != setting.number:
        return False
    same = frame.items[last.item].sentence == frame.items[setting.item].sentence
    between = last.item < source < setting.item
    return same and between and frame.symbols[setting.item - 1] in {",", "-"}


def _cues(given: Candidate, source: Mention, via: tuple[str, ...], setting: Setting) -> Span | None:
    """The source's own cue; else that of the outlet that cites it, else the source's verb."""
    frame = given.scene.frame
    found = _cue(frame, source.tie.cue) or _cue(frame, given.mention.tie.cue)
    if found is not None or given.paragraphs or given.sentences or not via:
        return found
    between = range(source.item + 1, min(setting.item, source.item + 3))
    verb = next((k for k in between if is_verb(frame.symbols[k]) and frame.symbols[k] != "x"), None)
    return None if verb is None else _words(frame, verb, verb)


def _words(frame: Frame, first: int, last: int) -> Span:
    rows, items = frame.paragraph, frame.items
    return (rows.starts[items[first].first], rows.ends[items[last].last - 1])


def _cue(frame: Frame, item: int) -> Span | None:
    """The words of a cue: "said", "according to"; nothing for a colon or a dash."""
    if item < 0 or not (is_cue(frame.symbols[item]) or frame.symbols[item] == "U"):
        return None
    rows, place = frame.paragraph, frame.items[item]
    if place.phrase >= 0:
        head = rows.phrases[place.phrase].head
        return (rows.starts[head], rows.ends[head])
    return _words(frame, item, item + (frame.symbols[item : item + 2] == ("according.ing", "to")))


def quotes(
    text: str, parts: Sequence[Part], language: str = "en", *, everything: bool = False
) -> Iterator[Quote]:
    """The quotes that `parts` make up, in order; nobody's only if `everything` is asked for."""
    for ordinal, group in enumerate(_groups(parts)):
        if everything or any(p.reported for p in group):
            yield _quote(text, group, ordinal, language)


def _groups(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Runs of parts that are one quote."""
    group: list[Part] = []
    for p in parts:
        if group and not _belongs(group[-1], p):
            yield group
            group = []
        group.append(p)
    if group:
        yield group


def _belongs(before: Part, p: Part) -> bool:
    if p.resumes:
        return before.source == p.source
    if not before.continues:
        return False
    rivals = before.local and p.local and before.name != p.name
    return not rivals


def _quote(text: str, group: Sequence[Part], ordinal: int, language: str) -> Quote:
    """One quote of its parts; the surest of them says whose it is."""
    reported = [p for p in group if p.reported]
    surest = max(reported or group, key=lambda p: p.probability)
    spans = tuple(p.span for p in group)
    words = " ".join(text[slice(*span)] for span in spans)
    sure = confidence(surest.probability, language) if reported else surest.probability
    return Quote(
        id=digest(words, str(ordinal)),
        kind=Kind.DIRECT if group[0].direct else Kind.MIXED,
        text=words,
        spans=spans,
        source=_mention(text, surest.source),
        cue=_mention(text, surest.cue),
        via=surest.via,
        confidence=round(sure, 3),
        reported=bool(reported),
    )


def _mention(text: str, span: Span | None) -> model.Mention | None:
    return None if span is None else model.Mention(text=text[slice(*span)], span=span)


__all__ = ["Part", "part", "quotes"]
