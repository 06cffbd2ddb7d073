"""The internal auditor's worksheet: what it asks, what stands beside it, and its recording."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from config import Settings
from forms.audit import WorksheetForm, worksheet_form
from forms.fields import add_error
from models import mentions, worksheets
from models.base import db
from models.nominations import Claim, Finding, Nomination, visible_to
from models.worklists import waiting
from operations import audits, findings, nominations
from operations.findings import Found
from views import cases, loading, sealed, staged
from views.staged import Staged
from words.refusals import sentence
from workflow.opinions import Weighed
from workflow.refusal import Refused
from workflow.vocabulary import PUBLIC, Action, Method, Stage, Verdict

FILE = "file"  # the button beside a file puts no verdict on record
ASKED = ("verdict", "method", "reference", "note", "file")


def form_for(nomination: Nomination) -> WorksheetForm:
    """The verdicts recorded so far, over them what is kept unrecorded, over that what was sent."""
    method = worksheets.last_method(current_user.id) or Method.RECORD_CHECKED
    data: dict[str, str] = {}
    for claim in _asked(nomination):
        data[f"method_{claim.id}"] = method.value
        found = _found(nomination, claim)
        if found is not None:
            data[f"verdict_{claim.id}"] = found.verdict.value
            data[f"note_{claim.id}"] = found.note.text or ""
            if found.method:
                data[f"method_{claim.id}"] = found.method.value
            if found.reference and found.reference.text:
                data[f"reference_{claim.id}"] = found.reference.text
    kept = worksheets.answers(nomination, current_user.id)
    claims = [(claim.id, claim.position) for claim in _asked(nomination)]
    return worksheet_form(claims)(data=data | kept)


def beside(nomination: Nomination) -> dict[str, Any]:
    """What the page shows beside the form: the register's findings, files, opinions, rules."""
    opinions = _opinions(nomination)
    named = {claim.id: _named(nomination, claim) for claim in nomination.claims}
    before = mentions.named_before(nomination, named)
    copies = mentions.copies_in(nomination)
    others = [each.case for found in before.values() for each in found]
    others += [copy.case for copy in copies]
    return {
        "asked": {claim.id for claim in _asked(nomination)},
        "opinions": opinions,
        "voices_on": {} if opinions.are_sealed else _voices(nomination),
        "named_before": before,
        "copies": copies,
        "links": links(others),
        "files": sealed.auditors_files(nomination),
        "max_file_mb": _settings().max_file_mb,
    }


def attach(nomination: Nomination, form: WorksheetForm) -> bool:
    """Keep the files that came along; what is refused is said beside its field."""
    for claim in _asked(nomination):
        for one in _staged(form, claim):
            try:
                findings.put_beside(
                    person_id=current_user.id,
                    number=nomination.number,
                    claim_id=claim.id,
                    file=one.file(),
                )
            except Refused as refused:
                add_error(form.file(claim.id), sentence(refused))
    return not form.errors


def keep_files(nomination: Nomination, form: WorksheetForm) -> dict[int, list[Staged]]:
    """The files that came with a form that has to be mended, by claim: they need not come again."""
    return {claim.id: _staged(form, claim) for claim in _asked(nomination)}


def _staged(form: WorksheetForm, claim: Claim) -> list[Staged]:
    """The files beside one claim that came before the form and with it, in the store."""
    field = f"file_{claim.id}"
    came = staged.sent(field)
    for upload in staged.chosen(field):
        try:
            came.append(staged.stage(upload))
        except Refused as refused:
            add_error(form.file(claim.id), sentence(refused))
    return list({one.sha256: one for one in came}.values())


def record(nomination: Nomination, form: WorksheetForm, do: str) -> ResponseReturnValue | Refused:
    """Record the verdicts given, then go on to the decision that was asked for."""
    number, me, place = nomination.number, current_user.id, cases.place_of(nomination)
    found = [_answer(form, claim.id) for claim in _asked(nomination) if form.verdict(claim.id).data]
    whole = len(found) == len(_asked(nomination)) or nomination.award.auditors_needed == 1
    keeps = do == FILE or (not whole and do != Action.APPROVE)
    try:
        if keeps:
            _keep(nomination, form)
        else:
            findings.record(
                person_id=me,
                number=number,
                findings=found,
                version=loading.sent_request().version,
            )
        if do == Action.APPROVE:
            nominations.decide(
                person_id=me,
                number=number,
                action=Action.APPROVE,
                request=loading.sent_request(),
            )
            return cases.after(number, Stage.INTERNAL_AUDIT, Action.APPROVE, place)
    except Refused as refused:
        return refused
    if do in (Action.RETURN, Action.REJECT):
        return redirect(url_for("cases.act", number=number, action=do), code=303)
    if not keeps and not _waits_for_me(number):
        return cases.onward(number, Stage.INTERNAL_AUDIT, _opinion_recorded(number), place)
    flash(_said(nomination, keeps), "success")
    return redirect(url_for("audits.internal", number=number), code=303)


def links(others: Iterable[Nomination]) -> dict[int, str]:
    """Where the reader may open each of these cases: whole, or as the archive has it."""
    cases_by_id = {case.id: case for case in others}
    seen = db.select(Nomination.id).where(
        Nomination.id.in_(cases_by_id), visible_to(current_user, clock.now())
    )
    visible = set(db.session.scalars(seen))
    return {
        case.id: url_for("cases.show" if case.id in visible else "archive.case", number=case.number)
        for case in cases_by_id.values()
        if case.id in visible or case.stage in PUBLIC
    }


def _keep(nomination: Nomination, form: WorksheetForm) -> None:
    """Half an opinion stays with its writer until it is whole."""
    answers = {f.name: f.data for f in form if f.data and f.name.partition("_")[0] in ASKED[:-1]}
    audits.keep_worksheet(
        person_id=current_user.id,
        number=nomination.number,
        stage=Stage.INTERNAL_AUDIT,
        answers=answers,
        version=loading.sent_request().version,
    )


def _said(nomination: Nomination, keeps: bool) -> str:
    if keeps and nomination.award.auditors_needed > 1:
        return _("Kept for you. Your opinion is recorded once every claim has a verdict.")
    return _("Kept for you.") if keeps else _("Your verdicts are recorded.")


def _waits_for_me(number: str) -> bool:
    """Whether the reader has still something to do here; others may have to give their opinion."""
    query = waiting(current_user, clock.now(), (Stage.INTERNAL_AUDIT,))
    return db.session.scalar(query.where(Nomination.number == number)) is not None


def _opinion_recorded(number: str) -> str:
    if loading.snapshot(loading.nomination_or_404(number)).opinions.are_sealed:
        return _("your opinion is recorded, and nobody sees it until the other one is in")
    return _("your opinion is recorded, and a third one decides where the two differ")


def _answer(form: WorksheetForm, claim_id: int) -> Found:
    method = form.method(claim_id).data
    return Found(
        claim_id,
        Verdict(form.verdict(claim_id).data),
        form.note(claim_id).data or "",
        Method(method) if method else None,
        form.reference(claim_id).data or "",
    )


def _asked(nomination: Nomination) -> list[Claim]:
    """The claims that the reader is asked about: all, or what two opinions differ on."""
    if nomination.award.auditors_needed == 1:
        return nomination.claims
    positions = [claim.position for claim in nomination.claims]
    asked = _opinions(nomination).asked_of(current_user.id, positions)
    return [claim for claim in nomination.claims if claim.position in asked]


def _opinions(nomination: Nomination) -> Weighed:
    return loading.snapshot(nomination).opinions


def _found(nomination: Nomination, claim: Claim) -> Finding | None:
    """What the worksheet begins with: the last verdict; of two auditors, each one's own."""
    if nomination.award.auditors_needed == 1:
        return claim.finding
    outdated = claim.outdated_finding or 0
    mine = [f for f in claim.findings if f.by_id == current_user.id and f.id > outdated]
    return mine[-1] if mine else None


def _voices(nomination: Nomination) -> dict[int, list[Finding]]:
    """The opinions of this round on each claim, where they may be seen; the first one first."""
    if nomination.award.auditors_needed == 1:
        return {}
    voices: dict[int, list[Finding]] = {}
    for claim in nomination.claims:
        last = {f.by_id: f for f in claim.findings if f.round == nomination.round}
        voices[claim.id] = sorted(last.values(), key=lambda finding: finding.id)
    return voices


def _named(nomination: Nomination, claim: Claim) -> list[str]:
    """The references on the claim: the nominator's, and the one that the reader found."""
    found = _found(nomination, claim)
    own = found.reference.text if found and found.reference else None
    return [*mentions.references_of(claim), *([own] if own else [])]


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
