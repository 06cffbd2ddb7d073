"""Who works in the demo, and who is entrusted with what."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select

from adapters import passwords
from models.base import db
from models.people import Person
from models.scheme import Award
from operations import duties, imports, people
from operations.transaction import Transaction, operation
from workflow.vocabulary import Duty

FILE = Path(__file__).parent / "people.csv"
PASSWORD = "plaudit-demo"  # printed by the command: the demo is for looking
JOINED_RECENTLY, LEFT_AFTER = timedelta(days=20), timedelta(days=40)

# The first of each duty is the account that the sign-in page offers.
DUTIES: dict[Duty, tuple[str, ...]] = {
    Duty.ADMINISTRATOR: ("E1011",),
    Duty.INTERNAL_AUDITOR: ("E1004", "E1012"),
    Duty.EXTERNAL_AUDITOR: ("E1005", "E1013"),
    Duty.POLICY_REVIEWER: ("E1006", "E1014"),
    Duty.PERFORMANCE_REVIEWER: ("E1007", "E1014"),
    Duty.COMMITTEE: ("E1008",),
    Duty.ARBITER: ("E1009", "E1015"),
    Duty.SCHEME_MANAGER: ("E1010",),
}
# Entrusted for one award alone, and for a while only.
FOR_ONE_AWARD = {("presidents-award", Duty.INTERNAL_AUDITOR): "E1015"}
FORMERLY = (Duty.COMMITTEE, "E1003")


def load(begins: date) -> dict[str, int]:
    """Bring the colleagues in and entrust them; returns their ids by employee number."""
    dates = {"@recent": begins + JOINED_RECENTLY, "@left": begins + LEFT_AFTER}
    text = FILE.read_text()
    for mark, day in dates.items():
        text = text.replace(mark, day.isoformat())
    _bring_in(text.encode())
    _set_passwords(passwords.hashed(PASSWORD))
    ids = {person.employee_number: person.id for person in db.session.scalars(select(Person))}
    _grant(ids)
    return ids


def _bring_in(data: bytes) -> None:
    reading = people.read(data, FILE.name)
    import_id = imports.receive(
        kind=people.KIND,
        filename=FILE.name,
        sha256=sha256(data).hexdigest(),
        by_id=None,
        options={},
    )
    people.apply(import_id=import_id, reading=reading)


def _grant(ids: dict[str, int]) -> None:
    """The first administrator comes from the command line and grants all the rest."""
    administrator = ids[DUTIES[Duty.ADMINISTRATOR][0]]
    for duty, numbers in DUTIES.items():
        for number in numbers:
            by = None if ids[number] == administrator else administrator
            duties.grant(by_id=by, person_id=ids[number], duty=duty)
    for (award, duty), number in FOR_ONE_AWARD.items():
        award_id = db.session.scalars(select(Award.id).where(Award.key == award)).one()
        duties.grant(by_id=administrator, person_id=ids[number], duty=duty, award_id=award_id)
    duty, number = FORMERLY
    duties.grant(by_id=administrator, person_id=ids[number], duty=duty)


@operation
def _set_passwords(tx: Transaction, hashed: str) -> None:
    """One hash for all: the demo's password is no secret, and hashing it sixty times takes long."""
    for person in tx.session.scalars(select(Person)):
        person.password_hash = hashed
