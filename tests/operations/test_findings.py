"""The internal audit's verdicts: how they were come by, what follows, and whose count."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from adapters import clock
from adapters.evidence_store import Store
from ledger import entry
from models import assignments, audit_files, casework, mentions, scheme, worksheets
from models.base import db
from models.decisions import Decision
from models.ledger import LedgerEntry
from models.mentions import Mention, NamedBefore
from models.nominations import Finding
from models.outbox import Message
from models.people import Person
from models.worklists import counts, waiting
from operations import absences, clockwork, drafts, findings, judging
from operations.casework import NotVisible, Request
from operations.drafts import Step, Written
from operations.findings import Found
from operations.verification import Verification
from tests.auditing import case, claims, judge, lay_down, name_call, tell
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_draft,
    make_person,
    make_submitted,
    put_above,
    stage,
)
from workflow.refusal import Refused
from workflow.vocabulary import (
    Action,
    Consequence,
    Duty,
    Method,
    Reason,
    Stage,
    Verdict,
)

pytestmark = pytest.mark.usefixtures("context")

YES, NO, UNKNOWN = Verdict.CONFIRMED, Verdict.REFUTED, Verdict.UNVERIFIABLE
STORY = "一位老先生连续三天打来电话都没有解决，林娜下班后留下来，逐条核对了五年前的纸质登记表。"


@pytest.fixture
def number(cast: Cast) -> str:
    return make_submitted(cast, claims=("She called back.", "She found the card."))


@pytest.fixture
def double(cast: Cast) -> str:
    """A case with two claims, of an award that asks for two auditors."""
    lay_down(auditors_needed=2)
    return make_submitted(cast, claims=("She called back.", "She found the card."))


@pytest.fixture
def second(cast: Cast) -> int:
    return make_person("Second auditor", duties=(Duty.INTERNAL_AUDITOR,))


@pytest.fixture
def third(cast: Cast) -> int:
    return make_person("Third auditor", duties=(Duty.INTERNAL_AUDITOR,))


def entries(kind: str) -> list[dict[str, object]]:
    rows = db.session.scalars(
        select(LedgerEntry).where(LedgerEntry.kind == kind).order_by(LedgerEntry.seq)
    )
    return [dict(entry.read(row.data).body) for row in rows]


def settled(number: str) -> list[Verdict | None]:
    return [claim.verdict for claim in casework.snapshot(case(number)).claims]


def told_of(number: str, kind: str) -> set[int]:
    found = db.session.scalars(
        select(Message.person_id).where(
            Message.kind == kind, Message.nomination_id == case(number).id
        )
    )
    return {person for person in found if person is not None}


def test_a_verdict_says_how_it_was_come_by_and_the_ledger_commits_to_it(
    cast: Cast, number: str
) -> None:
    judge(cast.internal, number, YES, method=Method.SYSTEM_LOG, reference="CALL-0087")
    [finding] = db.session.scalars(select(Finding))
    assert finding.reference is not None
    [body] = entries("finding")
    assert (body["method"], body["reference"]) == ("system_log", finding.reference.commitment)
    assert "0087" not in str(body)


@pytest.mark.parametrize("verdict", [YES, NO])
def test_nothing_is_confirmed_or_refuted_without_saying_how(
    cast: Cast, number: str, verdict: Verdict
) -> None:
    with pytest.raises(Refused, match="method_missing"):
        judge(cast.internal, number, verdict, method=None)
    assert entries("finding") == []
    judge(cast.internal, number, UNKNOWN, method=None)
    assert [body["method"] for body in entries("finding")] == [None]


def test_another_method_or_reference_is_another_act_and_the_same_is_none(
    cast: Cast, number: str
) -> None:
    judge(cast.internal, number, YES, reference="CALL-1")
    judge(cast.internal, number, YES, reference=" CALL-1 ")
    assert len(entries("finding")) == 1
    judge(cast.internal, number, YES, method=Method.RECORDING_HEARD, reference="CALL-1")
    judge(cast.internal, number, YES, method=Method.RECORDING_HEARD, reference="CALL-2")
    assert len(entries("finding")) == 3
    assert worksheets.last_method(cast.internal) is Method.RECORDING_HEARD


@pytest.mark.parametrize("consequence", Consequence)
@pytest.mark.parametrize("verdict", [NO, UNKNOWN])
def test_what_follows_from_a_verdict_is_as_the_award_lays_down(
    cast: Cast, number: str, verdict: Verdict, consequence: Consequence
) -> None:
    lay_down(if_refuted=consequence, if_unverifiable=consequence)
    judge(cast.internal, number, YES, verdict)
    if consequence is not Consequence.CONTINUE:
        with pytest.raises(Refused, match=f"claim_{verdict}"):
            decide(cast.internal, number, Action.APPROVE)
    if consequence is Consequence.REJECT:
        with pytest.raises(Refused, match=f"claim_{verdict}_for_good"):
            decide(cast.internal, number, Action.RETURN, Reason.INCOMPLETE, SENTENCE)
        decide(cast.internal, number, Action.REJECT, Reason.EVENT_NOT_CONFIRMED, SENTENCE)
    elif consequence is Consequence.RETURN:
        decide(cast.internal, number, Action.RETURN, Reason.EVIDENCE_MISSING, SENTENCE)
    else:
        decide(cast.internal, number, Action.APPROVE)
        approval = db.session.scalars(select(Decision).order_by(Decision.id.desc())).first()
        assert approval is not None
        assert approval.facts["without"] == [2]


def test_neither_of_two_opinions_settles_anything_alone(
    cast: Cast, double: str, second: int
) -> None:
    judge(cast.internal, double, YES, YES)
    assert settled(double) == [None, None]
    for action, reason in ((Action.APPROVE, None), (Action.REJECT, Reason.EVENT_NOT_CONFIRMED)):
        with pytest.raises(Refused, match="opinions_missing"):
            decide(cast.internal, double, action, reason, SENTENCE)
    judge(second, double, YES, UNKNOWN)
    assert settled(double) == [YES, None]


def test_two_who_agree_decide_by_either_and_both_are_on_record(
    cast: Cast, double: str, second: int, third: int
) -> None:
    judge(cast.internal, double, YES, UNKNOWN)
    judge(second, double, YES, UNKNOWN)
    with pytest.raises(Refused, match="gave_no_opinion"):
        decide(third, double, Action.APPROVE)
    assert decide(second, double, Action.APPROVE) is Stage.EXTERNAL_AUDIT
    body = [b for b in entries("decision") if b["action"] == "approve"][-1]
    facts = body["facts"]
    assert isinstance(facts, dict)
    judges = {finding.by.key for finding in db.session.scalars(select(Finding))}
    assert set(facts["opinions"]) == judges
    assert len(judges) == 2
    assert facts["without"] == [2]


def test_where_two_differ_a_third_decides_on_that_claim_alone(
    cast: Cast, double: str, second: int, third: int
) -> None:
    judge(cast.internal, double, YES, YES)
    judge(second, double, YES, NO)
    for auditor in (cast.internal, second):
        with pytest.raises(Refused, match="opinion_of_a_third_missing"):
            decide(auditor, double, Action.APPROVE)
        with pytest.raises(Refused, match="opinions_are_complete"):
            judge(auditor, double, NO, NO)
    judge(third, double, NO, NO)  # what the first two agree on is not the third's to change
    assert settled(double) == [YES, NO]
    assert [f.by_id for f in case(double).claims[0].findings] == [cast.internal, second]
    with pytest.raises(Refused, match="claim_refuted"):
        decide(third, double, Action.APPROVE)
    decide(third, double, Action.REJECT, Reason.EVENT_NOT_CONFIRMED, SENTENCE)
    assert stage(double) is Stage.REJECTED


def test_a_split_that_nobody_can_settle_is_listed_with_who_is_barred_until_somebody_can(
    cast: Cast, double: str, second: int
) -> None:
    barred = make_person("Was there", duties=(Duty.INTERNAL_AUDITOR,))
    judging.step_aside(person_id=barred, number=double, request=Request(0))
    judge(cast.internal, double, YES, YES)
    assert assignments.stuck(clock.now()) == []
    judge(second, double, YES, NO)
    [stuck] = assignments.stuck(clock.now())
    assert stuck.nomination.number == double
    assert [(bar.person.id, bar.why) for bar in stuck.bars] == [(barred, "recused")]
    assert told_of(double, "case_stuck") == {cast.scheme_manager}
    third = make_person("Third auditor", duties=(Duty.INTERNAL_AUDITOR,))
    assert assignments.stuck(clock.now()) == []
    clockwork.tick()  # tries again
    assert third in casework.snapshot(case(double)).assigned
    judge(third, double, YES, YES)
    assert settled(double) == [YES, YES]


@pytest.mark.parametrize("agree", [True, False])
def test_once_the_opinions_are_in_any_of_those_who_gave_one_can_decide_and_nobody_else_is_asked(
    cast: Cast, double: str, second: int, third: int, agree: bool
) -> None:
    gave = [cast.internal, second]
    judge(cast.internal, double, YES, YES)
    judge(second, double, YES, YES if agree else NO)
    if not agree:
        judge(third, double, YES, YES)
        gave.append(third)
    clockwork.tick()
    free = make_person("Gave none", duties=(Duty.INTERNAL_AUDITOR,))
    *gone, last = gave
    for auditor in gone:
        leave(auditor)
        assert assignments.stuck(clock.now()) == []
        assert free not in casework.snapshot(case(double)).assigned
    told = told_of(double, "case_stuck")
    leave(last)
    [stuck] = assignments.stuck(clock.now())
    whys = {bar.person.id: bar.why for bar in stuck.bars}
    assert whys[free] == "gave_no_opinion"
    assert {whys[auditor] for auditor in gave} == {"away"}
    assert told_of(double, "case_stuck") == told | {cast.scheme_manager}
    clockwork.tick()
    assert not casework.snapshot(case(double)).assigned & {free, *gave}
    [absence] = assignments.absences(scheme.day_at(clock.now()), last)
    absences.cancel(by_id=last, absence_id=absence.id)
    clockwork.tick()
    assert last in casework.snapshot(case(double)).assigned
    assert assignments.stuck(clock.now()) == []
    decide(last, double, Action.APPROVE)
    assert stage(double) is Stage.EXTERNAL_AUDIT


def leave(person_id: int) -> None:
    day = scheme.day_at(clock.now())
    absences.enter(by_id=person_id, person_id=person_id, first_day=day, last_day=day)


def test_those_who_could_be_the_third_are_told_and_nobody_else(
    cast: Cast, double: str, second: int, third: int
) -> None:
    bound = make_person("Bound", duties=(Duty.INTERNAL_AUDITOR,))
    put_above(cast.manager, bound)
    judge(cast.internal, double, YES, YES)
    assert told_of(double, "case_waits") == {cast.internal}  # of the submission
    judge(second, double, NO, YES)
    assert told_of(double, "case_waits") == {cast.internal, third}


def test_an_opinion_is_recorded_whole_or_not_at_all(cast: Cast, double: str, second: int) -> None:
    with pytest.raises(Refused, match="opinion_not_whole"):
        judge(cast.internal, double, YES)
    with pytest.raises(NotVisible):
        findings.record(
            person_id=cast.internal,
            number=double,
            findings=[Found(claims(double)[1] + 1000, YES, method=Method.OTHER)],
        )
    assert entries("finding") == []


def test_nobody_gives_two_opinions(cast: Cast, double: str, second: int) -> None:
    judge(cast.internal, double, YES, YES)
    judge(cast.internal, double, YES, NO)  # a changed mind, as long as nobody has seen it
    with pytest.raises(Refused, match="opinions_missing"):
        decide(cast.internal, double, Action.APPROVE)
    judge(second, double, YES, YES)
    for auditor in (cast.internal, second):
        with pytest.raises(Refused, match="opinions_are_complete"):
            judge(auditor, double, YES, YES)


def test_a_relation_bars_the_second_auditor_as_the_first(cast: Cast, double: str) -> None:
    bound = make_person("Bound", duties=(Duty.INTERNAL_AUDITOR,))
    judge(cast.internal, double, YES, YES)
    put_above(cast.manager, bound)
    with pytest.raises(Refused, match="barred_as_line_manager"):
        judge(bound, double, YES, YES)


def test_one_auditor_may_return_a_case_and_both_look_again_when_it_comes_back(
    cast: Cast, double: str, second: int
) -> None:
    judge(cast.internal, double, YES, YES)
    decide(second, double, Action.RETURN, Reason.EVIDENCE_MISSING, SENTENCE)
    decide(cast.nominator, double, Action.RESUBMIT)
    assert settled(double) == [None, None]
    judge(second, double, YES, YES)
    with pytest.raises(Refused, match="opinions_missing"):
        decide(second, double, Action.APPROVE)
    judge(cast.internal, double, YES, YES)
    assert decide(cast.internal, double, Action.APPROVE) is Stage.EXTERNAL_AUDIT


def named_before(number: str, *references: str) -> list[NamedBefore]:
    """As a claim asks that names these; beside one that names nothing known."""
    asked = {1: references, 2: ["TCK-00001"], 3: []}
    found = mentions.named_before(case(number), asked)
    assert (found[2], found[3]) == ([], [])
    return found[1]


def test_a_call_that_another_case_names_is_pointed_out_with_what_became_of_it(
    cast: Cast, number: str
) -> None:
    name_call_of(cast, number)
    first = case(number)
    judge(cast.internal, number, YES, YES)
    decide(cast.internal, number, Action.APPROVE)
    other = make_draft(cast.nominator, [cast.nominee])
    name_call(other, f"ｃａｌｌ　{first.number.replace('-', '—')}")
    assert mentions.named_elsewhere(case(other))
    decide(cast.nominator, other, Action.SUBMIT)
    claim = case(other).claims[0]
    [found] = named_before(other, *mentions.references_of(claim))
    assert (found.case.number, found.claim.position, found.verdict) == (number, 1, YES)
    assert found.case.stage is Stage.EXTERNAL_AUDIT


def name_call_of(cast: Cast, number: str) -> None:
    assert {m.identifier for m in db.session.scalars(select(Mention))} == {
        f"call{number.replace('-', '')}"
    }


def test_a_draft_is_not_in_the_register_and_what_auditors_found_is(cast: Cast, number: str) -> None:
    draft = make_draft(cast.nominator, [cast.nominee])
    name_call(draft, "TCK-88213")
    assert mentions.named_elsewhere(case(draft)) == set()
    judge(cast.internal, number, YES, YES, reference="Ticket TCK-88213")
    assert len(mentions.named_elsewhere(case(draft))) == 1
    assert named_before(number, "TCK-88213") == []


def test_a_corrected_reference_takes_the_place_of_the_first(cast: Cast, number: str) -> None:
    decide(cast.internal, number, Action.RETURN, Reason.INCOMPLETE, SENTENCE)
    name_call(number, "ORD-555001")
    one, two = claims(number)
    drafts.save(
        person_id=cast.nominator,
        number=number,
        written=Written(),
        step=Step.REMOVE_CLAIM,
        target=two,
    )
    decide(cast.nominator, number, Action.RESUBMIT)
    found = db.session.execute(select(Mention.identifier, Mention.claim_id)).all()
    assert [tuple(row) for row in found] == [("ord555001", one)]


def test_the_words_of_another_case_are_quoted_with_their_share(cast: Cast) -> None:
    first = make_draft(cast.nominator, [cast.nominee], title="追回积分", claims=("回过电话。",))
    tell(first, STORY)
    decide(cast.nominator, first, Action.SUBMIT)
    draft = make_draft(cast.nominator, [cast.nominee], title="耐心细致", claims=("已查。",))
    tell(draft, f"上个月，{STORY}")
    decide(cast.nominator, draft, Action.SUBMIT)
    [copy] = mentions.copies_in(case(draft))
    assert copy.case.number == first
    assert copy.passage == STORY.removesuffix("。")
    assert copy.percent > 75


def test_a_sealed_verdict_does_not_show_in_the_register_of_events(
    cast: Cast, double: str, second: int
) -> None:
    judge(cast.internal, double, NO, NO, reference="TCK-88213")
    other = make_submitted(cast)
    [found] = named_before(other, "TCK-88213")
    assert (found.case.number, found.verdict) == (double, None)
    judge(second, double, NO, NO)
    decide(second, double, Action.REJECT, Reason.EVENT_NOT_CONFIRMED, SENTENCE)
    [found] = named_before(other, "TCK-88213")
    assert found.verdict is NO


def test_an_auditor_keeps_a_file_once_and_it_is_in_the_ledger(
    cast: Cast, number: str, tmp_path: Path
) -> None:
    def keep(person_id: int, data: bytes = b"12:04 call 0087 answered") -> None:
        findings.attach(
            Store(tmp_path),
            person_id=person_id,
            number=number,
            claim_id=claims(number)[0],
            name="../log.txt",
            data=data,
            megabytes=1,
        )

    keep(cast.internal)
    keep(cast.internal)
    [file] = audit_files.files_on(case(number))
    [body] = entries("audit_file")
    assert (file.name, body["file"], body["claim"]) == ("log.txt", file.sha256, 1)
    assert Store(tmp_path).read(file.sha256) == b"12:04 call 0087 answered"
    for person_id in (cast.nominator, cast.nominee, cast.external):
        with pytest.raises(Refused, match="not_your_part"):
            keep(person_id, b"another")
    decide(cast.internal, number, Action.RETURN, Reason.INCOMPLETE, SENTENCE)
    drafts.save(
        person_id=cast.nominator,
        number=number,
        written=Written(),
        step=Step.REMOVE_CLAIM,
        target=claims(number)[0],
    )
    assert len(audit_files.files_on(case(number))) == 1  # the claim stays on record as withdrawn
    verification = Verification()
    verification.begin()
    assert list(verification.faults()) == []


def queue(person_id: int) -> list[str]:
    db.session.rollback()
    person = db.session.get_one(Person, person_id)
    at = clock.now()
    rows = [row.number for row in db.session.scalars(waiting(person, at))]
    assert counts(person, at)[Stage.INTERNAL_AUDIT] == len(rows)
    return rows


def test_a_case_waits_for_those_alone_who_can_bring_it_on(
    cast: Cast, double: str, second: int, third: int
) -> None:
    everybody = (cast.internal, second, third)
    assert [queue(person) for person in everybody] == [[double]] * 3
    judge(cast.internal, double, YES, YES)
    assert [queue(person) for person in everybody] == [[], [double], [double]]
    judge(second, double, YES, NO)
    assert [queue(person) for person in everybody] == [[], [], [double]]
    judge(third, double, YES, YES)
    assert [queue(person) for person in everybody] == [[double]] * 3
    assert queue(make_person("Fourth", duties=(Duty.INTERNAL_AUDITOR,))) == []
    decide(cast.internal, double, Action.RETURN, Reason.EVIDENCE_MISSING, SENTENCE)
    decide(cast.nominator, double, Action.RESUBMIT)
    assert [queue(person) for person in everybody] == [[double]] * 3


def test_two_who_agree_have_the_decision_in_their_queues_and_others_do_not(
    cast: Cast, double: str, second: int, third: int
) -> None:
    judge(cast.internal, double, NO, YES)
    judge(cast.internal, double, YES, YES)  # what one has thought better of splits nothing
    judge(second, double, YES, YES)
    assert [queue(p) for p in (cast.internal, second, third)] == [[double], [double], []]
