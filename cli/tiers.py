"""Commands for rankings: what one was computed from, and computing it again."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from ledger.canonical import canonical
from models import tierlists
from models.tierlists import TierList
from workflow import reproduction
from workflow.message import plain

tiers = AppGroup("tiers", help="The rankings of cycles, and what they were computed from.")
CYCLE = click.argument("cycle", metavar="AWARD/CYCLE")


@tiers.command("input")
@CYCLE
@click.option("--list", "number", default=1, show_default=True, help="Which list of the cycle.")
def sealed_input(cycle: str, number: int) -> None:
    """Print the sealed input of a ranking: whoever has it can compute the same list anywhere."""
    ranking = next((found for found in _lists(cycle) if found.round == number), None)
    if ranking is None:
        raise click.ClickException(f"{cycle} has no list {number}.")
    click.echo(canonical(ranking.sealed_input))


@tiers.command("reproduce")
@CYCLE
@click.option(
    "--input",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A sealed input from elsewhere, in place of the one that is stored here.",
)
@click.option("--list", "number", default=None, type=int, help="Only this list of the cycle.")
def reproduce(cycle: str, file: Path | None, number: int | None) -> None:
    """Compute the rankings of a cycle again and hold them against the approved lists.

    Prints every list as canonical bytes. Exit code 1 when an input is not the one that was
    sealed, or a list is not what its input gives.
    """
    wrong = 0
    for ranking in _lists(cycle):
        if number in (None, ranking.round):
            given = ranking.sealed_input if file is None else _read(file)
            wrong += _reproduced(ranking, given)
    if wrong:
        raise SystemExit(1)


def _reproduced(ranking: TierList, given: dict[str, Any]) -> int:
    """Print the list that the input gives; returns how much is wrong with it."""
    digest = sha256(canonical(given)).hexdigest()
    computed = reproduction.rows(given)
    differing = reproduction.differences(computed, _stated(ranking))
    click.echo(canonical(reproduction.as_list(computed)))
    click.echo(f"list {ranking.round}: {len(computed)} places, input {digest}", err=True)
    if digest != ranking.input_hash:
        click.echo(f"WRONG  the ledger sealed another input: {ranking.input_hash}", err=True)
    for mine, theirs in differing:
        click.echo(f"WRONG  computed {_line(mine)}; approved {_line(theirs)}", err=True)
    return len(differing) + (digest != ranking.input_hash)


def _stated(ranking: TierList) -> list[reproduction.Row]:
    """The places as they were approved."""
    return [
        {
            "rank": place.rank,
            "case": place.nomination.number,
            "tier": place.tier.key if place.tier else None,
            "score": None if place.score is None else plain(place.score),
            "explanation": place.explanation,
        }
        for place in ranking.places
    ]


def _line(row: reproduction.Row | None) -> str:
    if row is None:
        return "no such place"
    return f"rank {row['rank']}: {row['case']}, {row['tier'] or 'no tier'}, score {row['score']}"


def _lists(cycle: str) -> list[TierList]:
    award_key, _, cycle_key = cycle.partition("/")
    found = tierlists.cycle_of(award_key, cycle_key)
    if found is None:
        raise click.ClickException(
            f"There is no cycle {cycle}. Write it as monthly-project/2026-09."
        )
    lists = tierlists.lists_of(found)
    if not lists:
        raise click.ClickException(f"{cycle} has no approved ranking yet.")
    return lists


def _read(file: Path) -> dict[str, Any]:
    try:
        given: dict[str, Any] = json.loads(file.read_text("utf-8"))
        reproduction.reproduce(given)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise click.ClickException(f"{file.name} is no sealed input: {error}") from error
    return given
