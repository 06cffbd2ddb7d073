"""What stands around every page: navigation, inbox count, theme, the ledger's head."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, has_request_context, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from adapters import clock
from models import ledger, outbox
from views import appearance
from views.appearance import Theme
from workflow.vocabulary import Duty


@dataclass(frozen=True)
class Place:
    """One entry of the navigation; on a phone a `wide_only` one moves into the menu."""

    endpoint: str
    word: Any
    mark: str
    wide_only: bool = False
    starts_group: bool = False
    duties: tuple[Duty, ...] = ()


NAVIGATION = (
    Place("work.home", _l("My work"), "work"),
    Place("nominations.new", _l("Nominate"), "brush"),
    Place("awards.index", _l("Awards"), "medal"),
    Place("honour.index", _l("Honour roll"), "honour"),
    Place("archive.index", _l("Archive"), "archive"),
    Place("feedback.index", _l("Feedback"), "feedback", wide_only=True, starts_group=True),
    Place("questionnaires.index", _l("Questionnaires"), "question", wide_only=True),
    Place(
        "manage.index",
        _l("Manage"),
        "manage",
        wide_only=True,
        duties=(Duty.SCHEME_MANAGER, Duty.ADMINISTRATOR),
    ),
)
OWN = (
    Place("nominations.mine", _l("My nominations"), "note"),
    Place("scores.mine", _l("My score"), "half"),
    Place("absences.index", _l("Days away"), "clock"),
    Place("bonds.index", _l("Family and friends"), "flag"),
    Place("portraits.mine", _l("My picture"), "person"),
    Place("receipts.mine", _l("My receipts"), "seal"),
    Place("auth.password", _l("Password"), "key"),
)
THEMES = (
    (Theme.AUTO, _l("As the device")),
    (Theme.LIGHT, _l("Light")),
    (Theme.DARK, _l("Dark")),
)


def init_app(app: Flask) -> None:
    app.context_processor(_around)


def _around() -> dict[str, Any]:
    if not has_request_context():
        return {}
    around: dict[str, Any] = {
        "theme": appearance.current(),
        "themes": THEMES,
        "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
        "home_url": _url("work.home") or "/",
    }
    if not current_user.is_authenticated:
        around["ledger_head"] = ledger.head()
    else:
        around["unread"], around["ledger_head"] = outbox.unread_and_head(current_user)
        around |= {
            "navigation": list(_open(NAVIGATION)),
            "own_places": list(_open(OWN)),
            "inbox_url": _url("inbox.index"),
            "sign_out_url": _url("auth.sign_out"),
        }
    return around


def _open(places: Iterable[Place]) -> Iterable[dict[str, Any]]:
    """The places that the reader may enter, with their addresses."""
    at, here = clock.now(), _current(NAVIGATION)
    for place in places:
        allowed = not place.duties or any(current_user.holds(duty, at) for duty in place.duties)
        url = _url(place.endpoint)
        if allowed and url:
            yield {**vars(place), "url": url, "current": place.endpoint == here}


def _current(places: Iterable[Place]) -> str | None:
    """The place that the page belongs to: itself, else the place of its area."""
    endpoints = [place.endpoint for place in places]
    if request.endpoint in endpoints:
        return request.endpoint
    area = request.blueprint
    if area == "nominations":  # a case is reached from many places and belongs to none of them
        return None
    return next((name for name in endpoints if name.partition(".")[0] == area), None)


def _url(endpoint: str) -> str | None:
    return url_for(endpoint) if endpoint in current_app.view_functions else None
