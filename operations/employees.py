"""Who is meant by the employees that an imported file names: by number, else by name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from adapters.columns import Mistake, Mistakes, printable
from models.people import Person
from operations.slices import slices
from operations.transaction import Transaction
from workflow.text import misleads
from workflow.vocabulary import JobRole

NUMBERED = "A"  # made-up employee numbers: A0001, A0002 ...
LONGEST_NAME = 100


@dataclass
class Employees:
    """People by what the file calls them; `unknown`, `ambiguous` and `doubled` are mistakes."""

    ids: dict[str, int] = field(default_factory=dict)
    newcomers: tuple[str, ...] = ()
    unknown: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    seen: Mapping[str, int] = field(default_factory=dict)

    def note_mistakes(self, mistakes: Mistakes, column: str) -> None:
        """Add one mistake for each name that does not stand for one employee alone."""
        for names, expected in (
            (self.unknown, "known_employee"),
            (self.ambiguous, "one_employee"),
            (self.doubled, "one_name"),
        ):
            for name in names:
                mistakes.add(Mistake(self.seen[name], column, printable(name), expected))


def find(session: Session, seen: Mapping[str, int], *, may_create: bool) -> Employees:
    """The people meant; `seen` maps what the file calls them to the row where it does so first."""
    found = Employees(seen=seen)
    numbers, names = _known(session, list(seen))
    newcomers = []
    for text in seen:
        same = names.get(text, [])
        if text in numbers:
            found.ids[text] = numbers[text]
        elif len(same) == 1:
            found.ids[text] = same[0]
        elif same:
            found.ambiguous.append(text)
        elif may_create and not misleads(text) and len(text) <= LONGEST_NAME:
            newcomers.append(text)
        else:
            found.unknown.append(text)
    found.newcomers = tuple(sorted(newcomers))
    meant = Counter(found.ids.values())
    found.doubled = [text for text, id_ in found.ids.items() if meant[id_] > 1]
    return found


def _known(session: Session, texts: list[str]) -> tuple[dict[str, int], dict[str, list[int]]]:
    numbers: dict[str, int] = {}
    names: defaultdict[str, list[int]] = defaultdict(list)
    for some in slices(texts, 500):
        wanted = or_(Person.employee_number.in_(some), Person.name.in_(some))
        for id_, number, name in session.execute(
            select(Person.id, Person.employee_number, Person.name).where(wanted)
        ):
            numbers[number] = id_
            names[name].append(id_)
    return numbers, names


def create(tx: Transaction, found: Employees) -> dict[str, int]:
    """Everybody's id, once those who are not there yet are: numbered, and taking calls."""
    taken = set(
        tx.session.scalars(
            select(Person.employee_number).where(Person.employee_number.startswith(NUMBERED))
        )
    )
    free = (number for n in range(1, 10**9) if (number := f"{NUMBERED}{n:04}") not in taken)
    people = [
        Person(employee_number=next(free), name=name, job_role=JobRole.INBOUND)
        for name in found.newcomers
    ]
    tx.session.add_all(people)
    tx.session.flush()
    return found.ids | {person.name: person.id for person in people}
