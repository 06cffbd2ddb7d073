"""Commands for people: bring them in, set a password, grant the first duty."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from cli.imports import bring_in, file_argument
from models import people as stored
from operations import duties as granting
from operations import people as operations
from operations import signing_in
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import Duty

people = AppGroup("people", help="Colleagues and their passwords.")
duties = AppGroup("duties", help="What colleagues are entrusted with.")


@people.command("import")
@file_argument
def import_file(file: Path) -> None:
    """Bring the colleagues of FILE (CSV or XLSX) in: all of them, or none."""
    bring_in(
        file,
        operations.KIND,
        {},
        lambda data, on_row: operations.read(data, file.name, on_row),
        lambda import_id, reading, on_row: operations.apply(import_id=import_id, reading=reading),
    )


@people.command("set-password")
@click.argument("employee_number")
@click.option("--stdin", "piped", is_flag=True, help="Read it from standard input, one line.")
def set_password(employee_number: str, piped: bool) -> None:
    """Set the password of the colleague with EMPLOYEE_NUMBER; their sessions end."""
    if piped:
        new = sys.stdin.readline().rstrip("\r\n")
    else:
        new = click.prompt("New password", hide_input=True, confirmation_prompt=True)
    try:
        signing_in.set_password(employee_number=employee_number, new=new)
    except Refused as refused:
        raise click.ClickException(sentence(refused)) from None
    click.echo(f"The password of {employee_number} is set.")


@duties.command("grant")
@click.argument("employee_number")
@click.argument("duty", type=click.Choice([duty.value for duty in Duty]))
def grant(employee_number: str, duty: str) -> None:
    """Grant DUTY for all awards, from now on: how the first administrator comes about."""
    person = stored.by_number(employee_number)
    if person is None:
        raise click.ClickException(sentence(Refused("no_such_person", number=employee_number)))
    try:
        granting.grant(by_id=None, person_id=person.id, duty=Duty(duty))
    except Refused as refused:
        raise click.ClickException(sentence(refused)) from None
    click.echo(f"{employee_number} is {duty} now.")
