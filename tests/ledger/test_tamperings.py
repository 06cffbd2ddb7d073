"""Each tampering that docs/proof.md tells of is found at its place; what cannot be is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ledger.sentences import FAULTS
from tests.ledger.paper import Paper
from tests.ledger.tamperings import FOUND, UNFOUND, Act, Faults

PROMISES = (Path(__file__).parents[2] / "docs" / "proof.md").read_text()


def test_what_nobody_tampered_with_has_no_fault() -> None:
    assert Paper().found() == set()


@pytest.mark.parametrize(("act", "faults"), FOUND.values(), ids=FOUND)
def test_a_tampering_is_found_at_its_place_and_blamed_on_nothing_else(
    act: Act, faults: Faults
) -> None:
    paper = Paper()
    act(paper)
    assert faults
    assert paper.found() == faults


@pytest.mark.parametrize("act", UNFOUND.values(), ids=UNFOUND)
def test_what_is_said_not_to_be_found_is_not_found(act: Act) -> None:
    paper = Paper()
    act(paper)
    assert paper.found() == set()


def test_the_table_in_the_documentation_promises_just_what_is_tested() -> None:
    promised = dict(re.findall(r"^\| \d+ \| (.+?) \| (.+?) \|", PROMISES, re.MULTILINE))
    told = {name: set(re.findall(r"`(\w+)`", codes)) for name, codes in promised.items()}
    assert told == {name: {code for _, code in faults} for name, (_, faults) in FOUND.items()}
    assert len(promised) >= 40
    admitted = PROMISES.partition("## What cannot be found")[2]
    assert re.findall(r"^\| (?!what|-)(.+?) \|", admitted, re.MULTILINE) == list(UNFOUND)


def test_every_fault_has_its_sentence() -> None:
    assert {code for _, faults in FOUND.values() for _, code in faults} == FAULTS.keys()
