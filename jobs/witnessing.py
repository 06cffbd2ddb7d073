"""Checkpoints on their way to witnesses: each a durable task, as mail is."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

import structlog
from dbos import DBOS, SetWorkflowID
from flask_babel import force_locale
from flask_babel import gettext as _

from adapters import clock, mail, witnessing
from adapters.mail import Undelivered
from jobs import mail as mailing
from ledger.checkpoint import Checkpoint
from models import proof
from models.base import db
from models.proof import Delivery, SignedCheckpoint
from operations.witnesses import note_delivered, note_failure
from workflow.vocabulary import WitnessWay

log = structlog.get_logger("plaudit.witnessing")

BATCH = 100


def hand_out() -> None:
    """Make a task of every delivery that is due. Its name makes a second one impossible."""
    for delivery in proof.due(clock.now(), BATCH):
        with SetWorkflowID(f"witness-{delivery.id}-{delivery.next_try_at:%Y%m%d%H%M%S%f}"):
            DBOS.enqueue_workflow(mailing.QUEUE, witness_one, delivery.id)


@DBOS.workflow()
def witness_one(delivery_id: int) -> None:
    """Hand the checkpoint to the witness and note what came of it."""
    outcome = _present(delivery_id)
    if outcome is not None:
        _note_presented(delivery_id, outcome)


@DBOS.step()
def _present(delivery_id: int) -> mailing.Outcome | None:
    """What came of handing it over; None when it was no longer to be sent."""
    with mailing.office.context():
        delivery = db.session.get(Delivery, delivery_id)
        if delivery is None or delivery.sent_at or delivery.next_try_at is None:
            return None
        try:
            _hand_over(delivery)
        except Undelivered as error:
            return mailing.Outcome(error.reason, for_good=error.for_good)
        except Exception:
            log.exception("witness failed", delivery=delivery_id)
            return mailing.Outcome("could not be sent")
        return mailing.Outcome()


def _hand_over(delivery: Delivery) -> None:
    way, place = delivery.witness.way, delivery.witness.place.text
    checkpoint, note = delivery.checkpoint, delivery.checkpoint.text
    if place is None:
        raise Undelivered("its address was erased", for_good=True)
    if way is WitnessWay.MAILBOX:
        server, text = mailing.office.server, letter(delivery, place, mailing.office.sender)
        if server is None:
            raise Undelivered("no mail server configured")
        db.session.rollback()  # no transaction stays open while the other side takes its time
        mail.deliver(server, text)
        return
    db.session.rollback()
    if way is WitnessWay.FOLDER:
        witnessing.put(Path(place), note, filename(checkpoint))
    else:
        inside = mailing.office.webhooks_inside
        witnessing.post(place, note, filename(checkpoint), inside=inside)


def letter(delivery: Delivery, address: str, sender: str) -> EmailMessage:
    """The checkpoint as mail; the same one twice has the same Message-ID."""
    checkpoint = delivery.checkpoint
    origin = Checkpoint.read(checkpoint.text).origin
    with force_locale(delivery.witness.by.language):
        subject = _(
            "Checkpoint of %(ledger)s: %(size)s entries", ledger=origin, size=checkpoint.size
        )
        body = "\n\n".join(
            (
                _("You are a witness of this ledger. Please keep this message."),
                _(
                    "It says how many entries the ledger has today and what they come to. Nobody "
                    "can change one of them later without contradicting what lies in your mailbox."
                ),
                checkpoint.text,
                mailing.office.link("proof.index"),
            )
        )
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = address
    mail["Subject"] = subject
    mail["Date"] = checkpoint.at
    host = parseaddr(sender)[1].partition("@")[2]
    mail["Message-ID"] = f"<checkpoint-{checkpoint.size}-{delivery.witness_id}@{host}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body)
    mail.add_attachment(
        checkpoint.note,
        maintype="text",
        subtype="plain",
        filename=filename(checkpoint),
        params={"charset": "utf-8"},
    )
    return mail


def filename(checkpoint: SignedCheckpoint) -> str:
    """The name of the file, the same for the same checkpoint."""
    return f"checkpoint-{checkpoint.size}.txt"


@DBOS.step()
def _note_presented(delivery_id: int, outcome: mailing.Outcome) -> None:
    with mailing.office.context():
        if outcome.reason is None:
            note_delivered(delivery_id)
        else:
            note_failure(delivery_id, outcome.reason, for_good=outcome.for_good)
            log.warning("not witnessed", delivery=delivery_id, reason=outcome.reason)
