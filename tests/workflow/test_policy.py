"""Policy rules: what bars an award, to the day and to the count."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.policy import (
    OF_WINS,
    STANDARD_RULES,
    PersonFacts,
    Record,
    Rule,
    RuleKind,
    RuleOutcome,
    Win,
    WinsOf,
    add_months,
    evaluate,
)
from workflow.vocabulary import ConductKind, RuleResult

JULY, SEPTEMBER_END = date(2026, 7, 1), date(2026, 9, 30)
PERSON = PersonFacts(joined_on=date(2020, 1, 15), working_days=60)
RULES = {rule.kind: rule for rule in STANDARD_RULES}


def outcome(
    kind: RuleKind,
    records: list[Record],
    *,
    person: PersonFacts = PERSON,
    since: date = JULY,
    on: date = SEPTEMBER_END,
) -> RuleOutcome:
    (answer,) = evaluate([RULES[kind]], records, person, since=since, on=on)
    return answer


def on_days(kind: ConductKind, *days: str, upheld: bool = True) -> list[Record]:
    return [Record(kind, date.fromisoformat(day), upheld) for day in days]


def test_three_complaints_in_a_month_bar_an_award() -> None:
    days = ["2026-08-01", "2026-08-15", "2026-08-31"]
    answer = outcome(RuleKind.COMPLAINTS_IN_MONTH, on_days(ConductKind.COMPLAINT, *days))
    assert answer.result is RuleResult.FAIL
    assert answer.rule == "complaints_month"
    assert answer.message.record() == {
        "id": "complaints_in_month_failed",
        "values": {"count": 3, "limit": 3, "since": "2026-08-01", "until": "2026-08-31"},
    }


def test_two_complaints_in_a_month_do_not() -> None:
    days = ["2026-08-01", "2026-08-15", "2026-09-01"]
    answer = outcome(RuleKind.COMPLAINTS_IN_MONTH, on_days(ConductKind.COMPLAINT, *days))
    assert answer.result is RuleResult.PASS
    assert answer.message.id == "complaints_in_month_passed"
    assert answer.message.values["count"] == 2


def test_a_month_outside_the_period_does_not_count_as_the_month() -> None:
    days = ["2026-06-01", "2026-06-15", "2026-06-30"]
    records = on_days(ConductKind.COMPLAINT, *days)
    assert outcome(RuleKind.COMPLAINTS_IN_MONTH, records).result is RuleResult.PASS


def test_five_complaints_in_twelve_months_bar_an_award_across_the_new_year() -> None:
    records = on_days(
        ConductKind.COMPLAINT, "2025-10-01", "2025-12-31", "2026-01-01", "2026-05-05", "2026-09-30"
    )
    answer = outcome(RuleKind.COMPLAINTS_IN_YEAR, records)
    assert answer.result is RuleResult.FAIL
    assert answer.message.values == {
        "count": 5,
        "limit": 5,
        "since": "2025-10-01",
        "until": "2026-09-30",
    }


def test_the_thirteenth_month_back_is_forgotten() -> None:
    records = on_days(
        ConductKind.COMPLAINT, "2025-07-31", "2025-12-31", "2026-01-01", "2026-08-05", "2026-09-30"
    )
    assert outcome(RuleKind.COMPLAINTS_IN_YEAR, records).result is RuleResult.PASS


def test_only_upheld_complaints_count() -> None:
    records = [
        *on_days(ConductKind.COMPLAINT, "2026-08-01", "2026-08-02"),
        *on_days(ConductKind.COMPLAINT, "2026-08-03", "2026-08-04", upheld=False),
    ]
    assert outcome(RuleKind.COMPLAINTS_IN_MONTH, records).message.values["count"] == 2


def test_what_comes_after_the_last_day_does_not_count() -> None:
    records = on_days(ConductKind.COMPLAINT, "2026-09-01", "2026-09-02", "2026-09-03")
    answer = outcome(RuleKind.COMPLAINTS_IN_MONTH, records, on=date(2026, 9, 2))
    assert answer.message.values == {
        "count": 2,
        "limit": 3,
        "since": "2026-09-01",
        "until": "2026-09-02",
    }


def test_three_breaches_in_a_month_bar_an_award_and_complaints_are_no_breaches() -> None:
    breaches = on_days(ConductKind.BREACH, "2026-07-01", "2026-07-02", "2026-07-03")
    complaints = on_days(ConductKind.COMPLAINT, "2026-07-01", "2026-07-02", "2026-07-03")
    assert outcome(RuleKind.BREACHES_IN_MONTH, breaches).result is RuleResult.FAIL
    assert outcome(RuleKind.BREACHES_IN_MONTH, complaints).result is RuleResult.PASS


def test_a_quality_fault_bars_an_award_when_it_is_repeated_uncorrected() -> None:
    once = on_days(ConductKind.QUALITY_FAULT, "2026-07-10")
    again = on_days(ConductKind.QUALITY_FAULT, "2026-09-10")
    corrected = on_days(ConductKind.QUALITY_FAULT, "2026-09-10", upheld=False)
    kind = RuleKind.QUALITY_FAULTS_REPEATED
    assert outcome(kind, once).result is RuleResult.PASS
    assert outcome(kind, once + corrected).result is RuleResult.PASS
    assert outcome(kind, once + again).result is RuleResult.FAIL


def test_one_failed_retraining_bars_an_award() -> None:
    failed = on_days(ConductKind.RETRAINING_FAILED, "2026-08-20")
    assert outcome(RuleKind.RETRAINING_FAILED, []).result is RuleResult.PASS
    assert outcome(RuleKind.RETRAINING_FAILED, failed).result is RuleResult.FAIL


@pytest.mark.parametrize(("absent", "result"), [(3, RuleResult.PASS), (4, RuleResult.FAIL)])
def test_attendance_is_judged_by_days_of_absence(absent: int, result: RuleResult) -> None:
    records = [Record(ConductKind.ABSENCE, JULY + timedelta(days=n)) for n in range(absent)]
    answer = outcome(RuleKind.ATTENDANCE_AT_LEAST, records)
    assert answer.result is result
    assert answer.message.values["absences"] == absent
    assert (
        Decimal(str(answer.message.values["share"]))
        == {3: Decimal("0.95"), 4: Decimal("0.9333")}[absent]
    )


def test_a_share_just_below_the_bar_is_not_rounded_over_it() -> None:
    person = PersonFacts(joined_on=None, working_days=100_000)
    rule = Rule("a", RuleKind.ATTENDANCE_AT_LEAST, {"share": "0.99999"})
    records = on_days(ConductKind.ABSENCE, "2026-07-01", "2026-07-02")
    (answer,) = evaluate([rule], records, person, since=JULY, on=SEPTEMBER_END)
    assert answer.result is RuleResult.FAIL


def test_more_absences_than_expected_days_are_no_attendance_at_all() -> None:
    person = PersonFacts(joined_on=None, working_days=1)
    records = on_days(ConductKind.ABSENCE, "2026-07-04", "2026-07-05")
    answer = outcome(RuleKind.ATTENDANCE_AT_LEAST, records, person=person)
    assert answer.result is RuleResult.FAIL
    assert answer.message.values["share"] == "0"


def test_one_day_of_absence_counts_once_and_only_within_the_period() -> None:
    records = on_days(ConductKind.ABSENCE, "2026-07-01", "2026-07-01", "2026-06-30", "2026-10-01")
    values = outcome(RuleKind.ATTENDANCE_AT_LEAST, records).message.values
    assert values["absences"] == 1


@pytest.mark.parametrize(
    ("joined", "on", "result"),
    [
        (date(2026, 6, 15), date(2026, 9, 14), RuleResult.FAIL),
        (date(2026, 6, 15), date(2026, 9, 15), RuleResult.PASS),
        (date(2026, 5, 31), date(2026, 8, 31), RuleResult.PASS),
        (date(2025, 11, 30), date(2026, 2, 27), RuleResult.FAIL),
        (date(2025, 11, 30), date(2026, 2, 28), RuleResult.PASS),
    ],
)
def test_probation_is_over_to_the_day(joined: date, on: date, result: RuleResult) -> None:
    person = PersonFacts(joined_on=joined, working_days=60)
    answer = outcome(RuleKind.PROBATION_OVER, [], person=person, since=on.replace(day=1), on=on)
    assert answer.result is result
    assert answer.message.values["joined"] == joined.isoformat()


def test_service_has_a_length_of_its_own() -> None:
    person = PersonFacts(joined_on=date(2026, 5, 1), working_days=60)
    assert outcome(RuleKind.PROBATION_OVER, [], person=person).result is RuleResult.PASS
    answer = outcome(RuleKind.SERVICE_AT_LEAST, [], person=person)
    assert answer.message.record() == {
        "id": "service_at_least_failed",
        "values": {"months": 6, "joined": "2026-05-01", "reached": "2026-11-01"},
    }


def test_nobody_is_barred_by_what_was_not_recorded_and_the_reviewer_sees_it() -> None:
    person = PersonFacts(joined_on=None, working_days=0)
    answers = evaluate(STANDARD_RULES, [], person, since=JULY, on=SEPTEMBER_END)
    assert [answer.result for answer in answers] == [RuleResult.PASS] * len(STANDARD_RULES)
    assert [answer.message.id for answer in answers][-3:] == [
        "attendance_unknown",
        "joining_day_unknown",
        "joining_day_unknown",
    ]


def test_every_kind_about_conduct_has_a_standard_rule_and_answers_in_the_order_asked() -> None:
    assert {rule.kind for rule in STANDARD_RULES} == set(RuleKind) - OF_WINS
    answers = evaluate(STANDARD_RULES, [], PERSON, since=JULY, on=SEPTEMBER_END)
    assert [answer.rule for answer in answers] == [rule.key for rule in STANDARD_RULES]


def test_the_standard_rules_are_those_of_real_schemes() -> None:
    assert {rule.kind.value: dict(rule.params) for rule in STANDARD_RULES} == {
        "complaints_in_month": {"limit": 3},
        "complaints_in_year": {"limit": 5},
        "breaches_in_month": {"limit": 3},
        "quality_faults_repeated": {"limit": 2, "months": 3},
        "retraining_failed": {"months": 3},
        "attendance_at_least": {"share": "0.95"},
        "probation_over": {"months": 3},
        "service_at_least": {"months": 6},
    }


def test_a_period_of_one_day_on_the_first_of_a_month_is_judged() -> None:
    first = date(2026, 9, 1)
    records = on_days(ConductKind.COMPLAINT, "2026-09-01", "2026-09-01", "2026-09-01")
    answer = outcome(RuleKind.COMPLAINTS_IN_MONTH, records, since=first, on=first)
    assert answer.result is RuleResult.FAIL
    values = outcome(RuleKind.COMPLAINTS_IN_MONTH, records, on=first).message.values
    assert (values["since"], values["until"]) == ("2026-09-01", "2026-09-01")


def test_a_single_complaint_can_be_made_the_limit() -> None:
    rule = Rule("strict", RuleKind.COMPLAINTS_IN_MONTH, {"limit": 1})
    records = on_days(ConductKind.COMPLAINT, "2026-09-01")
    (answer,) = evaluate([rule], records, PERSON, since=JULY, on=SEPTEMBER_END)
    assert answer.result is RuleResult.FAIL


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        evaluate([], [], PERSON, since=SEPTEMBER_END, on=JULY)


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        (RuleKind.COMPLAINTS_IN_MONTH, {}),
        (RuleKind.COMPLAINTS_IN_MONTH, {"limit": 0}),
        (RuleKind.COMPLAINTS_IN_MONTH, {"limit": "3"}),
        (RuleKind.COMPLAINTS_IN_MONTH, {"limit": True}),
        (RuleKind.COMPLAINTS_IN_MONTH, {"limit": 3, "months": 2}),
        (RuleKind.PROBATION_OVER, {"months": -1}),
        (RuleKind.ATTENDANCE_AT_LEAST, {"share": "1.01"}),
        (RuleKind.ATTENDANCE_AT_LEAST, {"share": "-0.1"}),
        (RuleKind.ATTENDANCE_AT_LEAST, {"share": "most"}),
        (RuleKind.ATTENDANCE_AT_LEAST, {"share": "NaN"}),
        (RuleKind.COOL_DOWN_MONTHS, {"months": 3}),
        (RuleKind.COOL_DOWN_MONTHS, {"months": 3, "of": "his_award"}),
        (RuleKind.COOL_DOWN_CYCLES, {"cycles": 0}),
        (RuleKind.WINS_IN_YEAR, {"limit": 2, "of": 1}),
    ],
)
def test_a_rule_with_the_wrong_parameters_is_refused(
    kind: RuleKind, params: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"takes|whole number|share|of is"):
        Rule("key", kind, params)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 3, 31), -13, date(2025, 2, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_months_are_counted_by_the_calendar(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


days = st.dates(date(2025, 1, 1), date(2026, 12, 31))
conduct = st.builds(Record, st.sampled_from(ConductKind), days, st.booleans())


@given(st.lists(conduct, max_size=20), conduct, st.randoms(use_true_random=False))
def test_one_more_record_never_turns_a_fail_into_a_pass(
    records: list[Record], more: Record, random: Any
) -> None:
    period: dict[str, Any] = {"since": JULY, "on": SEPTEMBER_END}
    before = evaluate(STANDARD_RULES, records, PERSON, **period)
    shuffled = [*records]
    random.shuffle(shuffled)
    assert evaluate(STANDARD_RULES, shuffled, PERSON, **period) == before
    after = evaluate(STANDARD_RULES, [*records, more], PERSON, **period)
    for old, new in zip(before, after, strict=True):
        assert not (old.result is RuleResult.FAIL and new.result is RuleResult.PASS)
    if not more.upheld or more.day > SEPTEMBER_END:
        assert after == before


def won(kind: RuleKind, params: dict[str, Any], *wins: Win) -> RuleOutcome:
    rule = Rule("wins", kind, params)
    (answer,) = evaluate([rule], [], PERSON, since=JULY, on=SEPTEMBER_END, wins=wins)
    return answer


@pytest.mark.parametrize(
    ("day", "of", "result"),
    [
        ("2026-06-30", WinsOf.ANY_AWARD, RuleResult.PASS),
        ("2026-07-01", WinsOf.ANY_AWARD, RuleResult.FAIL),
        ("2026-07-01", WinsOf.SAME_AWARD, RuleResult.PASS),
        ("2026-10-01", WinsOf.ANY_AWARD, RuleResult.PASS),  # after the case's day
    ],
)
def test_the_months_since_the_last_win_are_counted_to_the_day(
    day: str, of: WinsOf, result: RuleResult
) -> None:
    other = Win(date.fromisoformat(day))
    assert won(RuleKind.COOL_DOWN_MONTHS, {"months": 3, "of": of}, other).result is result


def test_a_win_is_named_with_the_day_from_which_it_bars_no_more() -> None:
    params = {"months": 6, "of": "same_award"}
    answer = won(
        RuleKind.COOL_DOWN_MONTHS, params, Win(date(2026, 5, 31), 1), Win(date(2026, 1, 2), 3)
    )
    assert answer.message.record() == {
        "id": "cool_down_months_failed",
        "values": {"months": 6, "won": "2026-05-31", "reached": "2026-11-30"},
    }
    assert won(RuleKind.COOL_DOWN_MONTHS, params).message.id == "no_win_before"


@pytest.mark.parametrize(
    ("ago", "result"),
    [(0, RuleResult.FAIL), (1, RuleResult.FAIL), (2, RuleResult.PASS), (None, RuleResult.PASS)],
)
def test_a_winner_sits_out_the_next_cycle_of_the_same_award(
    ago: int | None, result: RuleResult
) -> None:
    win = Win(date(2026, 7, 5), ago)
    assert won(RuleKind.COOL_DOWN_CYCLES, {"cycles": 1}, win).result is result


def test_a_second_win_in_twelve_months_can_be_too_much() -> None:
    params = {"limit": 1, "of": "any_award"}
    old, recent = Win(date(2025, 9, 30)), Win(date(2025, 10, 1))
    assert won(RuleKind.WINS_IN_YEAR, {"limit": 2, "of": "any_award"}, recent).result == "pass"
    assert won(RuleKind.WINS_IN_YEAR, params, recent).result is RuleResult.FAIL
    answer = won(RuleKind.WINS_IN_YEAR, params, old)
    assert (answer.result, answer.message.values["since"]) == (RuleResult.PASS, "2025-10-01")


WINS = [
    Rule("m", RuleKind.COOL_DOWN_MONTHS, {"months": 6, "of": "any_award"}),
    Rule("s", RuleKind.COOL_DOWN_MONTHS, {"months": 3, "of": "same_award"}),
    Rule("c", RuleKind.COOL_DOWN_CYCLES, {"cycles": 1}),
    Rule("y", RuleKind.WINS_IN_YEAR, {"limit": 2, "of": "any_award"}),
]
wins = st.builds(Win, days, st.one_of(st.none(), st.integers(0, 5)))


@given(st.lists(wins, max_size=8), wins, st.randoms(use_true_random=False))
def test_one_more_win_never_turns_a_fail_into_a_pass(
    before: list[Win], more: Win, random: Any
) -> None:
    period: dict[str, Any] = {"since": JULY, "on": SEPTEMBER_END}
    said = evaluate(WINS, [], PERSON, **period, wins=before)
    shuffled = [*before]
    random.shuffle(shuffled)
    assert evaluate(WINS, [], PERSON, **period, wins=shuffled) == said
    after = evaluate(WINS, [], PERSON, **period, wins=[*before, more])
    for old, new in zip(said, after, strict=True):
        assert not (old.result is RuleResult.FAIL and new.result is RuleResult.PASS)
    if more.day > SEPTEMBER_END:
        assert after == said


@given(st.lists(st.builds(Record, st.just(ConductKind.COMPLAINT), days), max_size=30))
def test_the_worst_month_is_the_one_counted_by_hand(records: list[Record]) -> None:
    months = [sum((r.day.year, r.day.month) == (2026, m) for r in records) for m in (7, 8, 9)]
    answer = outcome(RuleKind.COMPLAINTS_IN_MONTH, records)
    assert answer.message.values["count"] == max(months)
    assert (answer.result is RuleResult.FAIL) == (max(months) >= 3)
