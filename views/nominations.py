"""Nominating: choose the award, write, look at it as the auditor will, hand it in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from adapters import clock
from adapters.folding import folding
from config import Settings
from forms.fields import add_error, choices, fault
from forms.nomination import (
    AwardForm,
    NominationForm,
    Piece,
    Statement,
    nomination_form,
)
from models import drafting, mentions, people, scheme
from models.base import db
from models.decisions import decisions_on
from models.nominations import Claim, Evidence, Nomination, visible_to
from models.people import Person
from models.scheme import Award
from operations import drafts, evidence
from operations.casework import Stale, last_decision
from operations.drafts import Step, Written
from views import addresses, loading
from views.casefile import day_counter
from views.evidence import store as evidence_store
from views.filters import local
from views.guards import colleague
from words.days import clock_time
from words.labels import label
from words.refusals import sentence
from workflow.case import Act
from workflow.grams import spellings
from workflow.refusal import Refused
from workflow.vocabulary import Action, Channel, EvidenceKind, Stage, Subject

bp = Blueprint("nominations", __name__)

FOUND_AT_MOST = 12
MINE_PER_PAGE = 30
NAMED_AT_MOST = 60  # characters of a piece of evidence in a list to choose from
TOO_MANY_DIGITS = 10  # for the key of a row


@bp.route("/nominate", methods=["GET", "POST"])
@colleague
def new() -> ResponseReturnValue:
    """Choose an award; what is begun already stands beside it."""
    awards = db.session.scalars(scheme.catalogue()).all()
    cycles = scheme.open_cycles(clock.now())
    form = AwardForm(data={"award": request.args.get("award")})
    form.award.choices = choices(
        (award.key, local(award.names)) for award in awards if _can_be_nominated(award, cycles)
    )
    refused = None
    if form.validate_on_submit():
        try:
            number = drafts.begin(person_id=current_user.id, award_key=form.award.data)
        except Refused as error:
            refused = error
            add_error(form.award, sentence(error))
        else:
            return redirect(url_for("nominations.edit", number=number), code=303)
    page = render_template(
        "nominations/new.html",
        form=form,
        awards={award.key: award for award in awards},
        cycles=cycles,
        by_results=[award for award in awards if not award.pathway.takes_nominations],
        unfinished=db.session.scalars(drafting.unfinished(current_user)).all(),
    )
    return page, 422 if form.errors or refused else 200


@bp.get("/nominations")
@colleague
def mine() -> str:
    """What the reader nominated, is nominated in, and has not finished."""
    before = addresses.key("before")
    query = drafting.involving(current_user, before).limit(MINE_PER_PAGE + 1)
    cases = db.session.scalars(query).all()
    unfinished = [] if before else db.session.scalars(drafting.unfinished(current_user)).all()
    older = cases[MINE_PER_PAGE - 1].id if len(cases) > MINE_PER_PAGE else None
    return render_template(
        "nominations/mine.html",
        cases=cases[:MINE_PER_PAGE],
        unfinished=unfinished,
        older=older,
        first_page=before is None,
        days_left=_days_left(),
    )


@bp.route("/nominations/<number>/edit", methods=["GET", "POST"])
@colleague
def edit(number: str) -> ResponseReturnValue:
    """Write the nomination. Whatever is sent is kept, complete or not."""
    nomination = loading.nomination_or_404(number)
    if not _is_writable(nomination):
        if request.method == "POST" and nomination.nominator_id == current_user.id:
            raise Stale(number, last_decision(nomination))  # submitted elsewhere, or expired
        return redirect(url_for("cases.show", number=number), code=303)
    form = _form(nomination)
    if request.method == "GET":
        if "check" in request.args:
            _point_out(form, nomination)
        return _page(nomination, form, request.args.get("find", ""))
    return _store(nomination, form)


@bp.post("/nominations/<number>/autosave")
@colleague
def autosave(number: str) -> ResponseReturnValue:
    """Keep the text of the form as it is; the page's script calls this as one types."""
    nomination = loading.nomination_or_404(number)
    form = _form(nomination)
    form.validate()
    try:
        version = drafts.save(person_id=current_user.id, number=number, written=_written(form))
    except Refused as refused:
        return jsonify(message=sentence(refused)), 422
    if wrong := fault(form):
        return jsonify(message=wrong), 422
    known = mentions.named_elsewhere(loading.nomination_or_404(number))
    return jsonify(saved=clock_time(clock.now()), version=version, known=sorted(known))


@bp.get("/nominations/<number>/preview")
@colleague
def preview(number: str) -> ResponseReturnValue:
    """The nomination as the auditor will see it, and whether it can be handed in."""
    nomination = loading.nomination_or_404(number)
    if not _is_writable(nomination):
        return redirect(url_for("cases.show", number=number), code=303)
    if not _point_out(_form(nomination), nomination):
        return redirect(url_for("nominations.edit", number=number, check=1), code=303)
    action = Action.SUBMIT if nomination.stage is Stage.DRAFT else Action.RESUBMIT
    alike = drafting.duplicates(nomination)
    return render_template(
        "nominations/preview.html",
        nomination=nomination,
        action=action,
        obstacles=_obstacles(nomination, action),
        duplicates=alike,
        known=mentions.named_elsewhere(nomination),
        visible=_visible([duplicate.nomination.id for duplicate in alike]),
        request_key=loading.new_request_key(),
    )


@bp.post("/nominations/<number>/claims/<int:claim_id>/files")
@colleague
def attach(number: str, claim_id: int) -> ResponseReturnValue:
    """Take one file for one claim; the page's script sends each as soon as it is picked."""
    nomination = loading.nomination_or_404(number)
    file = request.files.get("file")
    if file is None:
        abort(400)
    try:
        version = _keep(number, claim_id, file)
    except Refused as refused:
        return jsonify(message=sentence(refused)), 422
    nomination = loading.nomination_or_404(number)
    claim = next(claim for claim in nomination.claims if claim.id == claim_id)
    listed = render_template(
        "nominations/_evidence.html",
        nomination=nomination,
        one=claim,
        kinds=EvidenceKind,
        is_settled=drafts.is_settled,
    )
    return jsonify(listed=listed, version=version)


def _store(nomination: Nomination, form: NominationForm) -> ResponseReturnValue:
    """Keep the text, then the files, then do the step asked for; show the page or go on."""
    number = nomination.number
    form.validate()
    asked, target = _asked(form)
    step = asked if isinstance(asked, Step) and not form.errors else None
    refused = _save(number, _written(form), step, target)
    _attach(number, form)
    _name_again(number, form)
    if refused or form.errors:
        nomination = loading.nomination_or_404(number)
        form = _grown(nomination, form)
        return _page(nomination, form, form.find.data or "", refused)
    if asked == "preview":
        return redirect(url_for("nominations.preview", number=number), code=303)
    if asked == "find":
        page = url_for("nominations.edit", number=number, find=form.find.data, _anchor="nominees")
        return redirect(page, code=303)
    if asked == "save":
        flash(_("Saved. You can go on whenever you like."), "success")
    anchor = _anchor(number, step, target)
    return redirect(url_for("nominations.edit", number=number, _anchor=anchor), code=303)


def _save(number: str, written: Written, step: Step | None, target: int | None) -> Refused | None:
    """Keep the text even where the step is refused."""
    me = current_user.id
    try:
        drafts.save(person_id=me, number=number, written=written, step=step, target=target)
    except Refused as refused:
        if step is not None:
            _save(number, written, None, None)
        return refused
    return None


def _attach(number: str, form: NominationForm) -> None:
    """Attach the files that came along; what is refused is said beside its field."""
    for name, file in request.files.items():
        prefix, _underscore, claim_id = name.partition("_")
        if prefix != "file" or not file.filename or name not in form:
            continue
        try:
            _keep(number, int(claim_id), file)
        except Refused as refused:
            add_error(form[name], sentence(refused))


def _keep(number: str, claim_id: int, file: FileStorage) -> int:
    """Keep one file for one claim; returns the version. Raises Refused or NotVisible."""
    return evidence.attach(
        evidence_store(),
        person_id=current_user.id,
        number=number,
        claim_id=claim_id,
        name=file.filename or "",
        data=file.stream.read(),
        megabytes=_settings().max_file_mb,
    )


def _name_again(number: str, form: NominationForm) -> None:
    """Name what shows another claim for this one too, where that was chosen."""
    for name in [name for name in form._fields if name.startswith("again_")]:
        field = form[name]
        if not field.data or field.errors:
            continue
        try:
            evidence.name_again(
                person_id=current_user.id,
                number=number,
                claim_id=int(name.removeprefix("again_")),
                evidence_id=int(field.data),
            )
        except Refused as refused:
            add_error(field, sentence(refused))


def _grown(nomination: Nomination, form: NominationForm) -> NominationForm:
    """The form with the rows that have come meanwhile, and what was wrong in it before."""
    grown = _form(nomination)
    for field in form:
        if field.errors and field.short_name in grown:
            grown[field.short_name].errors = field.errors
    return grown


def _asked(form: NominationForm) -> tuple[Step | str, int | None]:
    """Which button was pressed, and for which row; Enter in the search line means to search."""
    verb, _colon, target = request.form.get("do", "save").partition(":")
    if verb in list(Step):
        known = target.isdecimal() and len(target) < TOO_MANY_DIGITS
        return Step(verb), int(target) if known else None
    if verb in ("preview", "find"):
        return verb, None
    return ("find" if form.find.data else "save"), None


def _anchor(number: str, step: Step | None, target: int | None) -> str | None:
    """What to come back to: the new field, which the browser then gives the focus, or a part."""
    if step in (Step.ADD_NOMINEE, Step.REMOVE_NOMINEE):
        return "nominees"
    claims = loading.nomination_or_404(number).claims if step else []
    if step is Step.ADD_CLAIM:
        return f"claim_{claims[-1].id}"
    if step in (Step.ADD_NOTE, Step.ADD_REFERENCE):
        [pieces] = [claim.evidence for claim in claims if claim.id == target]
        return f"evidence_{pieces[-1].id}"
    return "claims" if step else None


def _form(nomination: Nomination) -> NominationForm:
    """The form with what is kept so far, and over it what was sent."""
    cycles = scheme.open_cycles(clock.now())
    awards = [
        award
        for award in db.session.scalars(scheme.catalogue())
        if _can_be_nominated(award, cycles) or award.id == nomination.award_id
    ]
    teams = drafting.teams() if nomination.award.subject is Subject.TEAM else []
    form_class = nomination_form(
        [(award.key, local(award.names)) for award in awards],
        [(str(team.id), team.name) for team in teams],
        _statements(nomination),
    )
    return form_class(data=_kept(nomination))


def _kept(nomination: Nomination) -> dict[str, Any]:
    data: dict[str, Any] = {
        "award": nomination.award.key,
        "team": str(nomination.team_id or ""),
        "title": nomination.title,
        "story": nomination.story,
        "happened_on": nomination.happened_on,
        "channel": nomination.channel.value if nomination.channel else None,
    }
    for claim in nomination.claims:
        data[f"claim_{claim.id}"] = claim.text
        data |= {f"evidence_{piece.id}": piece.text for piece in claim.evidence}
    return data


def _written(form: NominationForm) -> Written:
    """What came with the form and can be kept; a field in error stays as it was."""
    sent = {name for name in form._fields if form.sent(name)}

    def rows(prefix: str) -> dict[int, str]:
        names = (name for name in sent if name.startswith(prefix))
        return {int(name.removeprefix(prefix)): form[name].data for name in names}

    return Written(
        award=form.award.data if "award" in sent else None,
        team=int(form.team.data) if "team" in sent and form.team.data else None,
        title=form.title.data if "title" in sent else None,
        story=form.story.data if "story" in sent else None,
        happened_on=form.happened_on.data if "happened_on" in sent else None,
        channel=Channel(form.channel.data) if "channel" in sent and form.channel.data else None,
        claims=rows("claim_"),
        evidence=rows("evidence_"),
        answered=frozenset(sent & {"team", "happened_on", "channel"}),
    )


def _statements(nomination: Nomination) -> list[Statement]:
    return [
        Statement(
            id=claim.id,
            number=claim.position,
            evidence=tuple(Piece(piece.id, piece.kind) for piece in claim.evidence),
            elsewhere=_elsewhere(nomination, claim),
        )
        for claim in nomination.claims
    ]


def _elsewhere(nomination: Nomination, claim: Claim) -> tuple[tuple[str, str], ...]:
    """What shows other claims and not yet this one, each once."""
    found: list[Evidence] = []
    for other in nomination.claims:
        for piece in other.evidence if other is not claim else ():
            known = (*claim.evidence, *found)
            if not piece.is_blank and not any(evidence.is_same(piece, one) for one in known):
                found.append(piece)
    return tuple(
        (
            str(piece.id),
            _("%(what)s: %(name)s", what=label(piece.kind), name=piece.text[:NAMED_AT_MOST]),
        )
        for piece in found
    )


def _point_out(form: NominationForm, nomination: Nomination) -> bool:
    """Say beside each field what is missing; blank claims go away by themselves at the end."""
    stated = [claim.id for claim in nomination.claims if not claim.is_blank]
    statements = _statements(nomination)
    wanted = [each for each in statements if each.id in stated] or statements
    if not nomination.nominees:
        field = form.team if nomination.award.subject is Subject.TEAM else form.find
        add_error(field, sentence(Refused("no_nominee")))
    return form.point_out(wanted, scheme.day_at(clock.now()))


def _page(
    nomination: Nomination, form: NominationForm, find: str, refused: Refused | None = None
) -> ResponseReturnValue:
    returned = nomination.stage is Stage.RETURNED
    decisions = decisions_on(nomination) if returned else []
    found, in_vain = _found(nomination, find)
    page = render_template(
        "nominations/edit.html",
        nomination=nomination,
        form=form,
        found=found,
        in_vain=in_vain,
        find=find,
        refused=refused,
        returned=decisions[-1] if decisions else None,
        claims_are_open=drafts.claims_are_open(nomination),
        is_settled=drafts.is_settled,
        max_file_mb=_settings().max_file_mb,
        days_left=_days_left(),
        kinds=EvidenceKind,
        known=mentions.named_elsewhere(nomination),
    )
    failed = request.method == "POST" and (refused or form.errors)
    return page, 422 if failed else 200


def _found(nomination: Nomination, find: str) -> tuple[list[Person], str]:
    """Colleagues whom the search finds; else why whom it finds cannot be named."""
    if not find or "\x00" in find:
        return [], ""
    out = {current_user.id, *(person.id for person in nomination.nominees)}
    spelt = spellings(find, folding())
    query = people.matching(find, spelt, scheme.day_at(clock.now()))
    matching = list(db.session.scalars(query.limit(FOUND_AT_MOST + len(out))))
    found = [person for person in matching if person.id not in out][:FOUND_AT_MOST]
    if found or not matching:
        return found, ""
    if current_user in matching:
        return [], str(sentence(Refused("own_nomination")))
    return [], _("Whom you look for is named here already.")


def _obstacles(nomination: Nomination, action: Action) -> list[Refused]:
    """Everything that the rules would refuse now."""
    case, who = loading.snapshot(nomination), loading.actor(nomination)
    act = Act(action, who, clock.now())
    moves = nomination.pathway.moves_from(nomination.stage)
    move = next((m for m in moves if m.action is action and (m.when is None or m.when(case))), None)
    return move.obstacles(case, act) if move else [Refused("not_at_this_stage")]


def _visible(ids: list[int]) -> set[int]:
    """Which of these cases the reader may open."""
    seen = select(Nomination.id).where(
        Nomination.id.in_(ids), visible_to(current_user, clock.now())
    )
    return set(db.session.scalars(seen))


def _is_writable(nomination: Nomination) -> bool:
    return nomination.nominator_id == current_user.id and (nomination.stage in drafting.UNFINISHED)


def _can_be_nominated(award: Award, cycles: dict[int, scheme.Cycle]) -> bool:
    return award.pathway.takes_nominations and award.id in cycles


def _days_left() -> Callable[[Nomination], int | None]:
    """Counts the days until a draft's cycle closes, or a corrected case is due."""
    days = day_counter(clock.now())

    def left(nomination: Nomination) -> int | None:
        draft = nomination.stage is Stage.DRAFT
        return days(nomination.cycle.closes_at if draft else nomination.due_at)

    return left


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
