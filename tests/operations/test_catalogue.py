"""The catalogue that an empty database starts with."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from models.base import db
from models.ledger import LedgerEntry
from models.scheme import Award, Cycle, Holiday, KpiScheme, PolicyRule, scheme
from operations import catalogue
from operations.verification import Verification
from workflow.metrics import METRICS
from workflow.pathways import PATHWAYS
from workflow.policy import PARAMS, RuleKind
from workflow.vocabulary import Cadence, JobRole, Language, Subject

pytestmark = pytest.mark.usefixtures("context")
LANGUAGES = {language.value for language in Language}


def awards() -> dict[str, Award]:
    return {award.key: award for award in db.session.scalars(select(Award))}


def test_the_catalogue_is_loaded_once_and_never_over_what_managers_changed(context: Flask) -> None:
    assert catalogue.load()
    size = db.session.scalar(select(func.count()).select_from(LedgerEntry))
    assert not catalogue.load()
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == size
    assert len(awards()) == 10


def test_loading_is_an_entry_of_the_ledger_and_the_ledger_verifies() -> None:
    catalogue.load()
    kinds = list(db.session.scalars(select(LedgerEntry.kind).order_by(LedgerEntry.seq)))
    assert kinds == ["scheme_loaded"]
    verification = Verification()
    verification.begin()
    assert list(verification.faults()) == []


def test_everything_has_a_name_in_three_languages() -> None:
    catalogue.load()
    said = [scheme().names, *(holiday.names for holiday in db.session.scalars(select(Holiday)))]
    said += [rule.names for rule in db.session.scalars(select(PolicyRule))]
    for award in awards().values():
        said += [award.names, award.descriptions, award.criteria]
        said += [text for tier in award.tiers for text in (tier.names, tier.rewards)]
    for names in said:
        assert set(names) == LANGUAGES
        assert all(text.strip() for text in names.values())


def test_the_awards_are_those_of_the_house() -> None:
    catalogue.load()
    found = awards()
    volume, woodpecker = found["monthly-volume"], found["woodpecker"]
    assert [tier.cost for tier in found["monthly-project"].tiers] == [200, 150, 100]
    assert [tier.metal for tier in found["monthly-project"].tiers] == ["gold", "silver", "bronze"]
    assert (volume.road, volume.metric) == ("by_numbers", "calls_answered")
    assert found["best-service-team"].subject is Subject.TEAM
    assert found["best-team-leader"].job_role is JobRole.TEAM_LEADER
    assert woodpecker.places == 1
    assert found["outstanding-contribution"].cadence is Cadence.INSTANT
    assert found["employee-of-the-year"].cadence is Cadence.ANNUAL


def test_every_award_can_be_won_on_a_road_that_is_there() -> None:
    catalogue.load()
    for award in awards().values():
        assert award.road in PATHWAYS
        assert award.active
        assert award.tiers
        assert award.pathway.takes_nominations or award.metric in METRICS


def test_every_award_has_its_open_cycle_and_the_next() -> None:
    catalogue.load()
    for award in awards().values():
        following, current = award.cycles
        assert current.closes_at == following.opens_at
    assert db.session.scalar(select(func.count()).select_from(Cycle)) == 20


def test_rules_and_targets_fit_what_evaluates_them() -> None:
    catalogue.load()
    for rule in db.session.scalars(select(PolicyRule)):
        assert set(rule.params) == PARAMS[RuleKind(rule.kind)]
    roles = {each.job_role: each for each in db.session.scalars(select(KpiScheme))}
    assert set(roles) == set(JobRole) - {JobRole.MANAGER, JobRole.SUPPORT}
    assert all(each.version == 1 and each.targets for each in roles.values())


def test_only_holidays_with_a_fixed_date_are_entered() -> None:
    catalogue.load()
    days = set(db.session.scalars(select(Holiday.day)))
    year = min(days).year
    assert len(days) == 12
    assert {date(year, 1, 1), date(year, 5, 1), date(year + 1, 10, 3)} <= days
