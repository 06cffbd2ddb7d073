"""Feedback on the scheme: given by any colleague, joined, remarked on, answered in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from adapters.evidence import File
from adapters.sealing import Sealer
from ledger.commitment import new_salt
from models import acts, me_too
from models.feedback import Feedback, FeedbackFile, Remark, Reply, SealedAuthor
from models.ledger import Wording
from models.me_too import MeToo, MeTooWithdrawal
from models.nominations import Nomination
from models.outbox import RequestKey
from models.people import Person, holders
from models.scheme import Award, Cycle, Holiday, PolicyRule, scheme
from operations import authorship
from operations.casework import NotVisible, Request, already_done
from operations.transaction import Transaction, operation
from workflow.deadlines import due
from workflow.refusal import Refused
from workflow.vocabulary import PUBLIC, Duty, FeedbackKind, FeedbackState

FILES_AT_MOST = 5
BEST_MARK = 5

Row = TypeVar("Row")


class Answered(Exception):
    """Somebody answered while the form was open; `reply_id` is what they said."""

    def __init__(self, reply_id: int) -> None:
        super().__init__(reply_id)
        self.reply_id = reply_id


@dataclass(frozen=True)
class Particulars:
    """What feedback is beside its words: of which kind, on what, by whom it may be read.

    At most one of award, rule, cycle and case is given. `concerned` is the employee number of a
    colleague whom it is about: they neither answer it nor open its seal.
    """

    kind: FeedbackKind = FeedbackKind.OPINION
    confidential: bool = False
    rule_id: int | None = None
    cycle_id: int | None = None
    case: str | None = None
    marks: int | None = None
    concerned: str | None = None
    files: Sequence[File] = ()

    def record(self) -> dict[str, object]:
        """As a request's body: what was not given is left out."""
        said = {**vars(self), "files": [file.sha256 for file in self.files]}
        return {name: value for name, value in said.items() if value not in (None, False, [])}


@operation
def post(
    tx: Transaction,
    *,
    person_id: int,
    award_id: int | None = None,
    subject: str,
    body: str,
    more: Particulars | None = None,
    request_key: str | None = None,
    sealer: Sealer | None = None,
) -> int:
    """Keep what a colleague says; its files are in the store already. Returns its id.

    Raises NotVisible for an award, rule, cycle or public case that is not there, KeyReused, or
    Refused. Confidential feedback needs the sealer.
    """
    more = more or Particulars()
    asked: dict[str, object] = {
        "act": "feedback",
        "award": award_id,
        "subject": subject,
        "body": body,
        **more.record(),
    }
    key = None
    if more.confidential:
        done, key = authorship.done_before(tx, request_key, asked)
        if done and key is not None:
            return key.feedback_id or 0
    elif already_done(tx, person_id, Request(version=0, key=request_key), asked):
        earlier: int = tx.session.get_one(RequestKey, request_key).answer["feedback"]
        return earlier
    person = _found(tx, Person, person_id)
    feedback = _written(tx, person, subject, body, award_id, more, sealer)
    if key is not None:
        key.feedback_id = feedback.id
    elif request_key is not None:
        tx.session.get_one(RequestKey, request_key).answer = {"feedback": feedback.id}
    for manager in tx.session.scalars(holders(Duty.SCHEME_MANAGER, tx.now, feedback.award_id)):
        # Where a manager is the confidential author, leaving them out would tell who it was.
        if manager.id != feedback.by_id and not is_concerned(feedback, manager):
            tx.tell(manager.id, "feedback_waits", feedback=feedback.id)
    return feedback.id


@operation
def answer(
    tx: Transaction,
    *,
    person_id: int,
    feedback_id: int,
    state: FeedbackState,
    body: str,
    request: Request,
    sealer: Sealer | None = None,
) -> None:
    """Answer officially; `request.version` is how many replies the page showed.

    Raises NotVisible, KeyReused, Answered or Refused.
    """
    person = _found(tx, Person, person_id)
    feedback = _found(tx, Feedback, feedback_id)
    asked: dict[str, object] = {
        "act": "reply",
        "feedback": feedback_id,
        "state": state.value,
        "body": body,
    }
    if already_done(tx, person_id, request, asked):
        return
    if refused := answer_refusal(feedback, person, tx.now, sealer):
        raise refused
    if state is FeedbackState.OPEN:
        raise Refused("answer_leaves_it_open")
    if not 0 <= request.version <= len(feedback.replies):
        raise NotVisible(str(feedback_id))  # no page showed that many replies
    if len(feedback.replies) > request.version:
        raise Answered(feedback.replies[-1].id)
    feedback.state = state
    tx.record(Reply(feedback=feedback, by=person, state=state, body=Wording.of(body), at=tx.now))
    if feedback.by_id is not None:
        tx.tell(feedback.by_id, "feedback_answered", feedback=feedback.id, state=state.value)


def answer_refusal(
    feedback: Feedback, person: Person, at: datetime, sealer: Sealer | None
) -> Refused | None:
    """Why this person does not answer officially; None when they may."""
    if Duty.SCHEME_MANAGER not in person.duties(at, feedback.award_id):
        return Refused("not_your_feedback_to_answer")
    if feedback.is_removed:
        return Refused("feedback_removed")
    if authorship.is_author(feedback, person, sealer):
        return Refused("own_feedback")
    return Refused("feedback_concerns_you") if is_concerned(feedback, person) else None


def is_concerned(feedback: Feedback, person: Person) -> bool:
    """Whether it is about this person: named as concerned, or a party or a judge of the case."""
    if feedback.concerned_id == person.id:
        return True
    case = feedback.nomination
    if case is None:
        return False
    parties = {case.nominator_id, *(each.id for each in case.nominees)}
    return person.id in parties or person.id in acts.have_judged(case)


@operation
def remark(
    tx: Transaction,
    *,
    person_id: int,
    feedback_id: int,
    body: str,
    request_key: str | None = None,
    sealer: Sealer | None = None,
) -> None:
    """Add to the thread: under one's name, or as its confidential author.

    Raises NotVisible, KeyReused or Refused.
    """
    person = _found(tx, Person, person_id)
    feedback = _found(tx, Feedback, feedback_id)
    asked: dict[str, object] = {"act": "remark", "feedback": feedback_id, "body": body}
    own = authorship.is_author(feedback, person, sealer)
    nameless = own and feedback.is_confidential
    if nameless:
        done, key = authorship.done_before(tx, request_key, asked)
        if key is not None:
            key.feedback_id = feedback_id
    else:
        done = already_done(tx, person_id, Request(0, request_key), asked)
    if done:
        return
    if feedback.is_removed:
        raise Refused("feedback_removed")
    by = None if nameless else person
    tx.record(Remark(feedback=feedback, by=by, body=Wording.of(body), at=tx.now))
    if nameless:
        authorship.mark_read(tx, feedback_id)
    elif not own and feedback.by_id is not None:
        tx.tell(feedback.by_id, "feedback_remarked", feedback=feedback_id)


@operation
def join(tx: Transaction, *, person_id: int, feedback_id: int, sealer: Sealer | None) -> None:
    """Say "me too", once; again changes nothing. Raises NotVisible or Refused."""
    person, feedback = _found(tx, Person, person_id), _found(tx, Feedback, feedback_id)
    if feedback.is_removed:
        raise Refused("feedback_removed")
    if authorship.is_author(feedback, person, sealer):
        raise Refused("own_feedback_joined")
    if me_too.of_person(feedback_id, person_id) is None:
        tx.record(MeToo(feedback=feedback, person=person, salt=new_salt(), at=tx.now))


@operation
def leave(tx: Transaction, *, person_id: int, feedback_id: int) -> None:
    """Take one's "me too" back; where there is none nothing changes. Raises NotVisible."""
    _found(tx, Feedback, feedback_id)
    standing = me_too.of_person(feedback_id, person_id)
    if standing is not None:
        tx.record(MeTooWithdrawal(me_too=standing, at=tx.now))


def _written(
    tx: Transaction,
    person: Person,
    subject: str,
    body: str,
    award_id: int | None,
    more: Particulars,
    sealer: Sealer | None,
) -> Feedback:
    terms, off = scheme(), set(tx.session.scalars(select(Holiday.day)))
    feedback = Feedback(
        kind=more.kind,
        named=not more.confidential,
        subject=Wording.of(subject),
        body=Wording.of(body),
        marks=_marks(more.marks),
        concerned=_colleague(tx, more.concerned) if more.concerned else None,
        at=tx.now,
        due_at=due(tx.now, terms.feedback_days, off, terms.zone),
        state=FeedbackState.OPEN,
    )
    _aim(tx, feedback, award_id, more)
    if not more.confidential:
        feedback.by = person
        tx.record(feedback)
    else:
        if sealer is None:
            raise ValueError("confidential feedback needs a sealer")
        feedback.author_commitment, sealed = authorship.seal(person, sealer)
        seq = tx.record(feedback)
        tx.add(SealedAuthor(feedback=feedback, sealed=sealed, seen_seq=seq))
    files = {file.sha256: file for file in more.files}
    if len(files) > FILES_AT_MOST:
        raise Refused("too_many_files", most=FILES_AT_MOST)
    for file in files.values():
        tx.record(_file(tx, feedback, file))
    tx.session.flush()
    return feedback


def _aim(tx: Transaction, feedback: Feedback, award_id: int | None, more: Particulars) -> None:
    """What it is about; a rule, a cycle or a case of one award is about that award, too."""
    award = None if award_id is None else _found(tx, Award, award_id)
    if more.rule_id is not None:
        feedback.rule = _found(tx, PolicyRule, more.rule_id)
        of_award = feedback.rule.award_id
        award = None if of_award is None else _found(tx, Award, of_award)
    elif more.cycle_id is not None:
        feedback.cycle = _found(tx, Cycle, more.cycle_id)
        award = feedback.cycle.award
    elif more.case is not None:
        case = tx.session.scalar(select(Nomination).where(Nomination.number == more.case))
        if case is None or case.stage not in PUBLIC:
            raise Refused("no_such_public_case")
        feedback.nomination, award = case, case.award
    feedback.award = award
    feedback.award_id = award.id if award else None


def _file(tx: Transaction, feedback: Feedback, file: File) -> FeedbackFile:
    return FeedbackFile(
        feedback=feedback,
        name=Wording.of(file.name),
        sha256=file.sha256,
        media_type=file.media_type,
        size=len(file.data),
        at=tx.now,
    )


def _marks(marks: int | None) -> int | None:
    if marks is not None and not 1 <= marks <= BEST_MARK:
        raise Refused("marks_out_of_range", most=BEST_MARK)
    return marks


def _colleague(tx: Transaction, number: str) -> Person:
    named = select(Person).where(Person.employee_number == number)
    person: Person | None = tx.session.scalar(named)
    if person is None:
        raise Refused("no_such_colleague")
    return person


def _found(tx: Transaction, table: type[Row], id_: int) -> Row:
    row = tx.session.get(table, id_)
    if row is None:
        raise NotVisible(str(id_))
    return row
