"""Changing the scheme: by its managers, against what they saw, with a reason, for all to read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from adapters import clock
from models.base import db
from models.ledger import LedgerEntry
from models.scheme import (
    Award,
    Cycle,
    Holiday,
    PolicyRule,
    SchemeChange,
    in_force,
    kpi_schemes,
    newest_targets,
    scheme,
)
from models.scheme_state import fingerprint, state, targets_state
from operations import scheme as operations
from operations import terms_of_review as reviews
from operations.casework import KeyReused, NotVisible
from operations.scheme_changes import Edit, StaleScheme
from operations.transaction import Transaction, operation
from operations.verification import Verification
from tests.builders import make_award, make_cast, make_person, make_submitted, names
from workflow.refusal import Refused
from workflow.vocabulary import Cadence, Duty, JobRole, Subject

REASON = "The works council asked for it in the last meeting."
NOTHING = fingerprint({})


@pytest.fixture
def manager(real_scheme: None, context: object) -> int:
    return make_person("Manager", duties=(Duty.SCHEME_MANAGER,))


def award(key: str = "monthly-project") -> Award:
    return db.session.scalars(select(Award).where(Award.key == key)).one()


def cycle(key: str, back: int = 0) -> Cycle:
    """The open cycle of the award; back=-1: the next one."""
    return award(key).cycles[1 + back]


def edit(person: int, shown: Any, reason: str = REASON, key: str | None = None) -> Edit:
    return Edit(person, reason, fingerprint(state(shown)), key)


def changes() -> list[SchemeChange]:
    return list(db.session.scalars(select(SchemeChange).order_by(SchemeChange.id)))


def refused(error: pytest.ExceptionInfo[Refused]) -> str:
    return error.value.message


def set_notice(person: int, days: int, **given: Any) -> None:
    operations.change_terms(edit=edit(person, scheme(), **given), values={"notice_days": days})


# The door


def test_a_change_is_recorded_with_what_it_was_what_it_is_and_why(manager: int) -> None:
    set_notice(manager, 5)
    (change,) = changes()
    assert scheme().notice_days == 5
    assert (change.subject, change.subject_key) == ("scheme", "scheme")
    assert change.changes == {"notice_days": ["7", "5"]}
    assert (change.by_id, change.reason.text) == (manager, REASON)


def test_the_ledger_holds_the_change_and_only_commits_to_the_reason(manager: int) -> None:
    set_notice(manager, 5)
    entry = db.session.get_one(LedgerEntry, changes()[0].ledger_seq)
    assert b'"notice_days":["7","5"]' in entry.data
    assert REASON.encode() not in entry.data
    verification = Verification()
    verification.begin()
    assert list(verification.faults()) == []


def test_only_a_scheme_manager_changes_the_scheme(manager: int) -> None:
    administrator = make_person("Admin", duties=(Duty.ADMINISTRATOR, Duty.COMMITTEE))
    with pytest.raises(Refused) as error:
        set_notice(administrator, 5)
    assert refused(error) == "not_scheme_manager"
    assert (scheme().notice_days, changes()) == (7, [])


def test_a_manager_of_one_award_changes_that_one_and_no_other(manager: int) -> None:
    person = make_person("One award's")
    grant_for(person, "woodpecker")
    mine, other = award("woodpecker"), award("monthly-project")
    operations.change_award(
        edit=edit(person, mine), key="woodpecker", values={"team_mates_are_barred": True}
    )
    with pytest.raises(Refused) as error:
        operations.change_award(
            edit=edit(person, other), key="monthly-project", values={"active": False}
        )
    assert refused(error) == "not_scheme_manager"
    with pytest.raises(Refused):
        set_notice(person, 5)


@operation
def grant_for(tx: Transaction, person_id: int, award_key: str) -> None:
    from models.people import DutyGrant, Person

    given = DutyGrant(
        person=tx.session.get_one(Person, person_id),
        duty=Duty.SCHEME_MANAGER,
        award_id=tx.session.scalars(select(Award.id).where(Award.key == award_key)).one(),
        starts_at=tx.now,
    )
    tx.record(given)


@pytest.mark.parametrize("reason", ["", "   ", "because"])
def test_no_change_without_a_sentence_that_explains_it(manager: int, reason: str) -> None:
    with pytest.raises(Refused) as error:
        set_notice(manager, 5, reason=reason)
    assert refused(error) == "sentence_missing"
    assert scheme().notice_days == 7


def test_a_form_that_was_overtaken_is_told_by_whom_and_changes_nothing(manager: int) -> None:
    seen = edit(manager, scheme())
    set_notice(manager, 5, reason="Shorter, as the teams asked for it.")
    with pytest.raises(StaleScheme) as error:
        operations.change_terms(edit=seen, values={"notice_days": 9})
    assert error.value.change is not None
    assert error.value.change.changes == {"notice_days": ["7", "5"]}
    assert scheme().notice_days == 5


def test_saying_what_is_there_already_is_no_change(manager: int) -> None:
    with pytest.raises(Refused) as error:
        set_notice(manager, 7)
    assert refused(error) == "nothing_changed"


def test_the_same_form_sent_twice_is_one_change(manager: int) -> None:
    sent = edit(manager, scheme(), key="a-request-key")
    operations.change_terms(edit=sent, values={"notice_days": 5})
    operations.change_terms(edit=sent, values={"notice_days": 5})
    assert len(changes()) == 1
    with pytest.raises(KeyReused):
        operations.change_terms(edit=sent, values={"notice_days": 6})


# Awards and tiers


def test_a_new_award_needs_no_code_and_is_won_once_it_has_a_tier(manager: int) -> None:
    asked = {
        "names": names("Newcomer"),
        "descriptions": names("For the best start."),
        "criteria": names("The first three months."),
        "cadence": Cadence.MONTHLY,
        "subject": Subject.PERSON,
        "road": "instant",
    }
    operations.add_award(edit=Edit(manager, REASON, NOTHING), key="newcomer", values=asked)
    with pytest.raises(Refused) as error:
        activate(manager)
    assert refused(error) == "award_without_tiers"
    tier = {
        "names": names("Newcomer"),
        "rewards": names("A gift"),
        "metal": "plain",
        "quota": 1,
        "threshold": None,
        "cost": Decimal(50),
    }
    operations.add_tier(
        edit=Edit(manager, REASON, NOTHING), award_key="newcomer", tier_key="winner", values=tier
    )
    activate(manager)
    assert len(award("newcomer").cycles) == 2
    assert [change.subject for change in changes()] == ["award", "tier", "award"]


def test_an_award_that_can_be_won_has_its_texts_and_its_tiers_in_all_languages(
    manager: int,
) -> None:
    half = {"en": "A gift"}
    for given in ({"criteria": half}, {"active": False, "names": half}):
        with pytest.raises(Refused) as error:
            operations.change_award(
                edit=edit(manager, award()), key="monthly-project", values=given
            )
        assert refused(error) == "texts_missing"
    tier = award().tiers[0]
    with pytest.raises(Refused) as error:
        operations.change_tier(
            edit=edit(manager, tier),
            award_key="monthly-project",
            tier_key=tier.key,
            values={"rewards": half, "quota": 1},
        )
    assert refused(error) == "texts_missing"


def activate(manager: int) -> None:
    operations.change_award(
        edit=edit(manager, award("newcomer")), key="newcomer", values={"active": True}
    )


def test_a_key_is_given_once(manager: int) -> None:
    asked = {**{name: getattr(award(), name) for name in ("names", "road")}}
    with pytest.raises(Refused) as error:
        operations.add_award(edit=Edit(manager, REASON, NOTHING), key="woodpecker", values=asked)
    assert refused(error) == "key_taken"


def test_on_the_road_by_numbers_something_is_counted(manager: int) -> None:
    with pytest.raises(Refused) as error:
        operations.change_award(
            edit=edit(manager, award()), key="monthly-project", values={"road": "by_numbers"}
        )
    assert refused(error) == "metric_missing"


def test_a_changed_road_is_that_of_future_nominations_only(manager: int) -> None:
    make_award()
    before = make_submitted(make_cast())
    operations.change_award(
        edit=edit(manager, award("quarterly")), key="quarterly", values={"road": "instant"}
    )
    assert road_of(before) == "standard"
    assert award("quarterly").road == "instant"


def road_of(number: str) -> str:
    from models.nominations import Nomination

    return db.session.scalars(select(Nomination.road).where(Nomination.number == number)).one()


def test_a_tier_s_reward_and_places_are_changed_with_a_reason(manager: int) -> None:
    tier = award().tiers[2]
    operations.change_tier(
        edit=edit(manager, tier),
        award_key="monthly-project",
        tier_key="third",
        values={"quota": 2, "cost": Decimal(120)},
    )
    assert changes()[0].changes == {"quota": ["1", "2"], "cost": ["100", "120"]}
    with pytest.raises(Refused) as error:
        operations.change_tier(
            edit=edit(manager, award().tiers[2]),
            award_key="monthly-project",
            tier_key="third",
            values={"quota": 0},
        )
    assert refused(error) == "quota_too_small"


def test_what_is_not_there_is_not_changed(manager: int) -> None:
    with pytest.raises(NotVisible):
        operations.change_award(edit=Edit(manager, REASON, NOTHING), key="lost", values={})


# Cycles


def redate(manager: int, shown: Cycle, **dates: datetime) -> None:
    operations.change_cycle(
        edit=edit(manager, shown),
        award_key=shown.award.key,
        cycle_key=shown.key,
        opens_at=dates.get("opens_at", shown.opens_at),
        closes_at=dates.get("closes_at", shown.closes_at),
        budget=shown.budget,
    )


def test_an_empty_cycle_may_close_at_another_time(manager: int) -> None:
    current = cycle("monthly-project")
    earlier = clock.now() + (current.closes_at - clock.now()) / 2
    key = current.key
    redate(manager, current, closes_at=earlier)
    assert cycle("monthly-project").closes_at == earlier
    assert changes()[0].subject_key == f"monthly-project/{key}"


def test_a_cycle_with_submitted_cases_keeps_its_dates_but_may_get_a_budget(manager: int) -> None:
    make_award()
    make_submitted(make_cast())
    current = award("quarterly").cycles[0]
    with pytest.raises(Refused) as error:
        redate(manager, current, closes_at=current.closes_at + timedelta(days=1))
    assert refused(error) == "cycle_has_cases"
    current = award("quarterly").cycles[0]
    operations.change_cycle(
        edit=edit(manager, current),
        award_key="quarterly",
        cycle_key=current.key,
        opens_at=current.opens_at,
        closes_at=current.closes_at,
        budget=Decimal(450),
    )
    assert changes()[0].changes == {"budget": ["", "450"]}


def test_a_cycle_that_is_over_keeps_its_dates(manager: int) -> None:
    past = add_cycle("2020-01", datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC))
    with pytest.raises(Refused) as error:
        redate(manager, past, closes_at=datetime(2020, 2, 3, tzinfo=UTC))
    assert refused(error) == "cycle_is_over"


def add_cycle(key: str, opens_at: datetime, closes_at: datetime) -> Cycle:
    _add_cycle(key, opens_at, closes_at)
    return db.session.scalars(select(Cycle).where(Cycle.key == key)).one()


@operation
def _add_cycle(tx: Transaction, key: str, opens_at: datetime, closes_at: datetime) -> None:
    found = tx.session.scalars(select(Award).where(Award.key == "monthly-project")).one()
    tx.add(Cycle(award=found, key=key, opens_at=opens_at, closes_at=closes_at))


def test_cycles_never_overlap_and_never_end_before_they_begin(manager: int) -> None:
    following = cycle("monthly-project", -1)
    with pytest.raises(Refused) as error:
        redate(manager, following, opens_at=following.opens_at - timedelta(minutes=1))
    assert refused(error) == "cycle_overlaps"
    following = cycle("monthly-project", -1)
    with pytest.raises(Refused) as error:
        redate(manager, following, closes_at=following.opens_at)
    assert refused(error) == "cycle_ends_before_it_begins"


# Rules, targets, holidays


def rule(key: str = "complaints_month") -> PolicyRule:
    return db.session.scalars(select(PolicyRule).where(PolicyRule.key == key)).one()


def test_a_rule_s_parameter_is_changed_and_must_fit_its_kind(manager: int) -> None:
    def set_limit(params: dict[str, Any]) -> None:
        values = {"names": rule().names, "params": params, "active": True}
        reviews.change_rule(edit=edit(manager, rule()), key="complaints_month", values=values)

    set_limit({"limit": 2})
    assert changes()[0].changes == {"params.limit": ["3", "2"]}
    for wrong in ({"limit": 0}, {"months": 3}, {}):
        with pytest.raises(Refused) as error:
            set_limit(wrong)
        assert refused(error) == "rule_parameters_wrong"


def test_a_rule_is_added_and_laid_to_rest(manager: int) -> None:
    values = {
        "kind": "service_at_least",
        "names": names("A year of service"),
        "params": {"months": 12},
        "active": True,
    }
    reviews.add_rule(edit=Edit(manager, REASON, NOTHING), key="service-2", values=values)
    resting = {"names": names("A year of service"), "params": {"months": 12}, "active": False}
    reviews.change_rule(edit=edit(manager, rule("service-2")), key="service-2", values=resting)
    assert changes()[1].changes == {"active": ["yes", "no"]}


TARGETS = [("productivity", Decimal("0.8"), Decimal(60), Decimal("1.2"))]


def set_targets(manager: int, starts_on: Any, targets: list[Any] = TARGETS) -> None:
    shown = targets_state(newest_targets(JobRole.INBOUND))
    reviews.change_targets(
        edit=Edit(manager, REASON, fingerprint(shown)),
        role=JobRole.INBOUND,
        starts_on=starts_on,
        targets=targets,
    )


def test_new_targets_are_a_new_version_from_their_day_on(manager: int) -> None:
    today = datetime.now(UTC).date() + timedelta(days=1)  # tomorrow in UTC is today in Shanghai
    in_a_week = today + timedelta(days=7)
    set_targets(manager, in_a_week)
    schemes = kpi_schemes({JobRole.INBOUND})
    before, after = (in_force(schemes, JobRole.INBOUND, day) for day in (today, in_a_week))
    assert before is not None
    assert after is not None
    assert (before.version, after.version) == (1, 2)
    assert [target.metric for target in after.targets] == ["productivity"]
    assert changes()[0].changes["productivity.target"] == ["0.75", "0.8"]
    assert changes()[0].changes["typing_speed.weight"] == ["20", ""]


def test_targets_do_not_reach_back_and_do_not_overtake_announced_ones(manager: int) -> None:
    today = datetime.now(UTC).date()
    with pytest.raises(Refused) as error:
        set_targets(manager, today - timedelta(days=2))
    assert refused(error) == "targets_start_in_the_past"
    set_targets(manager, today + timedelta(days=30))
    with pytest.raises(Refused) as error:
        set_targets(manager, today + timedelta(days=20))
    assert refused(error) == "newer_targets_exist"


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ([], "targets_missing"),
        ([("productivity", Decimal(0), Decimal(1), Decimal(1))], "target_wrong"),
        ([("productivity", Decimal("0.8"), Decimal(0), Decimal(1))], "target_wrong"),
        ([("no such metric", Decimal(1), Decimal(1), Decimal(1))], "target_wrong"),
        ([*TARGETS, *TARGETS], "target_wrong"),
    ],
)
def test_targets_that_cannot_be_scored_are_refused(
    manager: int, targets: list[Any], message: str
) -> None:
    with pytest.raises(Refused) as error:
        set_targets(manager, datetime.now(UTC).date() + timedelta(days=9), targets)
    assert refused(error) == message


def test_a_holiday_is_entered_once_and_taken_out_again(manager: int) -> None:
    day = datetime(2027, 2, 8, tzinfo=UTC).date()
    for expected in (None, "holiday_there"):
        try:
            reviews.add_holiday(
                edit=Edit(manager, REASON, NOTHING), day=day, names=names("Spring Festival")
            )
            outcome = None
        except Refused as error:
            outcome = error.message
        assert outcome == expected
    held = db.session.get_one(Holiday, day)
    reviews.remove_holiday(edit=edit(manager, held), day=day)
    assert db.session.get(Holiday, day) is None
    assert [change.subject for change in changes()] == ["holiday", "holiday"]
    assert db.session.scalar(select(func.count()).select_from(SchemeChange)) == 2
