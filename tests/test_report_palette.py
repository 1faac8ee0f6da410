"""Every text colour of the pages has the contrast of WCAG 2.2 AA (4.5 to 1) where it is used.

axe judges what it can see; this holds for every pair of colours, in light, dark and print.
"""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

CSS = (files("verifier.report") / "templates" / "page.css").read_text(encoding="utf-8")
VERDICTS = ("divergent", "contested", "unmatched", "copied", "corroborated")
PAIRS = [
    *((text, ground) for text in ("ink", "soft", "link") for ground in ("paper", "sheet")),
    *((verdict, ground) for verdict in VERDICTS for ground in ("paper", "sheet")),
    *((verdict, f"{verdict}-tint") for verdict in VERDICTS),
    *((text, f"{verdict}-tint") for text in ("ink", "soft") for verdict in VERDICTS),
    *(("ink", ground) for ground in ("grave", "slight", "rule")),
]


def palettes() -> dict[str, dict[str, str]]:
    """The colours of each scheme; a scheme starts from the light one."""
    found = [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))
        for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    ]
    return {
        name: found[0] | colours
        for name, colours in zip(("light", "dark", "print"), found, strict=True)
    }


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_and_white() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(scheme: str, text: str, ground: str) -> None:
    colours = palettes()[scheme]
    assert contrast(colours[text], colours[ground]) >= 4.5
