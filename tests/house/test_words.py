"""Every word has its label, every refusal its sentence."""

from __future__ import annotations

import ast
import inspect
import re
from enum import StrEnum

from operations.comparison import ROWLESS
from tests.house.sources import modules
from words.faults import FAULTS
from words.labels import LABELS
from words.messages import MESSAGES
from words.refusals import PLURALS, REFUSALS
from workflow import vocabulary
from workflow.vocabulary import Language

UNLABELLED = {Language}  # each is called by its own name, see views/language.py


def test_every_word_of_the_vocabulary_has_a_label() -> None:
    words = {
        (kind, word.value)
        for _, kind in inspect.getmembers(vocabulary, inspect.isclass)
        if issubclass(kind, StrEnum) and kind not in {StrEnum, *UNLABELLED}
        for word in kind
    }
    assert {key for key in words if key not in LABELS} == set()
    assert {key for key in LABELS if key not in words} == set()


def test_every_refusal_has_a_sentence() -> None:
    raised = {
        argument.value
        for _, module in modules("workflow", "operations")
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Refused")
        for argument in node.args[:1]
        if isinstance(argument, ast.Constant)
    }
    assert len(raised) > 20
    assert raised - {*REFUSALS, *PLURALS} == set()


def test_no_sentence_stands_without_a_refusal() -> None:
    written = {
        node.value
        for _, module in modules("workflow", "operations", "adapters", "forms")
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    beginnings = tuple(text for text in written if re.fullmatch(r"[a-z]+_(as_)?", text))
    unused = {*REFUSALS, *PLURALS} - written
    assert {code for code in unused if not code.startswith(beginnings)} == set()


def test_every_fault_has_a_sentence_and_no_sentence_stands_alone() -> None:
    written = {
        node.value
        for path, module in modules("ledger", "operations")
        if path.stem in ("examination", "comparison", "verification")
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    raised = {
        argument.value
        for path, module in modules("ledger", "operations")
        if path.stem in ("examination", "comparison", "verification")
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Fault", "_fault")
        for argument in node.args[1:2]
        if isinstance(argument, ast.Constant)
    }
    assert len(raised) > 15
    assert raised - {*FAULTS} == set()
    assert {*FAULTS} - written == set()


def test_every_kind_of_entry_is_known_to_the_verification() -> None:
    noted = {
        node.args[0].value
        for _, module in modules("operations")
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "tx.note"
        and isinstance(node.args[0], ast.Constant)
    }
    assert noted == ROWLESS


def test_everything_that_people_are_told_is_worded() -> None:
    told = {
        node.args[1].value
        for _, module in modules("operations")
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "tx.tell"
        and isinstance(node.args[1], ast.Constant)
    }
    assert told
    assert told ^ {*MESSAGES} == set()
