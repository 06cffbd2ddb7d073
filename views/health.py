"""What a monitor asks: does the database answer, does the worker live, does mail leave?"""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from adapters import clock
from config import Settings
from models import outbox
from models.base import db
from views.guards import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """200 while the database answers, 503 otherwise; the worker's state is told, not judged."""
    settings: Settings = current_app.config["SETTINGS"]
    try:
        alive = outbox.workers_since(clock.now() - settings.worker_lease)
        given_up = len(outbox.undelivered())
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(database="unreachable", worker="unknown"), 503
    return jsonify(database="ok", worker="alive" if alive else "silent", undelivered=given_up)
