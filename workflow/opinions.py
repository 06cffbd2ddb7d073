"""Two auditors, neither knowing what the other found: what their verdicts come to together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from workflow.vocabulary import Verdict


@dataclass(frozen=True)
class Voice:
    """One auditor's verdict on one claim, by the claim's number."""

    by: int
    claim: int
    verdict: Verdict


@dataclass(frozen=True)
class Weighed:
    """What the opinions of one round come to.

    `verdicts` holds what is settled; `by` those whose opinions are in; `missing` counts the
    opinions still to come; `split` names the claims on which the first two differ.
    """

    needed: int = 1
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)
    by: frozenset[int] = frozenset()
    missing: int = 0
    split: frozenset[int] = frozenset()

    @property
    def are_sealed(self) -> bool:
        """Whether one opinion could still sway another."""
        return len(self.by) < self.needed and self.needed > 1

    @property
    def are_settled(self) -> bool:
        """Whether no opinion is wanted any more: one of those who gave one decides."""
        return self.needed > 1 and not self.missing

    def asked_of(self, person: int, claims: Collection[int]) -> frozenset[int]:
        """The claims on which this person's opinion is wanted now."""
        if self.needed == 1 or self.are_sealed:
            return frozenset(claims)
        return self.split if self.missing and person not in self.by else frozenset()


def weigh(claims: Collection[int], voices: Iterable[Voice], needed: int) -> Weighed:
    """Weigh the verdicts given in one round, the oldest first.

    One auditor: the last verdict on a claim counts. Two: the first two whole opinions count where
    they agree; on the claims where they differ a third, whoever gives it first, decides.
    """
    if needed == 1:
        spoken = list(voices)
        last = {voice.claim: voice.verdict for voice in spoken}
        return Weighed(verdicts=last, by=frozenset(voice.by for voice in spoken))
    opinions = _opinions(voices)
    whole = [person for person, said in opinions.items() if said.keys() >= set(claims)]
    pair = whole[:needed]
    if len(pair) < needed or not claims:
        return Weighed(needed, by=frozenset(pair), missing=needed - len(pair))
    first, second = (opinions[person] for person in pair)
    agreed = {claim: first[claim] for claim in claims if first[claim] is second[claim]}
    split = frozenset(claims) - agreed.keys()
    third = next(
        (p for p, said in opinions.items() if p not in pair and said.keys() >= split), None
    )
    if not split or third is None:
        return Weighed(needed, agreed, frozenset(pair), int(bool(split)), split)
    decided = {claim: opinions[third][claim] for claim in split}
    return Weighed(needed, agreed | decided, frozenset([*pair, third]), 0, split)


def _opinions(voices: Iterable[Voice]) -> dict[int, dict[int, Verdict]]:
    """Each person's last word on each claim, whoever began first above."""
    opinions: dict[int, dict[int, Verdict]] = {}
    for voice in voices:
        opinions.setdefault(voice.by, {})[voice.claim] = voice.verdict
    return opinions
