"""The eight people of the week: each in a language and at a width of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from tests.journeys.week.hand import Hand
from tests.journeys.week.world import World


@dataclass(frozen=True)
class Someone:
    """Who sits there; the customer has no employee number, and no script in the browser."""

    name: str
    employee_number: str
    language: str
    width: int
    has_script: bool = True


AGENT = Someone("Agent on a phone", "E1017", "zh_Hans", 390)
INTERNAL = Someone("Internal auditor", "E1012", "en", 1280)
EXTERNAL = Someone("External auditor", "E1005", "zh_Hant", 1024)
CUSTOMER = Someone("Customer", "", "zh_Hant", 390, has_script=False)
POLICY = Someone("Policy reviewer", "E1006", "en", 1440)
COMMITTEE = Someone("Committee", "E1008", "zh_Hant", 1280)
MANAGER = Someone("Scheme manager", "E1010", "zh_Hans", 1366)
DOUBTER = Someone("Doubting colleague", "E1061", "zh_Hans", 360)


@dataclass(frozen=True)
class Place:
    """Where a task happens: the application to ask whether its aim was reached, and a folder."""

    app: Flask
    world: World
    folder: Path


Task = Callable[[Hand, Place], None]
TASKS: list[tuple[Someone, str, Task]] = []


ORDER = (AGENT, CUSTOMER, INTERNAL, EXTERNAL, POLICY, COMMITTEE, MANAGER, DOUBTER)


def week() -> list[tuple[Someone, str, Task]]:
    """All tasks, person by person; each person's in the order in which they are written."""
    return sorted(TASKS, key=lambda each: ORDER.index(each[0]))


def task(who: Someone, aim: str) -> Callable[[Task], Task]:
    """Enter a task of somebody."""

    def enter(do: Task) -> Task:
        TASKS.append((who, aim, do))
        return do

    return enter
