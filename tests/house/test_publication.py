"""What is public is declared field by field, and read by a person here: a golden list."""

from __future__ import annotations

import dataclasses

import pytest

from models import archive, public_case, public_feedback, public_lists, public_rounds
from models.search import records, sources
from words.publication import KINDS, WHY_WITHHELD
from workflow.fairness import Group, Report, Span
from workflow.publication import PROJECTIONS, PublicKind, Withheld
from workflow.withholding import Count

SHAPES = {
    shape.__name__: shape
    for module in (archive, public_case, public_feedback, public_lists, public_rounds, records)
    for shape in vars(module).values()
    if isinstance(shape, type)
    and dataclasses.is_dataclass(shape)
    and shape.__module__ == module.__name__
} | {shape.__name__: shape for shape in (Report, Group, Count, Span)}
# Readers of this list agree that all staff may read each of these. It changes with the product's
# promise, never by itself.
GOLDEN = {
    "Record": "at award award_key cycle excerpt metal notice_ends_at number people stage team tier"
    " title",
    "Named": "id name team",
    "PublicCase": "appealed claims customer lasting lines objections place record rewards rules"
    " withheld",
    "PublicClaim": "evidence later position text verdict",
    "CustomerVoice": "marks occasion outcome times words",
    "Line": "action at by day_alone erased number reason role sentence stage",
    "PublicObjection": "answer at by grounds number state",
    "PublicAppeal": "again answer first",
    "RankedPlace": "explanation rank tiers",
    "PublicList": "at award award_key cycle number places quorum round tiers withheld",
    "PublicPlace": "explanation metal number people rank team tier title",
    "PublicFeedback": "acts aim at body by changes confidential due_at files id kind marks me_too"
    " number overdue remarks removed replies state subject",
    "Aim": "award award_key case cycle rule",
    "PublicFile": "name sha256 size",
    "PublicReply": "at id number state text",
    "PublicRemark": "at by by_author id number text",
    "PublicAct": "agreed asked at kind reason remark_id",
    "PublicRound": "answered answers asked award_key closed_at counts due_at groups id key leads"
    " names number opened_at questions removals round words",
    "PublicAnswer": "at number text",
    "PublicRemoval": "at number reason",
    "Report": "everybody groups least overturned spans",
    "Group": "count key",
    "Count": "nominated people won",
    "Span": "cases median ninth_tenth stage",
    "Projected": "at award called cycle kind outcome seq shown subject teams text title",
}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_projection_has_the_fields_of_the_golden_list(name: str) -> None:
    golden = frozenset(GOLDEN[name].split())
    assert PROJECTIONS[name].all == golden
    assert {field.name for field in dataclasses.fields(SHAPES[name])} == golden


def test_what_is_published_of_a_cycle_is_its_figures_and_nothing_beside_them() -> None:
    """The ledger, the page and its files are made from the record: it tells what the shape has."""
    told = Report(5, Count(9, 3, 1), {"team": (Group("7", None),)}, (), {"appeals": (2, 1)})
    record = told.record()
    assert Report.of(record) == told
    assert set(record) == {"v", "everybody", "groups", "least", "overturned", "stages"}


def test_no_shape_of_the_archive_is_undeclared() -> None:
    assert set(SHAPES) == set(GOLDEN) == set(PROJECTIONS)


def test_every_kind_and_every_reason_has_its_words() -> None:
    assert set(KINDS) == set(PublicKind) == set(sources.SOURCES)
    assert set(WHY_WITHHELD) == set(Withheld)
