"""Every pair of colours that the pages put on each other meets WCAG AA, by day and by night."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "css"
TEXT, SHAPE = 4.5, 3.0
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\(")

GROUNDS = ("paper", "raised", "sunken")
WORDS = ("ink", "quiet", "seal", "confirmed", "attention", "gold", "silver", "bronze")
PAIRS = [
    *((word, ground, TEXT) for word in WORDS for ground in GROUNDS),
    ("on-seal", "seal-fill", TEXT),
    ("on-seal", "seal-deep", TEXT),
    ("paper", "ink", TEXT),
    ("ink", "confirmed-wash", TEXT),
    ("confirmed", "confirmed-wash", TEXT),
    ("ink", "attention-wash", TEXT),
    ("attention", "attention-wash", TEXT),
    ("ink", "seal-wash", TEXT),
    ("quiet", "seal-wash", TEXT),
    ("edge", "paper", SHAPE),
    ("edge", "raised", SHAPE),
    ("seal-fill", "paper", SHAPE),
]


@pytest.mark.parametrize("sheet", ["colours.css", "colours-dark.css"])
@pytest.mark.parametrize(("word", "ground", "least"), PAIRS)
def test_a_pair_of_colours_can_be_read(sheet: str, word: str, ground: str, least: float) -> None:
    colours = declared(sheet)
    assert contrast(colours[word], colours[ground]) >= least


def test_day_and_night_declare_the_same_names() -> None:
    names = [set(re.findall(r"--([\w-]+):", (CSS / s).read_text())) for s in SHEETS]
    assert names[0] == names[1]


def test_no_other_style_sheet_brings_a_colour_of_its_own() -> None:
    for sheet in CSS.glob("*.css"):
        if sheet.name not in (*SHEETS, "print.css"):
            assert not COLOUR.search(sheet.read_text()), sheet.name


def test_the_formula_gives_the_known_extremes() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


SHEETS = ("colours.css", "colours-dark.css")


def declared(sheet: str) -> dict[str, str]:
    """Name -> colour of one style sheet."""
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", (CSS / sheet).read_text()))


def contrast(first: str, second: str) -> float:
    """WCAG 2's contrast ratio of two colours."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """WCAG 2's relative luminance."""
    red, green, blue = (linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
