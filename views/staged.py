"""Files that came before their form: kept in the store, and named once the form is in.

A token says which file it is and whose form it belongs to; the form carries it, and shows it again
when something else has to be mended. What is never named the worker takes away.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, current_app, jsonify, request
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from adapters.evidence import File, accept
from adapters.evidence_store import Damaged, OutOfReach
from config import Settings
from forms.page import brought_back
from operations import evidence
from views.evidence import store
from words.refusals import sentence
from workflow.refusal import Refused


@dataclass(frozen=True)
class Staged:
    """One file in the store that no case names yet."""

    name: str
    media_type: str
    sha256: str
    token: str

    def file(self) -> File:
        """The file as it will be named; raises Refused where it is not there any more."""
        try:
            return File(self.name, self.media_type, store().read(self.sha256))
        except (Damaged, OutOfReach) as error:
            raise Refused("file_not_kept") from error


def stage(upload: FileStorage) -> Staged:
    """Accept the file and keep it; raises Refused."""
    settings: Settings = current_app.config["SETTINGS"]
    file = accept(upload.filename or "", upload.stream.read(), settings.max_file_mb)
    evidence.keep(store(), file)
    what = (file.name, file.media_type, file.sha256)
    return Staged(*what, _signer().dumps([current_user.id, *what]))


def sent(field: str) -> list[Staged]:
    """What the form names of the files that came before it; another's token names nothing."""
    found = []
    back = brought_back.get()
    for token in (back.fields if back else request.form).getlist(f"kept_{field}"):
        try:
            person_id, name, media_type, digest = _signer().loads(token)
        except BadSignature:
            continue
        if person_id == current_user.id:
            found.append(Staged(name, media_type, digest, token))
    return found


def chosen(field: str) -> list[FileStorage]:
    """The files that came with the form itself."""
    return [file for file in request.files.getlist(field) if file.filename]


def answer(refused: Refused | None) -> tuple[Response, int]:
    """What the page's script is told of the one file that it sent."""
    upload = request.files.get("file")
    try:
        if refused is not None:
            raise refused
        if upload is None:
            raise Refused("file_empty")
        staged = stage(upload)
    except Refused as error:
        return jsonify(message=sentence(error)), 422
    return jsonify(name=staged.name, token=staged.token), 200


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="staged file")
