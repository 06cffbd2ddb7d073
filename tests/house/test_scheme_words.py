"""Whatever a change of the scheme can speak of has its words."""

from __future__ import annotations

import ast

from flask import Flask

from models.scheme_state import FIELDS as KEPT
from tests.house.sources import modules
from words.metrics import METRIC_NAMES, UNITS
from words.scheme import FIELDS, METALS, ROADS, RULE_KINDS, SUBJECTS, change_in_words
from workflow.metrics import METRICS, Unit
from workflow.pathways import PATHWAYS
from workflow.policy import PARAMS, RuleKind


def test_every_field_that_a_change_records_is_called_something() -> None:
    recorded = {name for fields in KEPT.values() for name in fields}
    recorded |= {name for params in PARAMS.values() for name in params}
    assert recorded - FIELDS.keys() == set()


def test_every_road_kind_of_rule_metric_and_unit_is_called_something() -> None:
    assert ROADS.keys() == PATHWAYS.keys()
    assert set(RULE_KINDS) == {kind.value for kind in RuleKind}
    assert METRIC_NAMES.keys() == METRICS.keys()
    assert set(UNITS) == set(Unit)
    assert set(METALS) == {"gold", "silver", "bronze", "plain"}


def test_every_subject_of_a_change_is_called_something() -> None:
    subjects = {
        node.elts[0].value
        for _, module in modules("operations")
        for node in ast.walk(module)
        if isinstance(node, ast.Tuple) and len(node.elts) == 2
        if isinstance(node.elts[0], ast.Constant) and node.elts[0].value in SUBJECTS
    }
    assert subjects == set(SUBJECTS)


def test_a_change_reads_in_words_whatever_it_touched(app: Flask) -> None:
    changes = {
        "names.zh_Hant": ["", "獎"],
        "road": ["standard", "instant"],
        "params.limit": ["3", "2"],
        "productivity.target": ["0.75", ""],
        "closes_at": ["2026-11-30T16:00:00+00:00", "2026-11-30T18:00:00+00:00"],
        "job_role": ["", "inbound"],
        "cadence": ["monthly", "annual"],
        "subject": ["person", "team"],
        "metal": ["gold", "plain"],
        "kind": ["", "service_at_least"],
        "active": ["yes", "no"],
        "asked_1.en": ["", "How fair?"],
        "asked_1.kind": ["", "grades"],
        "asked_1.options_en": ["", "More; Less"],
        "asked_1.options_zh_Hant": ["", "多；少"],
        "every_months": ["0", "3"],
        "holds": ["", "policy_rule/complaints"],
    }
    with app.test_request_context():
        said = change_in_words(changes)
    assert ("Name (繁體中文)", "", "獎") in said
    assert ("Productivity: Target", "0.75", "") in said
    assert ("In force", "Yes", "No") in said
    assert ("How often it comes round", "Once", "Every quarter") in said
    assert ("What waits for it", "", "Policy rule") in said
    assert all("_" not in text for line in said for text in line)
