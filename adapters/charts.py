"""Charts as SVG to stand in a page: horizontal bars, with intervals and in groups, and columns.

The page's own font and colours draw them: shapes carry classes (static/css/chart.css), no style,
script or id. Widths of text are estimated, not measured, so the same figures give the same bytes
on every machine. The drawing library hangs in a process forked after its first use: it is loaded
at the first chart, in the process that serves the page.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
SVG = "http://www.w3.org/2000/svg"
WIDE, NARROW = 680, 340  # units across: pixels, where there is room for them
NAMES_AT_MOST = 220
LETTER, AXIS_LETTER = 14, 12
BAR, GAP = 16, 12
COLUMNS_HIGH = 180
KEPT = 256  # drawings in each process
# Colours that stand for a class until the drawing is done.
INK, QUIET, LINE, WHISKER, MEAN = "#000001", "#000002", "#000003", "#000004", "#000005"
SERIES = ("#000011", "#000012", "#000013", "#000014")
CLASSES = {
    INK: "ink",
    QUIET: "quiet",
    LINE: "line",
    WHISKER: "whisker",
    MEAN: "mean",
    **{colour: f"series-{nth}" for nth, colour in enumerate(SERIES, 1)},
}
KEPT_ATTRIBUTES = {
    "viewBox", "transform", "d", "x", "x2", "y", "y2", "width", "height", "stroke-width",
    "stroke-dasharray", "text-anchor", "font-size",
}  # fmt: skip
LONG_FIGURE = re.compile(r"-?\d+\.\d{2,}(e-?\d+)?")
_one_at_a_time = Lock()


@dataclass(frozen=True)
class Bar:
    """One figure: its length (None where it is withheld), the text beside it, its interval."""

    value: float | None
    text: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Row:
    """What the figures are of, one bar for each series."""

    name: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Drawing:
    """One chart for wide pages and one for phones, and the names of its series in order."""

    wide: Markup
    narrow: Markup
    series: tuple[str, ...] = ()


def bars(
    label: str,
    rows: Sequence[Row],
    *,
    series: Sequence[str] = (),
    share: bool = False,
    top: float | None = None,
    mean: float | None = None,
) -> Drawing:
    """Horizontal bars; whiskers where a bar has an interval, a line through all at the mean.

    label: what a reader who does not see the chart is told. share: the figures are 0 to 1 and read
    as percentages. top: where the scale ends, if not at the largest figure.
    """
    ticks = _ticks(_largest(rows, top, mean), share)
    wide, narrow = (
        _drawn(label, _bars(rows, ticks, share, mean, across)) for across in (WIDE, NARROW)
    )
    return Drawing(wide, narrow, tuple(series))


def columns(
    label: str, rows: Sequence[Row], *, series: Sequence[str] = (), share: bool = False
) -> Drawing:
    """How often each step of a scale was chosen: upright columns, their names below."""
    ticks = _ticks(_largest(rows, None, None), share)
    wide, narrow = (_drawn(label, _columns(rows, ticks, share, to)) for to in (WIDE, NARROW))
    return Drawing(wide, narrow, tuple(series))


def _bars(
    rows: Sequence[Row], ticks: list[float], share: bool, mean: float | None, across: int
) -> dict[str, Any]:
    beside = across == WIDE  # on a phone the names stand above their bars
    widest = max((_width(row.name) for row in rows), default=0)
    names = min(NAMES_AT_MOST, widest) + 12 if beside else 2
    figures = max((_width(bar.text) for row in rows for bar in row.bars), default=0)
    width = across - names - figures - 14
    each = max((len(row.bars) for row in rows), default=1)
    gap = GAP if beside else GAP + LETTER + 8
    step = each * BAR + gap
    place = {"field": "row", "type": "ordinal", "axis": None, "sort": None}
    y = {**place, "scale": {"paddingInner": gap / step, "paddingOuter": 0}}
    across_scale = {"domain": [0, ticks[-1]], "nice": False}
    axis = {
        "values": ticks,
        "title": None,
        **_AXIS,
        **_format(share),
    }
    x = {"field": "value", "type": "quantitative", "scale": across_scale, "axis": axis}
    series = {"yOffset": {"field": "series", "type": "ordinal"}} if each > 1 else {}
    data = _data(rows, ticks[-1])
    limit = NAMES_AT_MOST if beside else across
    named = [{"row": nth, "name": _cut(row.name, limit)} for nth, row in enumerate(rows)]
    if beside:
        name = {"align": "right", "baseline": "middle", "x": 0, "dx": -10}
    else:
        name = {"align": "left", "baseline": "bottom", "x": 0, "dy": -4, "dx": -1}
    return {
        "width": width,
        "height": len(rows) * step - gap,
        "padding": {
            "left": names,
            "right": figures + 12,
            "top": 6 if beside else LETTER + 10,
            "bottom": 24,
        },
        "data": {"values": data},
        "encoding": {"y": y},
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {"x": x, "color": _COLOUR, **series}},
            *_whiskers(data, x, series),
            *_mean(mean),
            {
                "mark": {
                    "type": "text", "align": "right", "x": width + figures + 10,
                    "fontSize": LETTER, "color": INK,
                },
                "encoding": {"text": {"field": "text"}, **series},
            },
            {
                "data": {"values": named},
                "mark": {"type": "text", "fontSize": LETTER, "color": INK, **name},
                "encoding": {
                    "y": {**y, "bandPosition": 0.5 if beside else 0},
                    "text": {"field": "name"},
                },
            },
        ],
    }  # fmt: skip


def _whiskers(
    data: list[dict[str, Any]], x: Mapping[str, Any], series: Mapping[str, Any]
) -> list[dict[str, Any]]:
    spans = [each for each in data if "low" in each]
    if not spans:
        return []
    ends = [
        {
            "mark": {"type": "tick", "color": WHISKER, "thickness": 1.5, "size": 8},
            "encoding": {"x": {**x, "field": end}, **series},
        }
        for end in ("low", "high")
    ]
    line = {
        "mark": {"type": "rule", "color": WHISKER, "strokeWidth": 1.5},
        "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, **series},
    }
    return [{"data": {"values": spans}, "layer": [line, *ends]}]


def _mean(mean: float | None) -> list[dict[str, Any]]:
    if mean is None:
        return []
    mark = {"type": "rule", "color": MEAN, "strokeWidth": 1.5, "strokeDash": [4, 3]}
    return [{"data": {"values": [{}]}, "mark": mark, "encoding": {"x": {"datum": mean}, "y": None}}]


def _columns(rows: Sequence[Row], ticks: list[float], share: bool, across: int) -> dict[str, Any]:
    left = max(_width(f"{ticks[-1]:g}" if not share else "100%"), 24) + 8
    width = across - left - 4
    each = max((len(row.bars) for row in rows), default=1)
    room = width / max(len(rows), 1)
    x = {
        "field": "row", "type": "ordinal", "axis": None, "sort": None,
        "scale": {"paddingInner": 0.35, "paddingOuter": 0.2},
    }  # fmt: skip
    scale = {"domain": [0, ticks[-1]], "nice": False}
    axis = {"values": ticks, "title": None, **_AXIS, **_format(share)}
    y = {"field": "value", "type": "quantitative", "scale": scale, "axis": axis}
    series = {"xOffset": {"field": "series", "type": "ordinal"}} if each > 1 else {}
    named = [{"row": nth, "name": _cut(row.name, room - 4)} for nth, row in enumerate(rows)]
    above = {"type": "text", "baseline": "bottom", "dy": -4, "fontSize": AXIS_LETTER, "color": INK}
    return {
        "width": width,
        "height": COLUMNS_HIGH,
        "padding": {"left": left, "right": 4, "top": 20, "bottom": 28},
        "data": {"values": _data(rows, ticks[-1])},
        "encoding": {"x": x},
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {"y": y, "color": _COLOUR, **series}},
            {"mark": above, "encoding": {"y": y, "text": {"field": "text"}, **series}},
            {
                "data": {"values": named},
                "mark": {
                    "type": "text", "y": COLUMNS_HIGH + 18, "fontSize": LETTER, "color": INK,
                },
                "encoding": {"text": {"field": "name"}},
            },
        ],
    }  # fmt: skip


_AXIS = {
    "gridColor": LINE, "domain": False, "ticks": False, "labelColor": QUIET,
    "labelFontSize": AXIS_LETTER, "labelOverlap": False, "labelPadding": 6, "labelFlush": False,
}  # fmt: skip
_COLOUR = {
    "field": "series",
    "type": "ordinal",
    "legend": None,
    "scale": {"domain": [0, 1, 2, 3], "range": list(SERIES)},
}


def _format(share: bool) -> dict[str, str]:
    return {"format": ".0%"} if share else {"labelExpr": "datum.value + ''"}


def _data(rows: Sequence[Row], last: float) -> list[dict[str, Any]]:
    data = []
    for nth, row in enumerate(rows):
        for series, bar in enumerate(row.bars):
            it: dict[str, Any] = {"row": nth, "series": series, "text": bar.text}
            it["value"] = 0 if bar.value is None else bar.value
            if bar.low is not None and bar.high is not None:
                it |= {"low": bar.low, "high": min(bar.high, last)}
            data.append(it)
    return data


def _largest(rows: Sequence[Row], top: float | None, mean: float | None) -> float:
    if top is not None:
        return top
    every = [bar for row in rows for bar in row.bars]
    figures = [each.high if each.high is not None else each.value for each in every]
    return max([figure for figure in (*figures, mean) if figure is not None], default=0)


def _ticks(largest: float, share: bool) -> list[float]:
    """From 0 to the first round figure that the largest fits under, in a few steps."""
    if largest <= 0:
        largest = 1
    size = 10 ** math.floor(math.log10(largest / 4))
    step = next(size * by for by in (1, 2, 5, 10) if largest / (size * by) <= 5)
    if not share:
        step = max(step, 1) if largest >= 3 else step
    count = math.ceil(round(largest / step, 9))
    return [round(step * nth, 9) for nth in range(count + 1)]


def _width(text: str, size: int = LETTER) -> int:
    """About how wide the text is: a Chinese character is square, others a little over half."""
    ems = sum(1 if unicodedata.east_asian_width(c) in "WF" else 0.58 for c in text)
    return math.ceil(ems * size)


def _cut(text: str, most: float) -> str:
    if _width(text) <= most:
        return text
    while text and _width(text + "…") > most:
        text = text[:-1]
    return text.rstrip() + "…"


def _drawn(label: str, spec: Mapping[str, Any]) -> Markup:
    whole = {
        "$schema": SCHEMA, "background": None, "autosize": {"type": "none"},
        "config": {"view": {"stroke": None}, "aria": False}, **spec,
    }  # fmt: skip
    return _svg(json.dumps(whole, ensure_ascii=False, sort_keys=True), label)


@lru_cache(maxsize=KEPT)
def _svg(spec: str, label: str) -> Markup:
    with _one_at_a_time:
        import vl_convert  # never before a server forks

        drawn = vl_convert.vegalite_to_svg(spec)
    root = ElementTree.fromstring(drawn)  # noqa: S314  # our own drawing
    _, _, width, height = root.attrib["viewBox"].split()
    _plain(root)
    root.attrib.clear()
    root.attrib |= {
        "class": "chart-drawing",
        "viewBox": f"0 0 {width} {height}",
        "role": "img",
        "aria-label": label,
        "focusable": "false",
    }
    return Markup(ElementTree.tostring(root, encoding="unicode"))  # noqa: S704  # it is escaped


def _plain(element: ElementTree.Element) -> None:
    """Classes in place of colours, the page's font, and nothing that draws nothing."""
    element.tag = element.tag.removeprefix(f"{{{SVG}}}")
    given = dict(element.attrib)
    element.attrib.clear()
    element.attrib |= {
        name: LONG_FIGURE.sub(_rounded, value)
        for name, value in given.items()
        if name in KEPT_ATTRIBUTES
    }
    classes = [
        f"chart-{way}-{CLASSES[given[way]]}"
        for way in ("fill", "stroke")
        if given.get(way) in CLASSES
    ]
    if classes:
        element.attrib["class"] = " ".join(classes)
    for child in list(element):
        _plain(child)
        if _draws_nothing(child):
            element.remove(child)


def _rounded(figure: re.Match[str]) -> str:
    return f"{float(figure[0]):.1f}"


def _draws_nothing(element: ElementTree.Element) -> bool:
    if element.tag in ("g", "text"):
        return len(element) == 0 and not element.text
    return "class" not in element.attrib
