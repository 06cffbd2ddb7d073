"""Commands for scores: compute what was frozen once more, and say what differs."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from models.recomputation import Difference, Recomputation, cycles_named

scores = AppGroup("scores", help="Frozen scores.")

SENTENCES = {
    "sheet_changed": "the scores of the role are not those that the ledger seals",
    "not_in_the_ledger": "the ledger's entry says something else",
    "cannot_be_computed": "its figures make no sense any more",
    "score_differs": "the score is {frozen}; its own figures make it {recomputed}",
    "arithmetic_differs": "its own figures lead to another arithmetic",
    "notes_differ": "its own figures lead to other notes",
    "sheet_differs": "the score is {frozen}; the scores of the role say {recomputed}",
    "standing_differs": "it says {frozen}; the scores of the role make it {recomputed}",
}


@scores.command("recompute")
@click.argument("cycle")
def recompute(cycle: str) -> None:
    """Compute the frozen scores of CYCLE (2026-11, or AWARD/2026-11) from their sealed figures.

    Nothing is written. Exit code 1 if anything differs.
    """
    found = cycles_named(cycle)
    if not found:
        raise click.ClickException(f"There is no cycle {cycle}.")
    wrong = False
    for each in found:
        again = Recomputation(each)
        differences = list(again.differences())
        wrong |= bool(differences)
        unsealed = f", {again.unsealed} frozen before figures were sealed" if again.unsealed else ""
        click.echo(
            f"{each.award.key} {each.key}: {again.scores} scores, "
            f"{len(differences)} differences{unsealed}"
        )
        for difference in differences:
            click.echo(f"  {difference.where}: {_said(difference)}")
    if wrong:
        raise SystemExit(1)


def _said(difference: Difference) -> str:
    return SENTENCES[difference.what].format(
        frozen=difference.frozen, recomputed=difference.recomputed
    )
