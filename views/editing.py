"""One change of the scheme through its form: shown, sent, refused, overtaken, or recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import FieldList, FormField

from forms.scheme import ChangeForm
from models import feedback_changes
from models.feedback import Feedback
from models.scheme_state import State, fingerprint
from operations.scheme_changes import Edit, StaleScheme
from views.loading import new_request_key
from words.refusals import sentence
from workflow.refusal import Refused


@dataclass(frozen=True)
class Page:
    """What stands around the form: its title, the way back, the button."""

    title: str
    back: str
    lead: str = ""
    trail: tuple[tuple[str, str], ...] = ()
    button: str = ""
    template: str = "scheme/edit.html"
    context: dict[str, Any] = field(default_factory=dict)


def edit(
    form: ChangeForm, page: Page, shown: State, act: Callable[[Edit], None]
) -> ResponseReturnValue:
    """Show the form over `shown`, or carry its change out and go back."""
    form.offer((str(one.id), _called(one)) for one in feedback_changes.waiting())
    if not form.is_submitted():
        form.seen.data, form.request_key.data = fingerprint(shown), new_request_key()
        return _page(form, page)
    valid = form.validate()
    if form.seen.errors or form.request_key.errors:
        abort(400)
    if not valid:
        return _page(form, page), 422
    try:
        act(_edit(form))
    except Refused as refused:
        return _page(form, page, sentence(refused)), 422
    except StaleScheme as stale:
        return _overtaken(form, page, stale), 409
    flash(_("The change is recorded, and the archive shows it with its reason."), "success")
    return redirect(page.back, code=303)


def _edit(form: ChangeForm) -> Edit:
    return Edit(
        current_user.id,
        form.reason.data,
        form.seen.data,
        form.request_key.data or None,
        int(form.answers.data) if form.answers.data else None,
    )


def _called(feedback: Feedback) -> str:
    subject = feedback.subject.text
    return _("No. %(number)s: %(subject)s", number=feedback.ledger_seq, subject=subject)


def trail(*further: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The way back from a page of the scheme."""
    manage = (_("Manage"), url_for("manage.index"))
    return (manage, (_("Scheme"), url_for("scheme.index")), *further)


def _page(form: ChangeForm, page: Page, refused: str | None = None) -> str:
    return render_template(page.template, form=form, page=page, refused=refused, **page.context)


def _overtaken(form: ChangeForm, page: Page, stale: StaleScheme) -> str:
    return render_template(
        "scheme/stale.html", page=page, change=stale.change, typed=list(_typed(form))
    )


def _typed(form: Iterable[Any]) -> Iterable[tuple[str, str]]:
    """What was typed, field by field, so that nobody has to type it again."""
    for each in form:
        if isinstance(each, FormField | FieldList):
            yield from ((f"{each.label.text} · {label}", text) for label, text in _typed(each))
        elif each.type in ("TextField", "TextArea", "NameField", "WholeNumber", "Number"):
            text = "" if each.data is None else str(each.data)
            if text:
                yield str(each.label.text), text
