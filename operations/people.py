"""Bringing colleagues in: a file is read, compared with who is there, and applied as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from adapters import people_file
from adapters.columns import Mistake
from adapters.people_file import Line, Progress, Reading, Value
from adapters.tables import read_table
from models import scheme
from models.base import db
from models.people import FormerManager, FormerTeam, Person, Team
from models.results import Import
from operations import imports
from operations.signing_in import end_sessions
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.vocabulary import Duty, Language

KIND = "people"
ADDED, CHANGED, LEFT = "added", "changed", "left"
CHANGES_SHOWN = 200
KEPT_WHEN_BLANK = ("language",)
OTHERS_SAY = frozenset({"role", "team", "manager", "joined", "left"})  # of whoever brings it in


@dataclass(frozen=True)
class Change:
    """What the file does to one colleague: each field that changes, before and after."""

    kind: str
    number: str
    name: str
    fields: Mapping[str, tuple[Value, Value]]


@dataclass
class Plan:
    """Everything that the file changes, and how many lines say what is there already."""

    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0

    def counts(self) -> dict[str, int]:
        kinds = [change.kind for change in self.changes]
        return {
            "people": kinds.count(ADDED),
            "changed": kinds.count(CHANGED),
            "left": kinds.count(LEFT),
            "unchanged": self.unchanged,
        }

    def digest(self) -> str:
        """Tells whether two plans are the same."""
        lines = (f"{c.kind} {c.number} {sorted(c.fields.items())}" for c in self.changes)
        return sha256("\n".join(lines).encode()).hexdigest()


def read(data: bytes, filename: str, on_row: Progress = lambda done, of: None) -> Reading:
    """The file's colleagues; raises Refused when it is not such a file at all."""
    return people_file.read(read_table(data, filename), on_row)


def preview(reading: Reading) -> Plan:
    """What would change; nothing is written. Raises ImportRefused."""
    return _plan(reading, _everybody(db.session()))


@operation
def apply(
    tx: Transaction, *, import_id: int, reading: Reading, digest: str | None = None
) -> dict[str, int]:
    """Bring the colleagues in, all or none; returns what was done. Raises ImportRefused.

    `digest` is that of the plan that was looked at: when it is no longer the plan, the file is
    refused and has to be looked at again. An import applied before is left as it is.
    """
    row = tx.session.get_one(Import, import_id)
    if row.state == imports.APPLIED:
        done: dict[str, int] = row.summary["counts"]
        return done
    imports.check_entrusted(tx, row, Duty.ADMINISTRATOR)
    people = _everybody(tx.session)
    plan = _plan(reading, people)
    if digest not in (None, plan.digest()):
        raise Refused("import_outdated")
    for person in imports.hands(tx, row):
        _check_own(plan, person)
    _write(tx, plan, people)
    row.rows = reading.rows
    imports.close(tx, row, plan.counts(), changed=bool(plan.changes))
    return plan.counts()


def _check_own(plan: Plan, by: Person) -> None:
    """Nobody changes of themselves what rules and scores go by; raises Refused."""
    own = [change for change in plan.changes if change.number == by.employee_number]
    if any(OTHERS_SAY.intersection(change.fields) for change in own):
        raise Refused("own_record")


def _everybody(session: Session) -> dict[str, Person]:
    """Every colleague by employee number, with team and manager."""
    found = session.scalars(select(Person).options(joinedload(Person.team), undefer(Person.gender)))
    return {person.employee_number: person for person in found}


def _plan(reading: Reading, people: Mapping[str, Person]) -> Plan:
    """Compare the file with who is there; raises ImportRefused with everything that is wrong."""
    _check_emails(reading, people)
    _check_managers(reading, people)
    imports.refuse(reading.mistakes)
    plan = Plan()
    for line in reading.lines:
        change = _change(line, people.get(_text(line, "employee_number")))
        if change:
            plan.changes.append(change)
        else:
            plan.unchanged += 1
    return plan


def _change(line: Line, person: Person | None) -> Change | None:
    before = _present(person) if person else {}
    fields = {
        name: (before.get(name), after)
        for name, after in line.values.items()
        if before.get(name) != after and not (after is None and name in KEPT_WHEN_BLANK)
    }
    if not fields:
        return None
    kind = ADDED if person is None else CHANGED
    if person and person.left_on is None and fields.get("left", (None, None))[1]:
        kind = LEFT
    return Change(kind, _text(line, "employee_number"), _text(line, "name"), fields)


def _present(person: Person) -> dict[str, Value]:
    """The person in the words of a file."""
    return {
        "employee_number": person.employee_number,
        "name": person.name,
        "email": person.email,
        "role": person.job_role,
        "team": person.team.name if person.team else None,
        "manager": person.manager.employee_number if person.manager else None,
        "joined": person.joined_on,
        "left": person.left_on,
        "language": person.language,
        "shift": person.shift,
        "gender": person.gender,
    }


def _check_emails(reading: Reading, people: Mapping[str, Person]) -> None:
    """An address that somebody keeps cannot become another's."""
    given = {_text(line, "employee_number") for line in reading.lines if "email" in line.values}
    kept = {p.email for p in people.values() if p.email and p.employee_number not in given}
    for line in reading.lines:
        if line.values.get("email") in kept:
            _wrong(reading, line, "email", "own_email")


def _check_managers(reading: Reading, people: Mapping[str, Person]) -> None:
    """Every manager is somebody, and nobody reports to themselves in the end."""
    above = {
        number: person.manager.employee_number if person.manager else None
        for number, person in people.items()
    }
    for line in reading.lines:
        number = _text(line, "employee_number")
        above[number] = _text(line, "manager") if "manager" in line.values else above.get(number)
    safe: set[str] = set()
    for line in reading.lines:
        manager = line.values.get("manager")
        if manager is None:
            continue
        if manager not in above:
            _wrong(reading, line, "manager", "known_manager")
        elif _goes_round(_text(line, "employee_number"), above, safe):
            _wrong(reading, line, "manager", "no_circle")


def _goes_round(number: str, above: Mapping[str, str | None], safe: set[str]) -> bool:
    """Whether the reporting line from here comes back to here; `safe` ones lead to the top."""
    walked: list[str] = []
    seen: set[str] = set()
    here: str | None = number
    while here and here not in safe:
        if here in seen:
            return here == number
        seen.add(here)
        walked.append(here)
        here = above.get(here)
    safe.update(walked)
    return False


def _wrong(reading: Reading, line: Line, name: str, expected: str) -> None:
    found = str(line.values[name])
    reading.mistakes.add(Mistake(line.row, reading.places[name], found, expected))


def _write(tx: Transaction, plan: Plan, people: dict[str, Person]) -> None:
    teams = {team.name: team for team in tx.session.scalars(select(Team))}
    today = scheme.day_at(tx.now)
    for change in plan.changes:
        if change.kind == ADDED:
            person = Person(employee_number=change.number, language=Language.EN)
            people[change.number] = person
        elif "email" in change.fields:
            people[change.number].email = None  # two colleagues may exchange their addresses
    tx.session.flush()
    above = _lines(plan, people)
    for change in plan.changes:
        person = people[change.number]
        if "team" in change.fields and change.kind != ADDED:
            tx.add(FormerTeam(person_id=person.id, team_id=person.team_id, until=today))
        for name, (_, value) in change.fields.items():
            _set(person, name, value, teams, people)
        tx.add(person)
    tx.session.flush()
    _remember(tx, above, _lines(plan, people))
    for person in (people[change.number] for change in plan.changes):
        if person.left_on and person.left_on <= today:
            end_sessions(tx, person.id)


Lines = dict[int, list[int]]  # everybody above each one, the nearest first


def _lines(plan: Plan, people: Mapping[str, Person]) -> Lines:
    """Everybody's reporting line; nobody's where the file moves nobody in it."""
    if not any("manager" in change.fields and change.kind != ADDED for change in plan.changes):
        return {}
    above = {person.id: person.manager_id for person in people.values() if person.id}
    lines: Lines = {}
    for person, manager in above.items():
        here, lines[person] = manager, []
        while here is not None:
            lines[person].append(here)
            here = above[here]
    return lines


def _remember(tx: Transaction, before: Lines, after: Lines) -> None:
    """Keep who is above somebody no more: in a case under way they are no strangers."""
    for person, line in before.items():
        lost = set(line) - set(after[person])
        if line[:1] != after[person][:1]:
            lost.update(line[:1])  # also where they are still above, by others
        tx.session.add_all(
            FormerManager(
                person_id=person, manager_id=each, is_direct=each == line[0], until=tx.now
            )
            for each in lost
        )


def _set(
    person: Person, name: str, value: Value, teams: dict[str, Team], people: dict[str, Person]
) -> None:
    if name == "team":
        person.team = teams.setdefault(str(value), Team(name=str(value))) if value else None
    elif name == "manager":
        person.manager = people[str(value)] if value else None
    else:
        setattr(person, ATTRIBUTES.get(name, name), value)


ATTRIBUTES = {"role": "job_role", "joined": "joined_on", "left": "left_on"}


def _text(line: Line, name: str) -> str:
    value = line.values.get(name)
    return value if isinstance(value, str) else ""
