"""A ranking can be computed again from its sealed input, by anybody, to the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.canonical import canonical
from tests.house.sources import ROOT
from tests.workflow.test_tiering import Contest, contests
from workflow.reproduction import as_list, differences, renewed, reproduce, rows
from workflow.tiering import allocate, sealed_input

BARE = """
import json, sys
from workflow.reproduction import rows
print(json.dumps([rows(each) for each in json.load(sys.stdin)]))
"""


@given(contests())
def test_the_sealed_input_gives_the_same_list(contest: Contest) -> None:
    sealed = json.loads(canonical(sealed_input(*contest)))
    assert reproduce(sealed) == allocate(*contest)


@given(contests())
def test_an_input_sealed_before_there_were_formulas_still_gives_its_list(contest: Contest) -> None:
    candidates, tiers, budget, _tie_breaks, holders, _formula = contest
    today = sealed_input(candidates, tiers, budget, holders=holders)
    old = {name: value for name, value in today.items() if name != "formula"}
    old |= {"v": 1, "algorithm": "1"}
    assert rows(old) == rows(today)
    assert reproduce(old) == allocate(candidates, tiers, budget, holders=holders)
    assert renewed(old) == today


@pytest.mark.parametrize("examples", [40, pytest.param(500, marks=pytest.mark.prove)])
def test_another_process_computes_the_same_bytes(examples: int) -> None:
    inputs = [sealed_input(*contest) for contest in drawn(examples)]
    answer = subprocess.run(  # our own interpreter and code
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}){BARE}"],
        input=json.dumps(inputs),
        capture_output=True,
        text=True,
        check=True,
    )
    computed = [canonical(as_list(each)) for each in json.loads(answer.stdout)]
    assert computed == [canonical(as_list(rows(each))) for each in inputs]


@given(contests(), st.data())
def test_a_changed_place_is_named(contest: Contest, data: Any) -> None:
    computed = rows(sealed_input(*contest))
    assert differences(computed, computed) == []
    if computed:
        at = data.draw(st.integers(0, len(computed) - 1))
        stated = [*computed]
        stated[at] = {**stated[at], "tier": "platinum"}
        assert differences(computed, stated) == [(computed[at], stated[at])]
        assert differences(computed, computed[:-1]) == [(computed[-1], None)]


def test_an_input_of_another_algorithm_is_refused() -> None:
    with pytest.raises(ValueError, match="another algorithm"):
        reproduce({"v": 1, "algorithm": "0"})


def drawn(examples: int) -> list[Contest]:
    """So many random contests, drawn by Hypothesis without shrinking."""
    from hypothesis import HealthCheck, Phase, settings

    found: list[Contest] = []

    @settings(
        max_examples=examples,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(contests())
    def draw(contest: Contest) -> None:
        found.append(contest)

    draw()
    return found
