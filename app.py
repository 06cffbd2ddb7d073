"""create_app(): configuration, extensions, blueprints, commands and error pages."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from adapters import clock, logs
from adapters.ledger_key import signer_of
from adapters.sealing import Sealer
from cli import COMMANDS
from config import Settings
from models.base import db, prepare
from views import (
    BLUEPRINTS,
    access_log,
    addresses,
    chrome,
    errors,
    filters,
    guards,
    headers,
    installation,
    language,
    limits,
    loading,
    packing,
    unsent,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Raises `guards.Unguarded` when a route does not say who may enter."""
    settings = settings or Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    logs.configure(with_messages=not settings.production)
    clock.set_offset(timedelta(seconds=settings.clock_offset))

    app = Flask(__name__, static_url_path=installation.PATH)
    app.config.from_mapping(settings.flask())
    app.config["LEDGER_SIGNER"] = signer_of(settings)
    app.config["SEALER"] = Sealer(settings.customer_secrets())
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's documented way

    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    Migrate(app, db, render_as_batch=True)
    Bootstrap5(app)
    Babel(app, locale_selector=language.choose, timezone_selector=language.zone)

    access_log.init_app(app)
    addresses.init_app(app)
    headers.init_app(app)
    packing.init_app(app)
    installation.init_app(app)
    limits.init_app(app)
    unsent.init_app(app)
    guards.init_app(app)
    CSRFProtect(app)  # after the guards: a signed-out POST is led to the sign-in page
    errors.init_app(app)
    loading.init_app(app)
    language.init_app(app)
    filters.init_app(app)
    chrome.init_app(app)

    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    guards.require_all(app)
    return app
