"""What an import says: what was expected of a cell, and what became of the file."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, format_decimal, gettext, ngettext
from flask_babel import lazy_gettext as _l

EXPECTED: dict[str, LazyString] = {
    "employee": _l("an employee number or name"),
    "known_employee": _l("the number or name of an employee that is known here"),
    "one_employee": _l("an employee number: several employees have this name"),
    "one_name": _l("one name for each employee: the file calls this one by another name too"),
    "day": _l("a day such as 2026-11-03"),
    "metric": _l("the name of a metric"),
    "number": _l("a number from 0 on"),
    "share": _l("a share such as 0.95"),
    "duration": _l("a duration such as 0:02:23, or seconds"),
    "yes_or_no": _l("yes or no"),
    "text": _l("plain text"),
    "once": _l("each of these once: it stands in an earlier row already"),
    "not_resolved_unanswered": _l("no: a call that was not answered cannot be resolved"),
    "conduct_kind": _l("complaint, breach, quality_fault, retraining_failed or absence"),
    "reference": _l("a reference that tells this record from others"),
    "short_text": _l("a short text in one line"),
    "email": _l("an e-mail address"),
    "own_email": _l("an e-mail address that nobody else has"),
    "role": _l(
        "data_entry, email, quality_monitor, inbound, outbound, team_leader, manager or support"
    ),
    "language": _l("en, zh_Hans or zh_Hant"),
    "shift": _l("day, evening, night or rotating"),
    "gender": _l("female, male or other"),
    "known_manager": _l("the employee number of a colleague who is in the file or known here"),
    "no_circle": _l("a manager who does not, in the end, report to this colleague"),
    "after_joining": _l("a day not before the one of joining"),
    "phone": _l("a telephone number"),
    "references": _l("call, ticket or order numbers, separated by semicolons"),
    "own_reference": _l("references that belong to no other customer"),
}


def expectation(expected: str) -> str:
    """What was expected of a cell."""
    return str(EXPECTED[expected])


def mistake(row: int, column: str, found: str, expected: str) -> str:
    """One mistake of a file as a sentence."""
    what = expectation(expected)
    if not found:
        return gettext(
            "Row %(row)s, column %(column)s: the cell is blank, expected was %(what)s.",
            row=row,
            column=column,
            what=what,
        )
    return gettext(
        "Row %(row)s, column %(column)s: “%(found)s” was found, expected was %(what)s.",
        row=row,
        column=column,
        found=found,
        what=what,
    )


def refused(count: int) -> str:
    return ngettext(
        "Nothing was brought in: the file has %(num)s mistake.",
        "Nothing was brought in: the file has %(num)s mistakes.",
        count,
    )


def faulty(count: int) -> str:
    return ngettext("The file has %(num)s mistake.", "The file has %(num)s mistakes.", Count(count))


def outcome(counts: Mapping[str, int]) -> list[str]:
    """What became of a file that was brought in, or would become of it: one line each."""
    if not any(number for what, number in counts.items() if what != "unchanged"):
        return [
            ngettext(
                "Nothing changed: the %(num)s entry of the file is here already.",
                "Nothing changed: the %(num)s entries of the file are here already.",
                Count(counts.get("unchanged", 0)),
            )
        ]
    return [LINES[what](Count(number)) for what, number in counts.items() if number]


class Count(int):
    """A number that a sentence shows in the reader's way of grouping it: 1,000,000."""

    def __str__(self) -> str:
        shown: str = format_decimal(int(self))
        return shown


LINES = {
    "people": lambda n: ngettext("%(num)s new employee", "%(num)s new employees", n),
    "added": lambda n: ngettext("%(num)s new entry", "%(num)s new entries", n),
    "corrected": lambda n: ngettext("%(num)s corrected entry", "%(num)s corrected entries", n),
    "removed": lambda n: ngettext("%(num)s removed entry", "%(num)s removed entries", n),
    "changed": lambda n: ngettext("%(num)s changed employee", "%(num)s changed employees", n),
    "left": lambda n: ngettext("%(num)s employee leaves", "%(num)s employees leave", n),
    "own": lambda n: ngettext(
        "%(num)s new entry is about whoever sent the file",
        "%(num)s new entries are about whoever sent the file",
        n,
    ),
    "unchanged": lambda n: ngettext("%(num)s unchanged entry", "%(num)s unchanged entries", n),
}
