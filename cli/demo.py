"""The command that fills an empty database with a scheme in mid-life."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale

from adapters import clock, passwords
from demo import cast, loading
from models import people
from words.labels import label

demo = AppGroup("demo", help="A scheme in mid-life, to look at.")


@demo.command("load")
def load() -> None:
    """Fill an empty database with the demo, and say whom to sign in as."""
    if current_app.config["SETTINGS"].production:
        raise click.ClickException("The demo's password is known to everybody: not in production.")
    try:
        loading.load()
    except loading.NotEmpty:
        click.echo("There is data already; the demo was not loaded.")
    _print_accounts()


def _print_accounts() -> None:
    """The accounts that the sign-in page offers, if the demo's password opens them."""
    accounts = people.demo_accounts(clock.now())
    if not accounts or not passwords.matches(accounts[0][1].password_hash, cast.PASSWORD):
        return
    click.echo(f"Demo accounts, with one click or the password {cast.PASSWORD}:")
    with force_locale("en"):
        for duty, person in accounts:
            who = label(duty) if duty else "Colleague"
            click.echo(f"  {person.email:34} {who}, {person.name}")
