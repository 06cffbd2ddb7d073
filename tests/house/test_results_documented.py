"""The operators' page on results names everything that a file may hold."""

from __future__ import annotations

from adapters.results_file import BUILT_IN
from tests.house.sources import ROOT
from workflow.metrics import METRICS
from workflow.vocabulary import ConductKind

PAGE = (ROOT / "docs" / "operators" / "results.md").read_text()


def test_every_metric_mapping_and_kind_of_record_is_named() -> None:
    named = [*(f"`{metric}`" for metric in METRICS), *(f"`{name}`" for name in BUILT_IN)]
    assert [word for word in [*named, *ConductKind] if word not in PAGE] == []
