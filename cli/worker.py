"""The worker's command, and what an operator can do about mail that was given up."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from adapters.mail import Server
from config import Settings
from models.outbox import undelivered
from operations.outbox import try_again

outbox = AppGroup("outbox", help="Messages on their way by mail.")


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Let the clock act and send the outbox, until stopped by SIGTERM or Ctrl-C."""
    from jobs.mail import Office  # loads the task engine, which no web process needs
    from jobs.worker import run, stop_on_signal

    settings: Settings = current_app.config["SETTINGS"]
    office = Office(
        context=current_app.app_context,
        server=_server(settings),
        sender=settings.mail_from,
        link=_link(settings.base_url),
        sealer=current_app.config["SEALER"],
        webhooks_inside=settings.webhooks_inside,
    )
    run(settings, office, stop_on_signal())


@outbox.command("undelivered")
def list_undelivered() -> None:
    """List the messages that were given up, with the reason. Names and addresses are left out."""
    for message in undelivered():
        click.echo(f"{message.id}\t{message.kind}\t{message.tries} tries\t{message.last_error}")


@outbox.command("retry")
def retry() -> None:
    """Try again to mail what was given up."""
    click.echo(f"{try_again()} messages will be tried again.")


def _server(settings: Settings) -> Server | None:
    if not settings.smtp_host:
        return None
    return Server(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_user,
        settings.smtp_password.get_secret_value(),
        settings.smtp_starttls,
    )


def _link(base_url: str) -> Any:
    """Build addresses for mail: outside of a request, below the address that people type."""
    base = urlsplit(base_url)
    adapter = current_app.url_map.bind(
        base.netloc, script_name=base.path or "/", url_scheme=base.scheme
    )
    return lambda endpoint, **values: adapter.build(endpoint, values, force_external=True)
