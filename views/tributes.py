"""Letters and newsletter citations: written, approved, published as pages, a PDF and a feed."""

from __future__ import annotations

import io

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import certificates as paper
from adapters import clock
from adapters.certificates import MissingGlyph
from adapters.feed import Entry, Feed, atom
from forms.fields import fault
from forms.tributes import VERSIONS, NewTributeForm, TributeForm
from models import scheme, tributes
from models.people import Person
from models.public_case import PublicCase, public_case
from models.tributes import Tribute
from operations import tributes as operations
from operations.tributes import Text
from views import feed_token
from views.addresses import key
from views.filters import local
from views.guards import colleague, holds, public
from views.language import AUTONYMS, tag
from views.loading import new_request_key, nomination_or_404, sent_request
from words.certificates import SEALS
from words.days import clock_time, day
from words.labels import label
from words.refusals import sentence
from words.tributes import Story, drafted
from workflow import vocabulary
from workflow.refusal import Refused
from workflow.vocabulary import Duty, Language, Verdict

bp = Blueprint("tributes", __name__)

writer = holds(Duty.SCHEME_MANAGER)
reader = holds(Duty.SCHEME_MANAGER, Duty.COMMITTEE)
WAITING_SHOWN, FED = 30, 50


@bp.get("/manage/tributes")
@reader
def index() -> str:
    """What is being written, what is published, and the awards that nobody has written of."""
    return render_template(
        "tributes/index.html",
        drafts=tributes.unapproved(WAITING_SHOWN),
        published=tributes.approved(newer=key("newer"), older=key("older")),
        without=tributes.without_one(WAITING_SHOWN),
        may_write=current_user.holds(Duty.SCHEME_MANAGER, clock.now()),
        autonyms=AUTONYMS,
    )


@bp.route("/manage/tributes/new/<number>", methods=["GET", "POST"])
@writer
def new(number: str) -> ResponseReturnValue:
    """Draft one from the case."""
    nomination = nomination_or_404(number)
    story = public_case(number) or abort(404)
    kinds = [(kind.value, label(kind)) for kind in vocabulary.Tribute]
    languages = [(language.value, AUTONYMS[language]) for language in Language]
    usual = nomination.nominees[0].language if nomination.nominees else Language.EN
    form = NewTributeForm(kinds, languages, data={"kind": "citation", "language": usual.value})
    refused = None
    if form.validate_on_submit():
        kind, language = vocabulary.Tribute(form.kind.data), Language(form.language.data)
        draft = Text(*drafted(kind, language, _story(story, language)))
        try:
            made = operations.begin(
                person_id=current_user.id, number=number, kind=kind, language=language, draft=draft
            )
        except Refused as error:
            refused = sentence(error)
        else:
            return redirect(url_for("tributes.edit", tribute_id=made), code=303)
    page = render_template("tributes/new.html", nomination=nomination, form=form, refused=refused)
    return page, 422 if request.method == "POST" else 200


@bp.route("/manage/tributes/<int:tribute_id>", methods=["GET", "POST"])
@reader
def edit(tribute_id: int) -> ResponseReturnValue:
    """Write on, read the earlier versions, approve."""
    row = _tribute(tribute_id)
    if row.approval is not None:
        return redirect(url_for("tributes.show", tribute_id=tribute_id), code=303)
    form = TributeForm(data={**row.said, "version": row.newest.number})
    refused = None
    if form.validate_on_submit():
        answer = _save(row, form)
        if not isinstance(answer, Refused):
            flash(_("It is saved."), "success")
            return redirect(url_for("tributes.edit", tribute_id=tribute_id), code=303)
        refused, row = sentence(answer), _tribute(tribute_id)
    return _sheet(row, form, refused), 422 if request.method == "POST" else 200


def _sheet(row: Tribute, form: TributeForm, refused: object = None) -> str:
    return render_template(
        "tributes/edit.html",
        row=row,
        form=form,
        refused=refused,
        may_write=Duty.SCHEME_MANAGER in _duties(row),
        is_author=current_user.id in {each.by_id for each in row.versions},
        request_key=new_request_key(),
        language_of=tag(row.language),
        autonyms=AUTONYMS,
    )


@bp.post("/manage/tributes/<int:tribute_id>/autosave")
@writer
def autosave(tribute_id: int) -> ResponseReturnValue:
    """Keep the text as it is typed; the page's script calls this."""
    row = _tribute(tribute_id)
    form = TributeForm()
    if not form.validate():
        return jsonify(message=fault(form)), 422
    answer = _save(row, form)
    if isinstance(answer, Refused):
        return jsonify(message=str(sentence(answer))), 422
    return jsonify(saved=clock_time(clock.now()), version=answer)


@bp.post("/manage/tributes/<int:tribute_id>/approve")
@reader
def approve(tribute_id: int) -> ResponseReturnValue:
    """Stand by the newest version, as somebody who wrote none of it."""
    _tribute(tribute_id)
    sent, who = sent_request(), current_user.id
    if not 1 <= sent.version <= VERSIONS:
        abort(400)
    try:
        operations.approve(person_id=who, tribute_id=tribute_id, version=sent.version, key=sent.key)
    except Refused as refused:
        row = _tribute(tribute_id)
        form = TributeForm(formdata=None, data={**row.said, "version": row.newest.number})
        return _sheet(row, form, sentence(refused)), 422
    flash(_("It is published."), "success")
    return redirect(url_for("tributes.show", tribute_id=tribute_id), code=303)


@bp.get("/honour-roll/words")
@colleague
def published() -> str:
    """Every letter and citation, the latest first, and the reader's own feed of them."""
    token = feed_token.of(current_user)
    address = _absolute(url_for("tributes.feed", token=token))
    return render_template("tributes/published.html", rows=tributes.published(FED), feed=address)


@bp.get("/honour-roll/words/<int:tribute_id>")
@colleague
def show(tribute_id: int) -> str:
    """One of them, as all colleagues read it."""
    row = _published(tribute_id)
    return render_template("tributes/show.html", row=row, language_of=tag(row.language))


@bp.get("/honour-roll/words/<int:tribute_id>.pdf")
@colleague
def letter(tribute_id: int) -> ResponseReturnValue:
    """A letter on the paper of the house."""
    row = _published(tribute_id)
    if row.kind is not vocabulary.Tribute.LETTER or row.approval is None:
        abort(404)
    said, zone = scheme.scheme(), scheme.scheme().zone
    at = row.approval.at.astimezone(zone)
    names = said.organisation or said.names
    texts = {
        **row.said,
        "language": row.language.value,
        "organisation": names.get(row.language) or local(names),
        "date": day(at.date()),
        "number": row.nomination.number,
        "seal": SEALS[row.language],
        "seal_alt": _("Seal of the honour roll"),
    }
    try:
        data = paper.letter(texts, at)
    except MissingGlyph as missing:
        number = row.nomination.number
        page = render_template("certificates/unset.html", number=number, character=str(missing))
        return page, 422
    name = f"{row.nomination.number}-letter.pdf"
    return send_file(io.BytesIO(data), "application/pdf", as_attachment=True, download_name=name)


@bp.get("/honour-roll/feed/<token>.atom")
@public
def feed(token: str) -> Response:
    """The same for a feed reader, which cannot sign in: the address itself is the reader's own."""
    person = feed_token.reader(token) or abort(404)
    return Response(_feed(person, token), mimetype="application/atom+xml")


def _feed(person: Person, token: str) -> bytes:
    """In the reader's language as far as the house speaks; each entry in its own."""
    names = scheme.scheme().names
    rows = tributes.published(FED)
    updated = max((row.approval.at for row in rows if row.approval), default=clock.now())
    return atom(
        Feed(
            title=names.get(person.language) or local(names),
            address=_absolute(url_for("tributes.published")),
            own_address=_absolute(url_for("tributes.feed", token=token)),
            updated=updated,
            entries=[
                Entry(
                    title=row.said["title"],
                    text=row.said["body"],
                    language=tag(row.language),
                    address=_absolute(url_for("tributes.show", tribute_id=row.id)),
                    updated=row.approval.at,
                )
                for row in rows
                if row.approval and row.said["title"]
            ],
        )
    )


def _story(case: PublicCase, language: Language) -> Story:
    """What all colleagues can read of the case already."""
    record, terms = case.record, scheme.scheme()

    def said(names: dict[str, str]) -> str:
        return names.get(language) or local(names)

    return Story(
        names=[person.name for person in record.people],
        team=record.team,
        award=said(record.award),
        cycle=record.cycle,
        tier=said(record.tier) if record.tier else None,
        title=record.title or "",
        claims=[claim.text for claim in case.claims if claim.verdict is Verdict.CONFIRMED],
        customer=[words for voice in case.customer for words in voice.words],
        organisation=said(terms.organisation or terms.names),
    )


def _save(row: Tribute, form: TributeForm) -> int | Refused:
    text = Text(form.title.data or "", form.body.data or "", form.signed.data or "")
    try:
        return operations.save(
            person_id=current_user.id,
            tribute_id=row.id,
            seen=request.form.get("version", 0, type=int),  # without one nothing was seen
            text=text,
        )
    except Refused as refused:
        return refused


def _tribute(tribute_id: int) -> Tribute:
    row = tributes.tribute(tribute_id)
    if row is None or not _duties(row) & operations.APPROVERS:
        abort(404)
    return row


def _published(tribute_id: int) -> Tribute:
    row = tributes.tribute(tribute_id)
    standing = row is not None and row.nomination.stage is vocabulary.Stage.AWARDED
    if row is None or row.approval is None or not standing:
        abort(404)
    return row


def _duties(row: Tribute) -> frozenset[Duty]:
    duties: frozenset[Duty] = current_user.duties(clock.now(), row.nomination.award_id)
    return duties


def _absolute(path: str) -> str:
    base: str = current_app.config["SETTINGS"].base_url
    return base + path
