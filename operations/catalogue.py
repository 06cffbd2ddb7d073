"""Loading the catalogue of awards, rules and targets into a database that has no scheme yet."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models.rewards import Reward
from models.scheme import Award, Holiday, KpiScheme, KpiTarget, PolicyRule, Scheme, Tier
from operations import cycles
from operations.transaction import Transaction, operation
from workflow.kpi_catalogue import ROLE_TARGETS
from workflow.policy import STANDARD_RULES
from workflow.vocabulary import Cadence, Consequence, JobRole, RewardKind, Subject

FOLDER = Path(__file__).parent.parent / "catalogue"
HOLIDAY_YEARS = 2  # this year and the next: later ones are announced, and entered by then


@operation
def load(tx: Transaction, *, folder: Path = FOLDER) -> bool:
    """Load the catalogue; False, and nothing done, where there is a scheme already."""
    if tx.session.get(Scheme, 1) is not None:
        return False
    digest = sha256()
    terms = _read(folder / "scheme.toml", digest)
    names = _read(folder / "policy.toml", digest)
    awards = {key: _read(folder / "awards" / f"{key}.toml", digest) for key in terms["awards"]}

    tx.add(_scheme(terms))
    tx.session.add_all(_award(position, *pair) for position, pair in enumerate(awards.items()))
    tx.session.flush()
    tx.session.add_all(_rewards(tx, awards))
    tx.session.add_all(_rules(names))
    tx.session.add_all(_targets())
    tx.session.add_all(_holidays(terms, tx.now.year))
    tx.session.flush()
    tx.note("scheme_loaded", {"awards": list(awards), "catalogue": digest.hexdigest()})
    cycles.ensure(tx)
    return True


def zone(folder: Path = FOLDER) -> ZoneInfo:
    """The time zone that a scheme from the catalogue starts with."""
    return ZoneInfo(_read(folder / "scheme.toml", sha256())["timezone"])


def _read(path: Path, digest: Any) -> dict[str, Any]:
    data = path.read_bytes()
    digest.update(data)
    return tomllib.loads(data.decode())


def _scheme(terms: dict[str, Any]) -> Scheme:
    taken = {name: terms[name] for name in terms if name not in ("awards", "holidays")}
    return Scheme(id=1, **taken)


def _award(position: int, key: str, data: dict[str, Any]) -> Award:
    return Award(
        key=key,
        position=position,
        names=data["names"],
        descriptions=data["descriptions"],
        criteria={language: text.strip() for language, text in data["criteria"].items()},
        cadence=Cadence(data["cadence"]),
        subject=Subject(data["subject"]),
        road=data["road"],
        job_role=JobRole(data["job_role"]) if "job_role" in data else None,
        metric=data.get("metric"),
        if_refuted=Consequence(data.get("if_refuted", Consequence.RETURN)),
        if_unverifiable=Consequence(data.get("if_unverifiable", Consequence.CONTINUE)),
        assigns=data.get("assigns", False),
        auditors_needed=data.get("auditors_needed", 1),
        eligibility=data.get("eligibility", []),
        second_contact_days=data.get("second_contact_days"),
        waits_for_second_contact=data.get("waits_for_second_contact", False),
        tiers=[_tier(place, tier) for place, tier in enumerate(data["tiers"])],
    )


def _tier(position: int, data: dict[str, Any]) -> Tier:
    cost = Decimal(data.get("cost", 0))
    threshold = Decimal(data["threshold"]) if "threshold" in data else None
    own = {name: value for name, value in data.items() if name != "gives"}
    return Tier(**{**own, "position": position, "cost": cost, "threshold": threshold})


def _rewards(tx: Transaction, awards: dict[str, dict[str, Any]]) -> Iterator[Reward]:
    """What each tier gives, line by line."""
    for award in tx.session.scalars(select(Award)):
        for tier, data in zip(award.tiers, awards[award.key]["tiers"], strict=True):
            for position, line in enumerate(data.get("gives", ())):
                yield Reward(
                    tier_id=tier.id,
                    position=position,
                    kind=RewardKind(line["kind"]),
                    names=line["names"],
                    amount=Decimal(line.get("amount", 0)),
                    each_member=True,
                )


def _rules(names: dict[str, Any]) -> list[PolicyRule]:
    return [
        PolicyRule(
            key=rule.key, kind=rule.kind.value, params=dict(rule.params), names=names[rule.key]
        )
        for rule in STANDARD_RULES
    ]


def _targets() -> list[KpiScheme]:
    return [
        KpiScheme(
            job_role=role.role,
            version=role.version,
            starts_on=role.starts_on,
            targets=[
                KpiTarget(metric=each.metric, target=each.target, weight=each.weight, cap=each.cap)
                for each in role.targets
            ],
        )
        for role in ROLE_TARGETS
    ]


def _holidays(terms: dict[str, Any], year: int) -> list[Holiday]:
    return [
        Holiday(day=date.fromisoformat(f"{each}-{day}"), names=holiday["names"])
        for each in range(year, year + HOLIDAY_YEARS)
        for holiday in terms["holidays"]
        for day in holiday["days"]
    ]
