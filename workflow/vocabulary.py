"""The words of the domain. Their labels in three languages stand in `words.py`."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Where a nomination stands."""

    DRAFT = "draft"
    INTERNAL_AUDIT = "internal_audit"
    EXTERNAL_AUDIT = "external_audit"
    POLICY_REVIEW = "policy_review"
    PERFORMANCE_REVIEW = "performance_review"
    TIERING = "tiering"
    PUBLIC_NOTICE = "public_notice"
    OBJECTION = "objection"
    RETURNED = "returned"
    APPEAL = "appeal"
    AWARDED = "awarded"
    NOT_PLACED = "not_placed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REVOKED = "revoked"


AUDITS = (
    Stage.INTERNAL_AUDIT,
    Stage.EXTERNAL_AUDIT,
    Stage.POLICY_REVIEW,
    Stage.PERFORMANCE_REVIEW,
)
CLOSED = frozenset(
    {
        Stage.AWARDED,
        Stage.NOT_PLACED,
        Stage.REJECTED,
        Stage.WITHDRAWN,
        Stage.EXPIRED,
        Stage.REVOKED,
    }
)
PUBLIC = (CLOSED - {Stage.WITHDRAWN, Stage.EXPIRED}) | {Stage.PUBLIC_NOTICE, Stage.OBJECTION}


class Duty(StrEnum):
    """What a person may be entrusted with, per award or for all, from a day to a day."""

    INTERNAL_AUDITOR = "internal_auditor"
    EXTERNAL_AUDITOR = "external_auditor"
    POLICY_REVIEWER = "policy_reviewer"
    PERFORMANCE_REVIEWER = "performance_reviewer"
    COMMITTEE = "committee"
    ARBITER = "arbiter"
    SCHEME_MANAGER = "scheme_manager"
    ADMINISTRATOR = "administrator"


_DUTIES = {duty.value: duty for duty in Duty}


class Role(StrEnum):
    """In which capacity somebody acts on one nomination."""

    NOMINATOR = "nominator"
    NOMINEE = "nominee"
    COLLEAGUE = "colleague"
    CLOCK = "clock"
    INTERNAL_AUDITOR = "internal_auditor"
    EXTERNAL_AUDITOR = "external_auditor"
    POLICY_REVIEWER = "policy_reviewer"
    PERFORMANCE_REVIEWER = "performance_reviewer"
    COMMITTEE = "committee"
    ARBITER = "arbiter"

    @property
    def duty(self) -> Duty | None:
        """The duty that gives this role; None where the case itself or the clock gives it."""
        return _DUTIES.get(self.value)


# Who judges where: the one table that says it.
JUDGE = {
    Stage.INTERNAL_AUDIT: Role.INTERNAL_AUDITOR,
    Stage.EXTERNAL_AUDIT: Role.EXTERNAL_AUDITOR,
    Stage.POLICY_REVIEW: Role.POLICY_REVIEWER,
    Stage.PERFORMANCE_REVIEW: Role.PERFORMANCE_REVIEWER,
    Stage.TIERING: Role.COMMITTEE,
    Stage.OBJECTION: Role.ARBITER,
    Stage.APPEAL: Role.ARBITER,
}
JUDGING = {stage: Duty(role) for stage, role in JUDGE.items()}


class Action(StrEnum):
    """What moves a nomination along its road."""

    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    PLACE = "place"
    PASS_OVER = "pass_over"
    OBJECT = "object"
    UPHOLD_OBJECTION = "uphold_objection"
    DISMISS_OBJECTION = "dismiss_objection"
    AWARD = "award"
    APPEAL = "appeal"
    UPHOLD_APPEAL = "uphold_appeal"
    DISMISS_APPEAL = "dismiss_appeal"
    REVOKE = "revoke"


class Reason(StrEnum):
    """Why a nomination was returned, rejected or revoked: the code beside the sentence."""

    INCOMPLETE = "incomplete"
    EVIDENCE_MISSING = "evidence_missing"
    EVENT_NOT_CONFIRMED = "event_not_confirmed"
    DUPLICATE = "duplicate"
    OUTSIDE_CYCLE = "outside_cycle"
    WRONG_AWARD = "wrong_award"
    CUSTOMER_DISAGREES = "customer_disagrees"
    NO_LASTING_EFFECT = "no_lasting_effect"
    POLICY_NOT_MET = "policy_not_met"
    PERFORMANCE_NOT_MET = "performance_not_met"
    OBJECTION_UPHELD = "objection_upheld"
    FOUND_FALSE = "found_false"
    ERROR_IN_PROCEDURE = "error_in_procedure"
    OTHER = "other"


class Verdict(StrEnum):
    """An internal auditor's finding on one claim."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNVERIFIABLE = "unverifiable"


class Method(StrEnum):
    """How an internal auditor checked a claim."""

    RECORD_CHECKED = "record_checked"
    RECORDING_HEARD = "recording_heard"
    WITNESS_ASKED = "witness_asked"
    SYSTEM_LOG = "system_log"
    OTHER = "other"


class Consequence(StrEnum):
    """What an award lets follow from a claim that was not confirmed."""

    CONTINUE = "continue"
    RETURN = "return"
    REJECT = "reject"


class EvidenceKind(StrEnum):
    REFERENCE = "reference"
    NOTE = "note"
    FILE = "file"


class Opening(StrEnum):
    """How somebody saw a file of evidence."""

    SHOWN = "shown"  # in a page
    DOWNLOADED = "downloaded"


class Channel(StrEnum):
    """How the customer and the organisation met."""

    PHONE = "phone"
    EMAIL = "email"
    CHAT = "chat"
    COUNTER = "counter"
    POST = "post"
    INTERNAL = "internal"


class ContactOutcome(StrEnum):
    """What came of one attempt to ask the customer."""

    CONFIRMED = "confirmed"
    DISAGREED = "disagreed"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"


class Occasion(StrEnum):
    """The first contact asks what happened, the second whether the effect has lasted."""

    FIRST = "first"
    SECOND = "second"


class SurveyWay(StrEnum):
    """How a survey's link reaches the customer: by our mail, or handed over by the auditor."""

    MAIL = "mail"
    COPIED = "copied"


class WitnessWay(StrEnum):
    """How a checkpoint reaches a witness."""

    MAILBOX = "mailbox"
    FOLDER = "folder"
    WEBHOOK = "webhook"


class QuestionKind(StrEnum):
    """What a survey can ask a customer."""

    DID_IT_HAPPEN = "did_it_happen"
    MARKS = "marks"
    SAY_AGAIN = "say_again"
    EFFECT_LASTED = "effect_lasted"
    FREE_TEXT = "free_text"


class Extent(StrEnum):
    """How far a customer agrees."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Perception(StrEnum):
    """What the external audit found; no answer is an outcome of its own, never a failure."""

    PERCEIVED = "perceived"
    NOT_PERCEIVED = "not_perceived"
    NO_ANSWER = "no_answer"


class RuleResult(StrEnum):
    """The coded outcome of one policy rule."""

    PASS = "pass"
    FAIL = "fail"
    WAIVED = "waived"


class Ending(StrEnum):
    """Why a case is no longer in a judge's hands."""

    DECIDED = "decided"
    RECUSED = "recused"
    AWAY = "away"
    REASSIGNED = "reassigned"
    BARRED = "barred"  # by a relation that has begun, or no longer entrusted


class Bond(StrEnum):
    """What ties two people who do not judge each other's cases."""

    FAMILY = "family"
    FRIENDSHIP = "friendship"
    OTHER = "other"


class Cadence(StrEnum):
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ANNUAL = "annual"
    INSTANT = "instant"


class Subject(StrEnum):
    PERSON = "person"
    TEAM = "team"


class JobRole(StrEnum):
    """The roles that a KPI scheme exists for."""

    DATA_ENTRY = "data_entry"
    EMAIL = "email"
    QUALITY_MONITOR = "quality_monitor"
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    TEAM_LEADER = "team_leader"
    MANAGER = "manager"
    SUPPORT = "support"


class Shift(StrEnum):
    """When somebody works, where that is recorded."""

    DAY = "day"
    EVENING = "evening"
    NIGHT = "night"
    ROTATING = "rotating"


class Gender(StrEnum):
    """As the organisation records it, where it does; only counted, never shown of a person."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class FreezeCause(StrEnum):
    """Why a score was frozen when it was."""

    CYCLE_CLOSED = "cycle_closed"
    REVIEW = "review"  # a nominee who came to the case after the close
    APPEAL = "appeal"  # the performance review was contested: with the results as they are by then


class RewardKind(StrEnum):
    """What a tier brings; the first two cost money."""

    MONEY = "money"
    GIFT = "gift"
    CERTIFICATE = "certificate"
    LETTER = "letter"
    CITATION = "citation"
    MENTOR = "mentor"
    TIME_OFF = "time_off"


class RewardState(StrEnum):
    """How far a reward has come. Lapsed and to return: the award was revoked."""

    OWED = "owed"
    OVERDUE = "overdue"
    HANDED_OVER = "handed_over"
    RECEIVED = "received"
    LAPSED = "lapsed"
    TO_RETURN = "to_return"


class Tribute(StrEnum):
    """What is written in honour of a winner."""

    LETTER = "letter"
    CITATION = "citation"


class Language(StrEnum):
    EN = "en"
    ZH_HANS = "zh_Hans"
    ZH_HANT = "zh_Hant"


class ConductKind(StrEnum):
    """What a conduct record tells about."""

    COMPLAINT = "complaint"
    BREACH = "breach"
    QUALITY_FAULT = "quality_fault"
    RETRAINING_FAILED = "retraining_failed"
    ABSENCE = "absence"


class ObjectionState(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    MOOT = "moot"


class FeedbackState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    ADOPTED = "adopted"
    DECLINED = "declined"


class FeedbackKind(StrEnum):
    """What a colleague gives: an opinion, a question, a proposal or a complaint."""

    OPINION = "opinion"
    QUESTION = "question"
    PROPOSAL = "proposal"
    COMPLAINT = "complaint"


class MotionKind(StrEnum):
    """What two people together can do to feedback."""

    OPEN_SEAL = "open_seal"
    REMOVE = "remove"


class AnswerKind(StrEnum):
    """What a question of a questionnaire asks staff for."""

    MARKS = "marks"
    GRADES = "grades"
    CHOICE = "choice"
    JUDGEMENT = "judgement"  # in one's own words


class Grade(StrEnum):
    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    VERY_POOR = "very_poor"


class Grouping(StrEnum):
    """By what the results of a questionnaire are broken down."""

    TEAM = "team"
    JOB_ROLE = "job_role"


class RoundState(StrEnum):
    """How far a round of a questionnaire has come."""

    OPEN = "open"
    COUNTING = "counting"
    WAITS = "waits"  # for its official answer
    OVERDUE = "overdue"
    ANSWERED = "answered"
