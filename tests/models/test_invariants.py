"""The invariants hold after every kind of act, and each one notices when it is broken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from models import invariants
from models.invariants import INVARIANTS, broken
from tests.histories import History, make_history
from tests.tampering import tamper, tampered

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def history(context: object) -> History:
    return make_history()


def case(number: str) -> str:
    return f"(SELECT id FROM nomination WHERE number = '{number}')"


def on(number: str, change: str) -> str:
    return f"UPDATE nomination SET {change} WHERE number = '{number}'"


def decision_of(number: str, action: str, change: str) -> str:
    return (
        f"UPDATE decision SET {change} WHERE nomination_id = {case(number)} AND action = '{action}'"
    )


def _waived(table: str, key: str, h: History) -> str:
    """A row of a waiver by the policy reviewer; `table` begins the list of its columns."""
    return (
        f"INSERT INTO {table}nomination_id, rule_key, person_id, reason_id, by_id, at, ledger_seq)"
        f" SELECT {key}, {case(h.awarded)}, 'service', {h.cast.nominee},"
        f" (SELECT min(id) FROM wording), {h.cast.policy}, (SELECT min(at) FROM submission), 1"
    )


def _handed_over(h: History, *further: str) -> str:
    """A reward that nobody promised; then what `further` says of it, from the same decision."""
    of = f"FROM decision WHERE action = 'award' AND nomination_id = {case(h.awarded)}"
    manager = h.cast.scheme_manager
    handover = (
        "INSERT INTO handover (id, nomination_id, award_seq, line, receiver_id, by_id, at,"
        f" ledger_seq) SELECT 1, nomination_id, ledger_seq, 0, {h.cast.nominee}, {manager}, at,"
        f" ledger_seq {of}"
    )
    return ";".join([handover, *(f"{each} {of}" for each in further)])


def _own_words(h: History) -> str:
    """A citation that its writer approved."""
    manager = h.cast.scheme_manager
    row = f"FROM nomination WHERE number = '{h.awarded}'"
    return f"""
INSERT INTO tribute (id, nomination_id, kind, language, created_at)
  SELECT 1, id, 'citation', 'en', created_at {row};
INSERT INTO tribute_version (id, tribute_id, number, title, body, signed, by_id, at)
  SELECT 1, 1, 1, 'T', 'B', '', {manager}, created_at {row};
INSERT INTO tribute_approval (id, tribute_id, version, text_id, by_id, at, ledger_seq)
  SELECT 1, 1, 1, (SELECT min(id) FROM wording), {manager}, created_at, 1 {row}"""


def _questionnaire(table: str, **more: str) -> str:
    """A row about round 1 of a questionnaire, its instants taken from the feedback."""
    return (
        f"INSERT INTO questionnaire_{table} (id, at, ledger_seq, {', '.join(more)})"
        f" SELECT 1, at, 1, {', '.join(more.values())} FROM feedback"
    )


# For each invariant one way to break it, behind the product's back.
DAMAGES: dict[str, Callable[[History], str]] = {
    "every_case_stands_where_its_last_decision_led": lambda h: on(h.submitted, "stage = 'awarded'"),
    "decisions_follow_each_other": lambda h: decision_of(h.awarded, "award", "stage = 'tiering'"),
    "every_decision_is_a_move_of_the_road": lambda h: decision_of(
        h.rejected, "reject", "action = 'withdraw'"
    ),
    "rounds_count_the_visits": lambda h: on(h.resubmitted, "round = 5"),
    "closed_cases_say_when": lambda h: on(h.awarded, "closed_at = NULL"),
    "submitted_cases_say_when": lambda h: on(h.draft, "submitted_at = created_at"),
    "waiting_cases_have_a_due_date": lambda h: on(h.submitted, "due_at = NULL"),
    "side_ways_know_where_they_left": lambda h: on(h.returned, "came_from = NULL"),
    "nominations_came_while_the_cycle_was_open": lambda h: decision_of(
        h.gold, "submit", "at = (SELECT closes_at FROM cycle WHERE key = '2026-Q4' LIMIT 1)"
    ),
    "notices_have_their_dates": lambda h: on(h.rejected, "notice_began_at = created_at"),
    "no_award_came_before_its_notice_was_over": lambda h: decision_of(
        h.awarded, "award", "at = (SELECT min(at) FROM submission)"
    ),
    "winners_have_a_tier_of_their_award": lambda h: on(h.awarded, "tier_id = NULL"),
    "quotas_are_kept": lambda h: on(
        h.passed_over,
        "stage = 'awarded', tier_id = (SELECT id FROM tier WHERE key = 'gold' AND award_id ="
        " nomination.award_id)",
    ),
    "rankings_are_what_was_sealed": lambda h: "UPDATE tier_list SET sealed_input = '{}'",
    "lists_have_the_approvals_that_they_needed": lambda h: "UPDATE tier_list SET quorum = 2",
    "nobody_holds_two_places_of_a_cycle": lambda h: (
        f"UPDATE nomination SET stage = 'awarded' WHERE number = '{h.passed_over}';"
        f" UPDATE nominee SET person_id = {h.cast.nominee}"
        f" WHERE nomination_id = {case(h.passed_over)}"
    ),
    "scores_are_frozen_for_every_nominee": lambda h: "DELETE FROM frozen_score",
    "scores_are_those_of_the_review": lambda h: on(h.gold, "score = 99.5"),
    "score_sheets_are_what_was_sealed": lambda h: "UPDATE score_sheet SET sealed = '{}'",
    "written_sheets_have_their_scores": lambda h: "DELETE FROM frozen_score",
    "sheets_with_all_scores_say_so": lambda h: (
        "UPDATE score_sheet SET written = false, at = '2020-01-01';"
        "UPDATE frozen_score SET at = '2020-01-01'"
    ),
    "contacts_are_with_the_cases_customer": lambda h: (
        "INSERT INTO customer (id, key, number, language, consent, do_not_contact, keep_until)"
        " VALUES (99, 'k', 'K', 'en', true, false, '2030-01-01');"
        "UPDATE contact_attempt SET customer_id = 99"
    ),
    "corrections_by_hand_name_their_figures": lambda h: (
        'INSERT INTO import (id, kind, filename, sha256, options, created_at, state, "rows", done,'
        " summary) VALUES (99, 'by_hand', '', '', '{}', '2026-01-05', 'applied', 0, 0, '{}');"
        "INSERT INTO result (id, person_id, metric, day, numerator)"
        f" VALUES (99, {h.cast.nominee}, 'errors', '2026-01-05', 1);"
        "INSERT INTO correction (import_id, at, corrected, removed, reason_id, result_id,"
        " ledger_seq) VALUES (99, '2026-01-05', 0, 1, (SELECT min(id) FROM wording), 99, 1)"
    ),
    "results_are_voided_by_corrections_alone": lambda h: (
        "INSERT INTO result (person_id, metric, day, numerator, voided_by_id)"
        f" VALUES ({h.cast.nominee}, 'errors', '2026-01-05', 1, 99)"
    ),
    "rules_say_what_the_review_counted": lambda h: (
        "INSERT INTO policy_outcome (nomination_id, round, person_id, rule_key, result, code,"
        " figures) SELECT nomination_id, round, by_id, 'made_up', 'pass', 'made_up', '{}'"
        " FROM decision WHERE stage = 'policy_review' AND action = 'approve'"
    ),
    "open_objections_freeze_their_award": lambda h: (
        "UPDATE objection SET state = 'dismissed' WHERE state = 'open'"
    ),
    "settled_objections_have_their_answer": lambda h: (
        "UPDATE objection SET state = 'upheld' WHERE state = 'dismissed'"
    ),
    "a_case_is_appealed_once": lambda h: decision_of(h.rejected, "reject", "action = 'appeal'"),
    "cases_are_in_hands_only_where_they_wait": lambda h: (
        "UPDATE assignment SET stage = 'tiering' WHERE ended_at IS NULL"
    ),
    "nobody_holds_a_case_twice": lambda h: (
        "INSERT INTO assignment (nomination_id, stage, round, person_id, at)"
        " SELECT nomination_id, stage, round, person_id, at FROM assignment WHERE ended_at IS NULL"
    ),
    "what_left_somebodys_hands_says_why": lambda h: (
        "UPDATE assignment SET ended_why = NULL WHERE ended_at IS NOT NULL"
    ),
    "nobody_judged_their_own_case": lambda h: f"UPDATE finding SET by_id = {h.cast.nominee}",
    "no_relation_barred_who_decided": lambda h: decision_of(
        h.rejected, "reject", 'facts = \'{"relation": "line_manager"}\''
    ),
    "duties_were_held_when_they_were_used": lambda h: (
        f"DELETE FROM duty_grant WHERE person_id = {h.cast.arbiter}"
    ),
    "messages_go_to_those_whom_the_case_concerns": lambda h: (
        f"UPDATE message SET person_id = {h.cast.manager} WHERE kind = 'case_moved'"
    ),
    "nobody_has_two_open_objections_to_one_case": lambda h: (
        f"UPDATE objection SET decision_id = NULL; UPDATE objection SET by_id = {h.cast.colleague}"
    ),
    "no_rule_is_waived_by_one_person": lambda h: (
        _waived("waiver_proposal (id, ", "1", h) + ";" + _waived("waiver (proposal_id, ", "1", h)
    ),
    "nothing_refers_to_what_is_not_there": lambda h: "DELETE FROM claim",
    "entries_are_about_cases_that_exist": lambda h: (
        on(h.draft, "number = '2026-9999'") + ";" + on(h.awarded, "number = '2026-9998'")
    ),
    "the_head_counts_every_entry": lambda h: "DELETE FROM ledger_entry WHERE seq = 3",
    "closed_cycles_are_in_the_ledger": lambda h: (
        "UPDATE cycle SET closed_seq = 1 WHERE closed_seq IS NOT NULL"
    ),
    "feedback_is_as_its_last_reply_left_it": lambda h: "UPDATE feedback SET state = 'declined'",
    "words_of_feedback_go_when_two_people_say_so": lambda h: (
        "UPDATE wording SET text = NULL, erased_at = '2026-01-05'"
        " WHERE id = (SELECT body_id FROM feedback)"
    ),
    "what_takes_two_was_done_by_two": lambda h: (
        "INSERT INTO motion (id, kind, feedback_id, reason_id, by_id, at, ledger_seq)"
        " SELECT 1, 'remove', id, body_id, by_id, at, 1 FROM feedback;"
        "INSERT INTO motion_answer (motion_id, agreed, by_id, at, ledger_seq)"
        " SELECT 1, false, by_id, at, 2 FROM feedback"
    ),
    "nobody_says_the_same_twice": lambda h: ";".join(
        "INSERT INTO me_too (feedback_id, person_id, salt, at, ledger_seq)"
        f" SELECT id, by_id, '', at, {seq} FROM feedback"
        for seq in (1, 2)
    ),
    "confidential_feedback_names_nobody": lambda h: "UPDATE feedback SET author_commitment = 'x'",
    "changes_come_of_adopted_feedback": lambda h: (
        "INSERT INTO feedback_change (feedback_id, change_id, by_id, at, ledger_seq)"
        " SELECT id, 1, by_id, at, 1 FROM feedback"
    ),
    "a_round_has_a_box_until_it_is_counted": lambda h: _questionnaire(
        "round",
        questionnaire_id="1",
        number="1",
        planned_on="'2026-10-01'",
        names="'{}'",
        leads="'{}'",
        questions="'[]'",
        reply_days="10",
        closes_at="at",
    ),
    "nothing_is_said_of_fewer_than_five": lambda h: _questionnaire(
        "result",
        round_id="1",
        asked="9",
        answered="9",
        figures="""'{"counts": {"fair": {"1": 4}}, "groups": {}}'""",
        due_at="at",
    ),
    "results_are_answered_after_they_are_counted": lambda h: _questionnaire(
        "answer", round_id="1", by_id="by_id", body_id="body_id"
    ),
    "words_of_results_go_when_two_people_say_so": lambda h: (
        "INSERT INTO questionnaire_judgement (id, result_id, question, wording_id)"
        " SELECT 1, 1, 'why', min(id) FROM wording;"
        "UPDATE wording SET text = NULL, salt = '', erased_at = '2026-10-01 08:00:00'"
        " WHERE id = (SELECT min(id) FROM wording)"
    ),
    "searched_as_published": lambda h: (
        "INSERT INTO search_progress (id, seq, version) SELECT 1, size, 1 FROM ledger_head"
    ),
    "what_was_handed_over_was_promised": _handed_over,
    "each_reward_is_in_one_hand": lambda h: _handed_over(
        h,
        "INSERT INTO handover (id, nomination_id, award_seq, line, receiver_id, by_id, at,"
        f" ledger_seq) SELECT 2, nomination_id, ledger_seq, 0, {h.cast.nominee},"
        f" {h.cast.scheme_manager}, at, ledger_seq - 1",
    ),
    "whoever_signs_for_another_says_why": lambda h: _handed_over(
        h,
        "INSERT INTO reward_receipt (id, handover_id, by_id, at, ledger_seq)"
        f" SELECT 1, 1, {h.cast.scheme_manager}, at, ledger_seq",
    ),
    "nobody_approves_their_own_words": _own_words,
    "cases_say_what_was_submitted": lambda h: on(h.awarded, "story = 'It was all me.'"),
}


def test_after_acts_of_every_kind_nothing_is_broken(history: History) -> None:
    assert broken() == []


def test_an_empty_database_breaks_no_promise(context: object) -> None:
    assert broken() == []


def test_each_invariant_notices_when_it_is_broken(history: History) -> None:
    silent = []
    for invariant in INVARIANTS:
        with tampered(*DAMAGES[invariant.__name__](history).split(";")) as session:
            if not all(list(invariant(session)) or [""]):
                silent.append(invariant.__name__)
    assert silent == []
    assert broken() == []


def test_every_invariant_is_named_once_and_says_what_it_promises() -> None:
    names = [invariant.__name__ for invariant in INVARIANTS]
    assert len(names) == len(set(names)) == len(DAMAGES)
    for invariant in INVARIANTS:
        assert invariants.promise(invariant).endswith(".")


def test_the_command_prints_each_promise_and_where_it_is_broken(
    history: History, app: Flask
) -> None:
    sound = app.test_cli_runner().invoke(args=["check"])
    assert sound.exit_code == 0, sound.output
    assert sound.output.count("OK ") == len(INVARIANTS)
    tamper(on(history.awarded, "closed_at = NULL"))
    wrong = app.test_cli_runner().invoke(args=["check"])
    assert wrong.exit_code == 1
    assert f"case {history.awarded} at awarded" in wrong.output
    assert f"{len(INVARIANTS)} invariants, 1 broken" in wrong.output
