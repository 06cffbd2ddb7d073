"""Which of the three languages a reader gets, and the switch between them."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Flask, abort, has_request_context, redirect, request, url_for
from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup
from werkzeug import Response

from models.base import db
from models.scheme import Scheme
from operations.preferences import speak
from views.guards import public, safe_next
from workflow.text import written_in
from workflow.vocabulary import Language

bp = Blueprint("language", __name__)

COOKIE = "language"
YEAR = 365 * 24 * 3600
AUTONYMS = {
    Language.EN: "English",
    Language.ZH_HANS: "简体中文",
    Language.ZH_HANT: "繁體中文",
}
TRADITIONAL = {"tw", "hk", "mo", "hant"}


def init_app(app: Flask) -> None:
    app.context_processor(lambda: {"languages": AUTONYMS, "language": current()})
    app.add_template_filter(tag, "language_tag")
    app.add_template_filter(lang)
    app.add_template_filter(told_language, "written_in")


def choose() -> str:
    """Babel's locale: the person's language, else the cookie's, else what the browser asks for."""
    if not has_request_context():
        return Language.EN
    if current_user.is_authenticated:
        return Language(current_user.language)
    chosen = spoken(request.cookies.get(COOKIE))
    return chosen or from_header(request.accept_languages.values())


def zone() -> str:
    """Babel's time zone: the scheme's, for every reader; cycles open and close by it."""
    scheme = db.session.get(Scheme, 1)
    return scheme.timezone if scheme else "UTC"


def spoken(name: str | None) -> Language | None:
    """The language of this name, if it is one of ours."""
    return next((language for language in Language if language == name), None)


def from_header(asked: Iterable[str]) -> Language:
    """The first language asked for that we speak. Babel's own matching knows no zh-TW."""
    for name in asked:
        primary, *rest = name.lower().replace("_", "-").split("-")
        if primary == "zh":
            traditional = TRADITIONAL.intersection(rest) and "hans" not in rest
            return Language.ZH_HANT if traditional else Language.ZH_HANS
        if primary == "en":
            return Language.EN
    return Language.EN


def current() -> Language:
    """The language of the page being made."""
    return Language(str(get_locale() or Language.EN))


def tag(language: str) -> str:
    """The BCP 47 tag for the `lang` attribute."""
    return language.replace("_", "-")


def lang(text: str) -> str:
    """The `lang` attribute of what somebody wrote, where it is not in the page's language.

    It chooses the face of the letters, and the voice that reads them out.
    """
    spoken_in = written_in(text)
    here = tag(current())
    if spoken_in is None or spoken_in == here or (spoken_in == "zh" and here.startswith("zh")):
        return ""
    return Markup(' lang="{}"').format(spoken_in)


WRITTEN_IN: dict[str, LazyString] = {
    "en": _l("written in English"),
    "zh-Hans": _l("written in Simplified Chinese"),
    "zh-Hant": _l("written in Traditional Chinese"),
    "zh": _l("written in Chinese"),
}


def told_language(text: str) -> str:
    """In which language somebody wrote, with a dot behind it, where it is not the page's."""
    if not lang(text):
        return ""
    return f"{WRITTEN_IN[written_in(text) or 'en']} · "


@bp.post("/language")
@public
def switch() -> Response:
    """Remember the language chosen, and go back to where the reader was."""
    chosen = spoken(request.form.get("language"))
    if chosen is None:
        abort(400)
    if current_user.is_authenticated:
        speak(person_id=current_user.id, language=chosen)
    target = safe_next(request.form.get("next")) or url_for("work.home")
    response = redirect(target, code=303)
    response.set_cookie(
        COOKIE,
        chosen,
        max_age=YEAR,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response
