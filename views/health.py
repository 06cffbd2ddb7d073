"""What a monitor asks: does the database answer, and does the worker beat?"""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from models.base import db
from views.guards import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """200 while the database answers, 503 otherwise."""
    try:
        db.session.execute(select(1))
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(database="unreachable", worker="unknown"), 503
    return jsonify(database="ok", worker="unknown")
