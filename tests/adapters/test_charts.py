"""Charts stand in a page under the strictest policy, in its font and colours, always the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from adapters import charts
from adapters.charts import Bar, Row

ROOT = Path(__file__).parents[2]
CSS = ROOT / "static" / "css" / "chart.css"
ROWS = [
    Row("华东客服一组 <b>&", (Bar(0.3, "30%", 0.1, 0.5),)),
    Row("East team", (Bar(0.6, "60%", 0.4, 0.83),)),
    Row("夜班", (Bar(None, "不显示"),)),
]
PAIRS = [Row("甲", (Bar(12, "12"), Bar(8, "8"))), Row("乙", (Bar(3, "3"), Bar(30, "30")))]


def _every() -> list[str]:
    drawings = (
        charts.bars("按团队", ROWS, share=True, mean=0.42),
        charts.bars("两期", PAIRS, series=("本期", "上期")),
        charts.columns("分数", PAIRS),
        charts.bars("空", []),
    )
    return [drawing for each in drawings for drawing in (each.wide, each.narrow)]


def test_a_drawing_has_nothing_that_the_policy_or_a_second_drawing_would_trip_over() -> None:
    for drawing in _every():
        assert not re.search(r"style=|<style|<script|\bon\w+=|href|url\(|\bid=|xmlns", drawing)
        assert drawing.startswith("<svg")


def test_colours_and_fonts_are_the_pages_own() -> None:
    for drawing in _every():
        assert not re.search(r"fill=|stroke=|font-family|#0000|rgb", drawing)


def test_every_class_that_is_drawn_has_its_colour() -> None:
    drawn = {word for each in _every() for word in re.findall(r"chart-(?:fill|stroke)[\w-]+", each)}
    assert {"chart-fill-series-1", "chart-fill-series-2", "chart-stroke-mean"} <= drawn
    styled = set(re.findall(r"\.(chart-[\w-]+)", CSS.read_text()))
    assert drawn <= styled


def test_text_is_text_in_its_own_script_and_markup_in_it_stays_text() -> None:
    drawing = charts.bars("按团队", ROWS, share=True).wide
    assert ">华东客服一组 &lt;b&gt;&amp;<" in drawing
    assert ">不显示<" in drawing


def test_a_drawing_says_once_what_it_shows() -> None:
    for drawing in _every():
        assert len(re.findall(r'role="', drawing)) == 1
        assert re.match(
            r'<svg class="chart-drawing" viewBox="0 0 \d+ \d+" role="img" aria-label=', drawing
        )


def test_bars_are_as_long_as_their_figures() -> None:
    drawing = charts.bars("两期", PAIRS, series=("a", "b")).wide
    widths = {
        nth: [
            float(found)
            for found in re.findall(
                rf'h([\d.]+)v[\d.]+h-[\d.]+Z" class="chart-fill-series-{nth}"', drawing
            )
        ]
        for nth in (1, 2)
    }
    assert len(widths[1]) == len(widths[2]) == 2
    assert abs(widths[1][0] / widths[1][1] - 12 / 3) < 0.05
    assert abs(widths[2][1] / widths[1][1] - 30 / 3) < 0.05


def test_what_is_withheld_has_no_length_and_no_interval() -> None:
    shown = charts.bars("x", ROWS[:1], share=True).wide
    withheld = charts.bars("x", [Row("夜班", (Bar(None, "不显示"),))], share=True).wide
    assert "chart-stroke-whisker" in shown
    assert "chart-stroke-whisker" not in withheld
    assert re.search(r'h0v[\d.]+h-?0Z" class="chart-fill-series-1"', withheld)


def test_steps_of_the_scale_are_round_and_reach_over_the_largest() -> None:
    for largest in (0, 0.004, 0.07, 0.33, 1, 2, 3, 7, 13, 99, 100, 1234):
        ticks = charts._ticks(largest, share=largest <= 1)
        assert 2 <= len(ticks) <= 7
        assert ticks[0] == 0
        assert ticks[-1] >= largest
        first = f"{ticks[1]:e}"[0]
        assert first in "125"


def test_the_drawing_library_is_loaded_by_the_first_chart_and_not_before() -> None:
    program = (
        "import sys; from adapters import charts;"
        "assert 'vl_convert' not in sys.modules;"
        "first = charts.columns('x', [charts.Row('a', (charts.Bar(1, '1'),))]).wide;"
        "assert 'vl_convert' in sys.modules; print(first)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    here = charts.columns("x", [Row("a", (Bar(1, "1"),))]).wide
    assert done.stdout.strip() == here  # the same bytes in another process


def test_nothing_else_loads_the_drawing_library() -> None:
    packages = ("adapters", "api", "cli", "jobs", "models", "operations", "views", "words", "demo")
    sources = [
        ROOT / "app.py",
        *(path for each in packages for path in (ROOT / each).rglob("*.py")),
    ]
    naming = [path.name for path in sources if "vl_convert" in path.read_text(encoding="utf-8")]
    assert naming == ["charts.py"]
