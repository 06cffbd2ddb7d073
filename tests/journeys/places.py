"""Every page of the application with somebody who may see it, found in the demo's data."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask, url_for
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from adapters import clock
from models import assignments, certificates, fulfilment, people, receipts, scheme, tributes
from models import contacts as asking
from models.base import db
from models.customers import choice_on
from models.decisions import Decision
from models.fairness_reports import published
from models.feedback import Feedback
from models.judges import Assignment
from models.motions import Motion
from models.nominations import Evidence, Nomination
from models.people import DutyGrant
from models.public_lists import public_list
from models.questionnaires import Judgement, Round
from models.removals import Removal
from models.results import Import, Result
from models.scheme import Award, Cycle, Holiday, PolicyRule
from models.surveys import words_on
from models.tierlists import TierList
from models.variants import variants_of
from models.waivers import WaiverProposal
from models.worklists import waiting
from operations import (
    absences,
    audits,
    displays,
    judging,
    portraits,
    removals,
    signing_in,
    surveys,
    variants,
)
from operations import tributes as writing
from operations.casework import Request
from operations.surveys import Invitation
from operations.tributes import Text
from tests.fixtures.pages import Client
from views.portraits import store as portrait_store
from workflow import contacts
from workflow.policy import RuleKind
from workflow.vocabulary import (
    JUDGING,
    PUBLIC,
    Action,
    Bond,
    Channel,
    ContactOutcome,
    Duty,
    FeedbackState,
    JobRole,
    Language,
    RewardState,
    Stage,
    SurveyWay,
    Tribute,
)

# Answers that are no page, but a file or a way to one: they are tested where they are made.
NO_PAGE = frozenset(
    {
        "archive_files.export", "archive_files.feed", "bootstrap.static", "conduct.mistakes",
        "customers.mistakes", "customers.template",
        "evidence.content", "evidence.download", "evidence.drawn", "fairness.export",
        "feedback.download",
        "health.healthz", "inbox.read", "proof.checkpoint", "proof.consistency", "proof.export",
        "proof.newest", "proof.public_key", "receipts.file",
        "certificates.archive", "certificates.pdf", "portraits.show", "rewards.export",
        "sharing.image", "wall.face", "wall.show", "tributes.feed",
        "tributes.letter", "people_import.mistakes", "people_import.template", "results.mistakes",
        "static",
    }
)  # fmt: skip
GUEST = None
SHOWS = {
    "people": "people_import.show",
    "results": "results.show",
    "conduct": "conduct.show",
    "customers": "customers.show",
}
BROUGHT = (
    (
        "/manage/people/import",
        "employee_number,name,role\nE1017,李晓雨,inbound\nE9001,新同事,email",
    ),
    ("/manage/people/import", "employee_number,name,role\nE1017,,dancer\n,王小明,inbound"),
    ("/manage/results", "employee,date,metric,value\nE1017,2026-09-01,calls,50"),
    ("/manage/results", "employee,date,metric,value\nE1017,2026-09-01,calls,x"),
    ("/manage/conduct", "employee,date,kind,upheld,reference\nE1017,2026-09-01,absence,yes,A-1"),
    ("/manage/conduct", "employee,date,kind,upheld,reference\nE0000,2026-09-01,asleep,,A-2"),
    ("/manage/customers", "customer_number,language,consent,keep_until\nC-1,en,yes,2030-01-31"),
    ("/manage/customers", "customer_number,language,consent,keep_until\nC-1,,yes,soon"),
)


@dataclass(frozen=True)
class Visit:
    """One look at a page, by whom: a person's id, or a guest."""

    endpoint: str
    who: int | None
    path: str


Visits = dict[str, list[Visit]]


def bring_files(app: Flask) -> None:
    """Files that were looked at and not applied, or refused: the demo has only applied ones."""
    with app.app_context():
        administrator = dict(people.demo_accounts(clock.now()))[Duty.ADMINISTRATOR].id
    client = Client(app)
    client.sign_in(administrator)
    for path, text in BROUGHT:
        data = {"file": (io.BytesIO(text.encode()), "looked-at.csv"), "mapping": "rows"}
        answer = client.post(path, data=data)
        assert answer.status_code == 303, answer.text


def visit(endpoint: str, who: int | None, values: dict[str, Any]) -> Visit:
    return Visit(endpoint, who, url_for(endpoint, **values))


class Places:
    """The visits of each page; made in a context of the application."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.accounts = {duty: one.id for duty, one in people.demo_accounts(clock.now())}
        self.colleague = self.accounts[None]
        self.manager = self.accounts[Duty.SCHEME_MANAGER]
        self.administrator = self.accounts[Duty.ADMINISTRATOR]
        self.committee = self.accounts[Duty.COMMITTEE]
        self.arbiter = self.accounts[Duty.ARBITER]

    def all(self) -> Visits:
        """Every visit, by endpoint."""
        found: Visits = {}
        every = (
            self._everybodys, self._cases, self._evidence, self._desks, self._judging,
            self._managed, self._rewarded,
        )  # fmt: skip
        for visit in (visit for area in every for visit in area()):
            found.setdefault(visit.endpoint, []).append(visit)
        return found

    def _everybodys(self) -> Iterator[Visit]:
        colleague = self.colleague
        award = _first(Award)
        for account in self.accounts.values():
            yield visit("work.home", account, {})
        for endpoint in (
            "awards.index", "archive.index", "archive.changes", "changes.index", "feedback.index",
            "feedback.new", "honour.index", "inbox.index", "nominations.new", "nominations.mine",
            "objections.notices", "scores.mine", "auth.password", "questionnaires.index",
        ):  # fmt: skip
            if endpoint in self.app.view_functions:
                yield visit(endpoint, colleague, {})
        yield visit("archive.index", colleague, {"q": "客户", "award": award.key})
        yield visit("archive.index", colleague, {"q": "no such words"})
        yield visit("subscriptions.index", colleague, {})
        yield visit("subscriptions.by_letter", None, {"token": "0-ended"})
        yield visit("archive.ranking", colleague, {"list_id": _public_list()})
        yield visit("honour.index", colleague, {"award": ""})
        yield visit("honour.index", colleague, {"team": ""})
        yield visit("honour.index", colleague, {"year": ""})
        for key in ("monthly-project", "monthly-volume", "outstanding-contribution"):
            yield visit("awards.show", colleague, {"key": key})
        yield from self._reported()
        won = self.case(Stage.AWARDED)
        winner = won.nominees[0].id
        for who in (colleague, winner):
            yield visit("honour.person", who, {"person_id": winner})
        yield visit("sharing.show", colleague, {"number": won.number, "person_id": winner})
        yield from self._walls()
        yield from self._questioned()
        for state in (FeedbackState.OPEN, FeedbackState.ADOPTED):
            thread = db.session.scalars(select(Feedback).where(Feedback.state == state)).first()
            assert thread is not None
            yield visit("feedback.show", thread.by_id, {"feedback_id": thread.id})
            yield visit("feedback.show", self.manager, {"feedback_id": thread.id})
        yield from self._asked_of_two()
        yield from self._proven()
        yield visit("auth.sign_in", GUEST, {})
        yield visit("styleguide.index", GUEST, {})
        token = signing_in.invite(by_id=self.administrator, person_id=colleague)
        yield visit("auth.invitation", GUEST, {"token": token})

    def _proven(self) -> Iterator[Visit]:
        """What anybody can check: the explanation, checkpoints, receipts open and closed."""
        for endpoint in ("proof.index", "proof.checkpoints_list", "proof.check", "receipts.mine"):
            yield visit(endpoint, self.colleague, {})
        yield visit("proof.checkpoints_list", self.manager, {})
        yield visit("witnesses.index", self.administrator, {})
        won = self.case(Stage.AWARDED)
        nominee = won.nominees[0]
        yield visit("receipts.mine", nominee.id, {"case": won.number})
        held = receipts.held(nominee, (), case=won.number)
        for is_open in (True, False):
            one = next(each for each in held if each.is_open is is_open)
            yield visit("receipts.show", nominee.id, {"seq": one.entry.seq})
        known = {"seq": one.entry.seq, "fingerprint": one.entry.leaf_hash.hex()}
        yield visit("proof.entry", self.colleague, known)

    def _reported(self) -> Iterator[Visit]:
        """Fairness reports: of an award with several, of one with none, and the signs behind."""
        row = db.session.scalars(published()).all()[-1]
        award = row.cycle.award.key
        yield visit("fairness.index", self.colleague, {})
        yield visit("fairness.show", self.colleague, {"award": award, "cycle": row.cycle.key})
        yield visit("fairness.award", self.colleague, {"award": award})
        yield visit("fairness.award", self.colleague, {"award": "presidents-award"})
        yield visit("fairness_signs.index", self.manager, {})
        yield visit("fairness_signs.index", self.manager, {"award": "presidents-award"})

    def _asked_of_two(self) -> Iterator[Visit]:
        """A seal that somebody asks to open, one that is open, and words that are gone."""
        for motion in db.session.scalars(select(Motion).options(joinedload(Motion.answer))):
            thread = {"feedback_id": motion.feedback_id}
            for who in (self.colleague, motion.by_id, self.administrator):
                yield visit("feedback.show", who, thread)
            yield visit("motions.ask", self.administrator, {**thread, "kind": motion.kind.value})
            for who in (motion.by_id, self.administrator):
                yield visit("motions.answer", who, {"motion_id": motion.id})

    def _questioned(self) -> Iterator[Visit]:
        """A questionnaire that is open, one whose results stand, and what is asked next."""
        for round_ in db.session.scalars(select(Round).order_by(Round.id)).all():
            for who in (self.colleague, self.manager):
                yield visit("questionnaires.show", who, {"round_id": round_.id})
        kept = select(Judgement).where(Judgement.wording.has(erased_at=None))
        words = db.session.scalars(kept.order_by(Judgement.id).limit(1)).one()
        removals.ask(person_id=self.manager, judgement_id=words.id, reason="It names a customer.")
        removal = db.session.scalars(select(func.max(Removal.id))).one()
        yield visit("removals.ask", self.administrator, {"judgement_id": words.id})
        for who in (self.administrator, self.manager):
            yield visit("removals.answer", who, {"removal_id": removal})
        yield visit("questionnaire_terms.index", self.manager, {})
        yield visit("questionnaire_terms.new", self.manager, {})
        yield visit("questionnaire_terms.questionnaire", self.manager, {"key": "scheme-pulse"})

    def _walls(self) -> Iterator[Visit]:
        """The display as a colleague sees it in their language, and where screens get a link."""
        displays.make(by_id=self.manager, place="Entrance", language=Language.ZH_HANT)
        yield visit("wall.mine", self.colleague, {})
        yield visit("displays.index", self.manager, {})
        yield visit("portraits.mine", self.colleague, {})
        picture = io.BytesIO()
        Image.new("RGB", (400, 400), "peru").save(picture, "PNG")
        portraits.put_up(
            portrait_store(),
            person_id=self.arbiter,
            name="me.png",
            data=picture.getvalue(),
            megabytes=1,
            on_wall=True,
        )
        yield visit("portraits.mine", self.arbiter, {})

    def _judging(self) -> Iterator[Visit]:
        """Who judges: as the scheme managers see it, and what each says of themselves."""
        held = db.session.scalars(assignments.open_assignments().order_by(Assignment.id)).first()
        assert held is not None
        yield visit("judges.index", self.manager, {})
        yield visit("judges.index", self.manager, {"person": held.person_id})
        yield visit("judges.hand_over", self.manager, {"number": held.nomination.number})
        yield visit("watch.index", self.manager, {})
        yield visit("watch.index", self.manager, {"stage": held.stage.value})
        today, number = scheme.day_at(clock.now()), held.nomination.number
        if not assignments.absences(today, self.colleague):
            absences.enter(
                by_id=self.colleague,
                person_id=self.colleague,
                first_day=today + timedelta(days=30),
                last_day=today + timedelta(days=33),
            )
            bound = {"one_id": self.colleague, "other_id": self.administrator}
            judging.declare(by_id=self.colleague, bond=Bond.FAMILY, **bound)
        for who in (self.colleague, self.manager):
            yield visit("absences.index", who, {})
            yield visit("bonds.index", who, {})
        yield visit("cases.show", held.person_id, {"number": number})

    def _cases(self) -> Iterator[Visit]:
        """Each stage as the nominator sees it, as a judge does, and in the archive."""
        for stage in Stage:
            case = self.case(stage)
            number = {"number": case.number}
            yield visit("cases.show", case.nominator_id or self.committee, number)
            if stage in PUBLIC:
                yield visit("archive.case", self.colleague, number)
        ranked = self.case(Stage.AWARDED, road="by_numbers")
        yield visit("archive.case", self.colleague, {"number": ranked.number})
        draft, returned = self.case(Stage.DRAFT), self.case(Stage.RETURNED)
        for case in (draft, returned):
            yield visit("nominations.edit", case.nominator_id, {"number": case.number})
        yield visit("nominations.preview", returned.nominator_id, {"number": returned.number})
        submit = {"number": draft.number, "action": "submit"}
        yield visit("cases.act", draft.nominator_id, submit)
        withdraw = {"number": returned.number, "action": "withdraw"}
        yield visit("cases.act", returned.nominator_id, withdraw)
        notice, rejected = self.case(Stage.PUBLIC_NOTICE), self._appealable()
        yield visit("objections.new", self.colleague, {"number": notice.number})
        yield visit("appeals.new", rejected.nominator_id, {"number": rejected.number})

    def _appealable(self) -> Nomination:
        """A rejected case that can still be appealed; any rejected one where there is none."""
        appealed = select(Decision.nomination_id).where(Decision.action == Action.APPEAL)
        query = select(Nomination).where(
            Nomination.stage == Stage.REJECTED,
            Nomination.appeal_until > clock.now(),
            Nomination.id.not_in(appealed),
        )
        return db.session.scalars(query).first() or self.case(Stage.REJECTED)

    def _evidence(self) -> Iterator[Visit]:
        """A file of each kind, as a scheme manager and the nominator open it."""
        files = db.session.scalars(select(Evidence).where(Evidence.sha256.is_not(None))).all()
        for piece in {piece.media_type: piece for piece in files}.values():
            case = piece.claim.nomination
            file = {"number": case.number, "digest": piece.sha256}
            yield visit("evidence.show", case.nominator_id, file)
            yield visit("evidence.show", self.manager, file)
            yield visit("evidence.openings", self.manager, {"number": case.number})

    def _desks(self) -> Iterator[Visit]:
        for endpoint, stage in {
            "audits.internal": Stage.INTERNAL_AUDIT,
            "audits.external": Stage.EXTERNAL_AUDIT,
            "reviews.policy": Stage.POLICY_REVIEW,
            "reviews.performance": Stage.PERFORMANCE_REVIEW,
            "objections.resolve": Stage.OBJECTION,
            "appeals.resolve": Stage.APPEAL,
        }.items():
            judge, case = self.judge(stage)
            yield visit(endpoint, judge, {"number": case.number})
            yield visit("cases.show", judge, {"number": case.number})
            if stage in (Stage.INTERNAL_AUDIT, Stage.POLICY_REVIEW):
                for action in ("approve", "return", "reject"):
                    yield visit("cases.act", judge, {"number": case.number, "action": action})
                yield visit("work.queue", judge, {})
            if stage is Stage.POLICY_REVIEW:
                rule = _first(PolicyRule)
                nominee = case.nominees[0].id
                barred = {"number": case.number, "rule_key": rule.key, "nominee_id": nominee}
                yield visit("waivers.propose", judge, barred)
                yield from self._waivers()
        yield from self._customers()
        yield from self._surveys()
        yield visit("tiering.index", self.committee, {})
        closed = select(Cycle).join(Award).options(joinedload(Cycle.award))
        for cycle in db.session.scalars(closed.where(Award.key == "monthly-project")).all():
            values = {"award": "monthly-project", "cycle": cycle.key}
            yield visit("tiering.show", self.committee, values)
        waiting_volume = self.case(Stage.TIERING, road="by_numbers")
        values = {"award": waiting_volume.award.key, "cycle": waiting_volume.cycle.key}
        yield visit("tiering.show", self.committee, values)
        yield from self._simulated(waiting_volume)

    def _simulated(self, waiting: Nomination) -> Iterator[Visit]:
        """Two variants of a cycle that waits, one beside the other; a mistake; a decided cycle."""
        tier = f"tier_{waiting.award.tiers[0].key}"
        key = {"award": waiting.award.key, "cycle": waiting.cycle.key}
        for name, laid in (
            ("再多一个名额", {"tiers": {waiting.award.tiers[0].key: {"quota": 5}}}),
            ("No budget", {"budget": "0"}),
        ):
            variants.save(
                person_id=self.committee,
                award_key=key["award"],
                cycle_key=key["cycle"],
                name=name,
                changes=laid,
            )
        kept = [each.id for each in variants_of(self.case(waiting.stage, "by_numbers").cycle)]
        for who in (self.committee, self.manager):
            yield visit("simulation.show", who, key)
            yield visit("simulation.show", who, {**key, "variant": kept[0]})
            yield visit("simulation.beside", who, {**key, "one": kept[0], "other": kept[1]})
        yield visit("simulation.show", self.committee, {**key, f"{tier}-quota": "5"})
        decided = self.case(Stage.AWARDED, "by_numbers")
        key = {"award": decided.award.key, "cycle": decided.cycle.key}
        yield visit("simulation.show", self.committee, {**key, "everyone": "1"})

    def _customers(self) -> Iterator[Visit]:
        """External audits whose customer is known, is proposed, or has to be named."""
        for duty_holder in db.session.scalars(
            people.holders(Duty.EXTERNAL_AUDITOR, clock.now(), None)
        ).all():
            mine = waiting(duty_holder, clock.now(), (Stage.EXTERNAL_AUDIT,))
            for case in db.session.scalars(mine).all():
                yield visit("audits.external", duty_holder.id, {"number": case.number})

    def _surveys(self) -> Iterator[Visit]:
        """A survey as the auditor sends it and as the customer meets it; words to release."""
        asked = self.asked()
        for auditor, case in asked:
            yield visit("surveys.invite", auditor, {"number": case.number})
        auditor, case = next(each for each in reversed(asked) if _reachable(each[1]))
        token = surveys.invite(
            person_id=auditor,
            number=case.number,
            invitation=Invitation(SurveyWay.COPIED, Channel.CHAT, "您曾来电，同事据称当天回电。"),
            sealer=self.app.config["SEALER"],
            request=Request(case.version),
        )
        yield visit("survey.answer", GUEST, {"token": token})
        for auditor, case in asked:
            if choice_on(case) is None:
                yield self._spoken(auditor, case)

    def _spoken(self, auditor: int, case: Nomination) -> Visit:
        """A call-back in which the customer said something in their own words."""
        answers = {"did_it_happen": "yes", "marks": "5", "free_text": "客户王女士：很满意。"}
        audits.log_contact(
            person_id=auditor,
            number=case.number,
            channel=Channel.PHONE,
            outcome=ContactOutcome.CONFIRMED,
            marks=5,
            note="",
            request=Request(case.version),
            answers=answers,
            sealer=self.app.config["SEALER"],
        )
        *_, words = words_on(case)
        return visit("surveys.release", auditor, {"number": case.number, "words_id": words.id})

    def asked(self) -> list[tuple[int, Nomination]]:
        """Each case at its external audit, with somebody for whom it waits."""
        found: dict[int, tuple[int, Nomination]] = {}
        holders = people.holders(Duty.EXTERNAL_AUDITOR, clock.now(), None)
        for person in db.session.scalars(holders).all():
            mine = waiting(person, clock.now(), (Stage.EXTERNAL_AUDIT,))
            for case in db.session.scalars(mine).all():
                found.setdefault(case.id, (person.id, case))
        return list(found.values())

    def _waivers(self) -> Iterator[Visit]:
        """A proposal that waits, as whoever made it and as somebody who may answer it."""
        for proposal in db.session.scalars(select(WaiverProposal)):
            if proposal.is_open:
                values = {"number": proposal.nomination.number, "proposal_id": proposal.id}
                yield visit("waivers.answer", self.manager, values)
                yield visit("waivers.answer", proposal.by_id, values)

    def _managed(self) -> Iterator[Visit]:
        administrator, manager = self.administrator, self.manager
        for endpoint in (
            "manage.index", "people.index", "people_import.new", "duties.index", "duties.grant",
            "results.index", "results.mapping", "corrections.index", "corrections.new",
            "conduct.index", "customers.index",
        ):  # fmt: skip
            yield visit(endpoint, administrator, {})
        yield visit("customers.looks", manager, {})
        figure = db.session.scalars(select(Result.id).order_by(Result.id.desc())).first()
        yield visit("corrections.correct", manager, {"result_id": figure})
        mean = db.session.scalars(select(Result.id).where(Result.denominator.is_not(None))).first()
        yield visit("corrections.correct", manager, {"result_id": mean})
        yield visit("corrections.new", manager, {"employee": "nobody at all"})
        yield visit("people.index", administrator, {"q": "nobody at all"})
        yield visit("people.show", administrator, {"person_id": self.colleague})
        grant = db.session.scalars(
            select(DutyGrant).where(DutyGrant.person_id == self.arbiter)
        ).first()
        assert grant is not None
        yield visit("duties.end", administrator, {"grant_id": grant.id})
        yield from self._imports()

        yield visit("manage.index", manager, {})
        award = db.session.scalars(
            select(Award).where(Award.tiers.any(), Award.cycles.any())
        ).first()
        assert award is not None
        for endpoint in ("scheme.index", "scheme.terms", "scheme.new_award"):
            yield visit(endpoint, manager, {})
        key = {"key": award.key}
        yield visit("scheme.award", manager, key)
        yield visit("survey_terms.survey", manager, key)
        yield visit("ranking_terms.ranking", manager, key)
        yield visit("ranking_terms.nominated", manager, key)
        yield visit("scheme.new_tier", manager, key)
        yield visit("scheme.tier", manager, {**key, "tier_key": award.tiers[0].key})
        yield visit("scheme.cycle", manager, {**key, "cycle_key": award.cycles[-1].key})
        yield visit("terms_of_review.new_holiday", manager, {})
        day = _first(Holiday).day.isoformat()
        yield visit("terms_of_review.holiday", manager, {"day": day})
        yield visit("terms_of_review.rule", manager, {"key": _first(PolicyRule).key})
        for kind in RuleKind:
            yield visit("terms_of_review.new_rule", manager, {"kind": kind})
        yield visit("terms_of_review.targets", manager, {"role": JobRole.INBOUND})

    def _rewarded(self) -> Iterator[Visit]:
        """Rewards in every state, certificates, and the words written of winners."""
        manager, found = self.manager, fulfilment.of_cycles("", "", clock.now())
        for values in ({}, {"state": "all"}, {"state": RewardState.RECEIVED.value}):
            yield visit("rewards.index", manager, values)
        for state in (RewardState.OWED, RewardState.HANDED_OVER):
            owed = next(each for each in found if each.state is state)
            winner, number = owed.winners[0].id, owed.nomination.number
            line = {"number": number, "line": owed.position, "person_id": winner}
            yield visit("rewards.hand_over", manager, line)
            yield visit("cases.show", winner, {"number": number})
            yield visit("cases.show", manager, {"number": number})
        tier = next(each.nomination.tier for each in found if each.nomination.tier)
        key = {"key": tier.award.key, "tier_key": tier.key}
        yield visit("reward_terms.rewards", manager, key)
        yield visit("certificates.index", manager, {})
        given = next(certificates.of_cycle(found[0].nomination.cycle_id))
        for code in ("", given.code, "1-0000-0000-0000-0000"):
            yield visit("certificates.verify", GUEST, {"code": code})
        yield visit("certificates.verify", self.colleague, {"code": given.code})
        self._letter()
        for row in tributes.tributes():
            for who in (manager, self.committee) if row.approval is None else ():
                yield visit("tributes.edit", who, {"tribute_id": row.id})
            if row.approval is not None:
                yield visit("tributes.show", self.colleague, {"tribute_id": row.id})
        for who in (manager, self.committee):
            yield visit("tributes.index", who, {})
        yield visit("tributes.new", manager, {"number": tributes.without_one(1)[0].number})
        yield visit("tributes.published", self.colleague, {})

    def _letter(self) -> None:
        """A letter that still waits for its second person."""
        waiting = [row for row in tributes.tributes() if row.approval is None]
        if any(row.kind is Tribute.LETTER for row in waiting):
            return
        case = tributes.without_one(1)[0].number
        writing.begin(
            person_id=self.manager,
            number=case,
            kind=Tribute.LETTER,
            language=Language.EN,
            draft=Text("In your honour", "She stayed on the line.", "The executive"),
        )

    def _imports(self) -> Iterator[Visit]:
        """One file of each kind in each state."""
        for kind, endpoint in SHOWS.items():
            rows = db.session.scalars(select(Import).where(Import.kind == kind)).all()
            newest = {row.state: row.id for row in rows}
            assert {"previewed", "failed"} & {*newest}, kind
            for import_id in newest.values():
                yield visit(endpoint, self.administrator, {"import_id": import_id})

    def case(self, stage: Stage, road: str = "") -> Nomination:
        """The first case at this stage (and on this road)."""
        query = select(Nomination).where(Nomination.stage == stage).order_by(Nomination.id)
        if road:
            query = query.where(Nomination.road == road)
        found = db.session.scalars(query).first()
        assert found is not None, stage
        return found

    def judge(self, stage: Stage) -> tuple[int, Nomination]:
        """Somebody for whom a case waits at this stage, and the case."""
        holders = people.holders(JUDGING[stage], clock.now(), None)
        for person in db.session.scalars(holders).all():
            case = db.session.scalars(waiting(person, clock.now(), (stage,))).first()
            if case is not None:
                return person.id, case
        raise LookupError(stage)


def _reachable(case: Nomination) -> bool:
    """Whether the case's customer is known and may be asked now."""
    choice = choice_on(case)
    if choice is None or choice.customer is None:
        return False
    return contacts.refusal(asking.reach(case, choice.customer), clock.now()) is None


def _first(table: Any) -> Any:
    row = db.session.scalars(select(table)).first()
    assert row is not None, table
    return row


def _public_list() -> int:
    """A ranking whose cases are all decided."""
    ids = db.session.scalars(select(TierList.id).order_by(TierList.id))
    return next(id_ for id_ in ids if public_list(id_) is not None)
