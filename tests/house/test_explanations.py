"""Every message that a computation can give has a sentence that takes its values."""

from __future__ import annotations

import ast

import pytest
from flask import Flask

from tests.house.sources import modules
from words.explanations import EXPLANATIONS, explain, figure
from workflow.policy import RuleKind
from workflow.tiering import CRITERIA


def computed() -> set[str]:
    """Message ids in the source, with those that are put together from a rule or a criterion."""
    ids = {
        argument.value
        for _, module in modules("workflow", "models")
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("message", "_passes")
        for argument in node.args[:2]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    ids |= {f"{kind}_{result}" for kind in RuleKind for result in ("passed", "failed")}
    ids |= {"part_score", "part_perception"}
    for criterion in ("points", *CRITERIA):
        ids |= {f"ahead_by_{criterion}", f"behind_last_place_by_{criterion}"}
    return ids | {"attainment_more", "attainment_less"}


def test_every_message_has_a_sentence_and_no_sentence_stands_alone() -> None:
    assert computed() == set(EXPLANATIONS)


@pytest.mark.parametrize(
    ("metric", "value", "shown"),
    [
        ("answer_rate", "0.819444", "81.94%"),
        ("error_rate", "0.0012", "1.2 ‰"),
        ("error_rate", "0", "0%"),
        ("calls_answered", "1517", "1,517"),
        ("satisfaction", "3.384181", "3.38"),
    ],
)
def test_a_figure_reads_as_people_say_it(app: Flask, metric: str, value: str, shown: str) -> None:
    with app.test_request_context():
        assert figure(metric, value) == shown


def test_a_message_takes_its_values_into_the_sentence(app: Flask) -> None:
    message = {
        "id": "attainment_more",
        "values": {"actual": "0.788889", "target": "0.75", "attainment": "1.0519"},
    }
    with app.test_request_context():
        assert explain(message, metric="productivity") == (
            "78.89% against a target of 75%: 1.0519 attained."
        )
        placed = {"id": "placed_in_tier", "values": {"tier": "gold", "place": 1, "quota": 2}}
        assert explain(placed, tiers={"gold": "First"}) == "First: place 1 of 2."
        barred = {
            "id": "complaints_in_month_failed",
            "values": {"count": 3, "limit": 3, "since": "2026-11-01", "until": "2026-11-20"},
        }
        assert explain(barred) == "3 from 1 Nov 2026 to 20 Nov 2026; 3 bar an award."
