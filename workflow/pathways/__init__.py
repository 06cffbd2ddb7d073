"""The roads that a nomination can take, by key."""

from __future__ import annotations

from workflow.pathway import Pathway
from workflow.pathways.by_numbers import BY_NUMBERS
from workflow.pathways.instant import INSTANT
from workflow.pathways.shortlist import SHORTLIST
from workflow.pathways.standard import STANDARD

PATHWAYS: dict[str, Pathway] = {
    road.key: road for road in (STANDARD, SHORTLIST, INSTANT, BY_NUMBERS)
}
