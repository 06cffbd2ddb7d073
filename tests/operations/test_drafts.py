"""Writing a nomination: everything is kept, and what an audit has settled stays as it was."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters import clock
from adapters.evidence_store import Store
from models import invariants
from models.base import db
from models.decisions import Submission
from models.nominations import Claim, Evidence, Nomination, by_number
from models.people import Person, Team
from operations import drafts, evidence
from operations.casework import NotVisible
from operations.drafts import Step, Written
from operations.transaction import Transaction, operation
from tests import roads
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_award,
    make_person,
    make_submitted,
    stage,
)
from workflow.refusal import Refused
from workflow.vocabulary import Action, Channel, EvidenceKind, JobRole, Reason, Stage, Subject

pytestmark = pytest.mark.usefixtures("context")


def case(number: str) -> Nomination:
    db.session.rollback()
    found = by_number(number)
    assert found is not None
    return found


def written(number: str, **changes: object) -> Written:
    """A form filled in well, for the one claim of a new draft."""
    [claim] = case(number).claims
    [piece] = claim.evidence
    good: dict[str, object] = {
        "title": "Stayed until the refund was found",
        "story": "A customer called for the fifth time.",
        "happened_on": date(2026, 10, 14),
        "channel": Channel.PHONE,
        "claims": {claim.id: "She called the bank."},
        "evidence": {piece.id: "CALL-0087"},
        "answered": frozenset({"happened_on", "channel"}),
    }
    return Written(**(good | changes))  # type: ignore[arg-type]  # the fields of Written


def begin(cast: Cast, award: str = "quarterly") -> str:
    return drafts.begin(person_id=cast.nominator, award_key=award)


def save(cast: Cast, number: str, what: Written | None = None, **step: object) -> int:
    return drafts.save(
        person_id=cast.nominator,
        number=number,
        written=what or Written(),
        **step,  # type: ignore[arg-type]  # step and target
    )


def a_full_draft(cast: Cast) -> str:
    number = begin(cast)
    save(cast, number, written(number), step=Step.ADD_NOMINEE, target=cast.nominee)
    return number


def returned_by(cast: Cast, at: Stage) -> str:
    """A case returned by the internal or the external audit, its claim confirmed."""
    number = make_submitted(cast)
    roads.find(cast.internal, number)
    judge = cast.internal
    if at is Stage.EXTERNAL_AUDIT:
        decide(cast.internal, number, Action.APPROVE)
        judge = cast.external
    decide(judge, number, Action.RETURN, Reason.INCOMPLETE, SENTENCE)
    assert case(number).came_from is at
    return number


def test_numbers_follow_each_other_within_a_year(cast: Cast) -> None:
    first = begin(cast)
    second = drafts.begin(person_id=cast.colleague, award_key="quarterly")
    year, number = first.split("-")
    assert second == f"{year}-{int(number) + 1:04d}"
    assert int(year) == clock.now().year


def test_a_draft_begins_with_one_claim_that_asks_for_one_reference(cast: Cast) -> None:
    [claim] = case(begin(cast)).claims
    assert (claim.position, claim.text) == (1, "")
    assert [piece.kind for piece in claim.evidence] == [EvidenceKind.REFERENCE]


@pytest.mark.parametrize(
    ("award", "refusal"),
    [("volume", "results_decide"), ("closed", "no_open_cycle"), ("none", "no_such_award")],
)
def test_a_nomination_begins_only_where_an_award_takes_one(
    cast: Cast, award: str, refusal: str
) -> None:
    make_award("volume", road="by_numbers")
    make_award("closed", closes_in=timedelta(seconds=-1))
    with pytest.raises(Refused) as refused:
        begin(cast, award)
    assert refused.value.message == refusal


def test_saving_keeps_what_is_there_and_leaves_alone_what_was_not_asked(cast: Cast) -> None:
    number = begin(cast)
    save(cast, number, written(number))
    save(cast, number, Written(title="Another title"))
    now = case(number)
    assert (now.title, now.story) == ("Another title", "A customer called for the fifth time.")
    assert (now.happened_on, now.channel) == (date(2026, 10, 14), Channel.PHONE)
    assert now.claims[0].text == "She called the bank."
    save(cast, number, Written(answered=frozenset({"happened_on"})))
    assert case(number).happened_on is None


def test_the_version_counts_changes_of_claims_too_and_nothing_else(cast: Cast) -> None:
    number = begin(cast)
    before = save(cast, number, written(number))
    assert save(cast, number, written(number)) == before
    [claim] = case(number).claims
    assert save(cast, number, Written(claims={claim.id: "Otherwise."})) == before + 1


def test_a_claim_of_another_case_is_never_touched(cast: Cast) -> None:
    number = a_full_draft(cast)
    other = drafts.begin(person_id=cast.colleague, award_key="quarterly")
    [foreign] = case(other).claims
    save(cast, number, Written(claims={foreign.id: "Mine now."}))
    assert case(other).claims[0].text == ""
    with pytest.raises(NotVisible):
        save(cast, number, step=Step.REMOVE_CLAIM, target=foreign.id)
    with pytest.raises(NotVisible):
        save(cast, number, step=Step.REMOVE_EVIDENCE, target=case(other).claims[0].evidence[0].id)


def test_a_refused_step_changes_nothing(cast: Cast) -> None:
    number = a_full_draft(cast)
    before = case(number).version
    with pytest.raises(Refused, match="own_nomination"):
        save(cast, number, Written(title="x"), step=Step.ADD_NOMINEE, target=cast.nominator)
    assert (case(number).version, case(number).title) == (before, written(number).title)


def test_somebody_who_has_left_cannot_be_nominated(cast: Cast) -> None:
    @operation
    def leave(tx: Transaction) -> None:
        tx.session.get_one(Person, cast.colleague).left_on = tx.now.date()

    leave()
    with pytest.raises(Refused, match="no_such_colleague"):
        save(cast, begin(cast), step=Step.ADD_NOMINEE, target=cast.colleague)


def test_submitting_drops_what_is_blank_and_numbers_what_is_left(cast: Cast) -> None:
    number = a_full_draft(cast)
    save(cast, number, step=Step.ADD_CLAIM)
    save(cast, number, step=Step.ADD_CLAIM)
    last = case(number).claims[-1]
    save(cast, number, Written(claims={last.id: "The third."}), step=Step.ADD_NOTE, target=last.id)
    note = case(number).claims[-1].evidence[-1]
    save(cast, number, Written(evidence={note.id: "Wu saw it."}))
    decide(cast.nominator, number, Action.SUBMIT)
    told = [
        (claim.position, claim.text, [piece.text for piece in claim.evidence])
        for claim in case(number).claims
    ]
    assert told == [(1, "She called the bank.", ["CALL-0087"]), (2, "The third.", ["Wu saw it."])]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"title": " "}, "untold_title"),
        ({"story": ""}, "untold_story"),
        ({"happened_on": None}, "untold_day"),
        ({"channel": None}, "untold_channel"),
    ],
)
def test_a_nomination_that_lacks_something_is_not_submitted_by_any_door(
    cast: Cast, changes: dict[str, object], refusal: str
) -> None:
    number = a_full_draft(cast)
    save(cast, number, written(number, **changes))
    with pytest.raises(Refused) as refused:
        decide(cast.nominator, number, Action.SUBMIT)
    assert refused.value.message == refusal
    assert stage(number) is Stage.DRAFT


def test_a_claim_needs_words_and_something_that_shows_it(cast: Cast) -> None:
    number = a_full_draft(cast)
    [claim] = case(number).claims
    save(cast, number, Written(claims={claim.id: ""}))
    with pytest.raises(Refused, match="claim_without_words"):
        decide(cast.nominator, number, Action.SUBMIT)
    save(cast, number, written(number, evidence={claim.evidence[0].id: "  "}))
    with pytest.raises(Refused, match="claim_without_evidence"):
        decide(cast.nominator, number, Action.SUBMIT)


def test_an_award_for_one_job_role_is_not_for_another(cast: Cast) -> None:
    @operation
    def for_monitors(tx: Transaction) -> None:
        nomination = by_number(number)
        assert nomination is not None
        nomination.award.job_role = JobRole.QUALITY_MONITOR

    number = a_full_draft(cast)
    for_monitors()
    with pytest.raises(Refused, match="nominee_of_another_role"):
        decide(cast.nominator, number, Action.SUBMIT)


def test_a_team_is_nominated_with_the_members_it_has_when_it_is_submitted(cast: Cast) -> None:
    make_award("team", subject=Subject.TEAM)
    team_id = db.session.scalars(select(Team.id)).one()
    number = drafts.begin(person_id=cast.colleague, award_key="team")
    what = written(number, team=team_id, answered=frozenset({"team", "happened_on", "channel"}))
    drafts.save(person_id=cast.colleague, number=number, written=what)
    newcomer = make_person("Newcomer", team_id=team_id)
    decide(cast.colleague, number, Action.SUBMIT)
    members = {person.id for person in case(number).nominees}
    assert members == {cast.nominator, cast.nominee, newcomer}


def test_a_member_of_the_team_cannot_nominate_it(cast: Cast) -> None:
    make_award("team", subject=Subject.TEAM)
    number = begin(cast, "team")
    team_id = db.session.scalars(select(Team.id)).one()
    what = written(number, team=team_id, answered=frozenset({"team", "happened_on", "channel"}))
    save(cast, number, what)
    with pytest.raises(Refused, match="own_nomination"):
        decide(cast.nominator, number, Action.SUBMIT)


def test_a_team_award_takes_a_team_and_no_single_nominee(cast: Cast) -> None:
    make_award("team", subject=Subject.TEAM)
    number = begin(cast, "team")
    for step in (Step.ADD_NOMINEE, Step.REMOVE_NOMINEE):
        with pytest.raises(Refused, match="team_award"):
            save(cast, number, step=step, target=cast.nominee)
    assert case(number).nominees == []


def test_another_award_for_the_other_subject_begins_without_nominees(cast: Cast) -> None:
    make_award("team", subject=Subject.TEAM)
    number = a_full_draft(cast)
    save(cast, number, Written(award="team"))
    assert (case(number).award.key, case(number).nominees) == ("team", [])
    assert case(number).title == written(number).title


def test_a_claim_reworded_after_a_return_needs_a_new_verdict(cast: Cast) -> None:
    number = returned_by(cast, Stage.INTERNAL_AUDIT)
    [claim] = case(number).claims
    assert claim.finding is not None
    save(cast, number, Written(claims={claim.id: "On 14 October she called the bank."}))
    assert case(number).claims[0].finding is None
    decide(cast.nominator, number, Action.RESUBMIT)
    with pytest.raises(Refused, match="claim_still_open"):
        decide(cast.internal, number, Action.APPROVE)
    roads.find(cast.internal, number)
    assert decide(cast.internal, number, Action.APPROVE) is Stage.EXTERNAL_AUDIT


def test_an_unchanged_claim_keeps_its_verdict_through_a_return(cast: Cast) -> None:
    number = returned_by(cast, Stage.INTERNAL_AUDIT)
    decide(cast.nominator, number, Action.RESUBMIT)
    assert decide(cast.internal, number, Action.APPROVE) is Stage.EXTERNAL_AUDIT


def test_a_judged_claim_that_is_taken_back_stays_on_record_and_counts_no_more(cast: Cast) -> None:
    number = returned_by(cast, Stage.INTERNAL_AUDIT)
    [judged] = [claim.id for claim in case(number).claims]
    save(cast, number, step=Step.ADD_CLAIM)
    added = case(number).claims[-1]
    new = Written(claims={added.id: "The new one."}, evidence={added.evidence[0].id: "CALL-0090"})
    save(cast, number, new, step=Step.REMOVE_CLAIM, target=judged)
    assert [(claim.position, claim.text) for claim in case(number).claims] == [(2, "The new one.")]
    assert db.session.get_one(Claim, judged).withdrawn
    decide(cast.nominator, number, Action.RESUBMIT)
    with pytest.raises(Refused) as refused:
        decide(cast.internal, number, Action.APPROVE)
    assert (refused.value.message, refused.value.values["claim"]) == ("claim_still_open", 2)


def test_whoever_has_judged_a_case_is_not_made_its_nominee(cast: Cast) -> None:
    number = returned_by(cast, Stage.INTERNAL_AUDIT)
    with pytest.raises(Refused, match="nominee_has_judged"):
        save(cast, number, step=Step.ADD_NOMINEE, target=cast.internal)
    save(cast, number, step=Step.ADD_NOMINEE, target=cast.external)
    assert invariants.broken() == []


def test_what_the_internal_audit_confirmed_stays_when_a_later_stage_returns_it(cast: Cast) -> None:
    number = returned_by(cast, Stage.EXTERNAL_AUDIT)
    [claim] = case(number).claims
    [piece] = claim.evidence
    told = (case(number).title, case(number).story, case(number).happened_on)
    save(
        cast,
        number,
        Written(
            title="Better",
            story="Changed.",
            channel=Channel.EMAIL,
            claims={claim.id: "Changed."},
            evidence={piece.id: "Changed."},
            answered=frozenset({"happened_on", "channel"}),
        ),
    )
    now = case(number)
    assert (now.title, now.story, now.happened_on) == told
    assert now.channel is Channel.EMAIL
    assert now.claims[0].text != "Changed."
    assert now.claims[0].evidence[0].text != "Changed."
    for step, target in (
        (Step.REMOVE_CLAIM, claim.id),
        (Step.ADD_CLAIM, None),
        (Step.REMOVE_EVIDENCE, piece.id),
        (Step.ADD_NOMINEE, cast.colleague),
        (Step.REMOVE_NOMINEE, cast.nominee),
    ):
        with pytest.raises(Refused, match="claims_are_confirmed"):
            save(cast, number, step=step, target=target)
    save(cast, number, step=Step.ADD_NOTE, target=claim.id)
    assert len(case(number).claims[0].evidence) == 2
    decide(cast.nominator, number, Action.RESUBMIT)
    assert stage(number) is Stage.EXTERNAL_AUDIT


def test_nobody_else_writes_in_a_draft_and_nobody_at_all_once_it_is_submitted(cast: Cast) -> None:
    number = a_full_draft(cast)
    with pytest.raises(NotVisible):
        drafts.save(person_id=cast.colleague, number=number, written=Written(title="x"))
    decide(cast.nominator, number, Action.SUBMIT)
    with pytest.raises(Refused, match="not_at_this_stage"):
        save(cast, number, Written(title="x"))
    with pytest.raises(Refused, match="not_your_part"):
        drafts.save(person_id=cast.internal, number=number, written=Written(title="x"))


def test_a_file_is_named_once_and_stands_with_its_hash_in_the_submission(
    cast: Cast, tmp_path: Path
) -> None:
    number = a_full_draft(cast)
    [claim] = case(number).claims
    store = Store(tmp_path)
    for _ in range(2):
        attach(store, cast, number, claim.id, b"The customer wrote: thank you.")
    [file] = [p for p in case(number).claims[0].evidence if p.kind is EvidenceKind.FILE]
    assert (file.text, file.media_type) == ("mail.txt", "text/plain; charset=utf-8")
    assert file.sha256 is not None
    assert store.read(file.sha256) == b"The customer wrote: thank you."
    decide(cast.nominator, number, Action.SUBMIT)
    kept = db.session.scalars(select(Submission)).one()
    assert kept.files == [file.sha256]


def test_a_claim_takes_a_bounded_number_of_files(cast: Cast, tmp_path: Path) -> None:
    number = a_full_draft(cast)
    [claim] = case(number).claims
    store = Store(tmp_path)
    for file in range(evidence.FILES_AT_MOST):
        attach(store, cast, number, claim.id, f"mail {file}".encode())
    with pytest.raises(Refused, match="too_many_files"):
        attach(store, cast, number, claim.id, b"one more")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == evidence.FILES_AT_MOST
    assert db.session.query(Evidence).filter_by(claim_id=claim.id, kind="file").count() == 10


def attach(store: Store, cast: Cast, number: str, claim_id: int, data: bytes) -> None:
    evidence.attach(
        store,
        person_id=cast.nominator,
        number=number,
        claim_id=claim_id,
        name="mail.txt",
        data=data,
        megabytes=1,
    )
