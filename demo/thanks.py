"""How the office thanks the winners: rewards handed over and signed for, words written of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from random import Random

from adapters import clock
from demo.calendar import Calendar
from demo.cast import DUTIES
from models import fulfilment, tributes
from models.fulfilment import Owed
from operations import rewards
from operations import tributes as writing
from operations.tributes import Text
from workflow.vocabulary import Duty, Language, RewardState, Tribute

Instants = Iterator[datetime]
SEED = 20261103
HANDED, SIGNED, ON_PAPER = 9, 7, 6  # days ago
NOT_YET_SIGNED = 3  # of every so many rewards one waits for its signature
LIST = "已在纸质领取清单上签名，清单由前台保管。"

WORDS = (
    (
        "两小时电话，帮走失老人找回回家的路",
        Tribute.CITATION,
        Language.ZH_HANS,
        Text(
            "两小时，一条回家的路",
            "那天傍晚，一位老人迷了路，只记得我们的热线号码。她在电话里陪了他整整两个小时，"
            "一边听背景里的报站声，一边在地图上找，直到家人赶到。\n\n"
            "没有人要求她这样做。她说：“挂了电话，我今晚也睡不着。”",
        ),
    ),
    (
        "把三封投訴信寫成一封感謝信",
        Tribute.LETTER,
        Language.ZH_HANT,
        Text(
            "給把投訴信讀到最後一行的同仁",
            "三封投訴信送到您桌上時，客戶已經不想再多說。您先打電話把話聽完，再把三封信裡的問題"
            "逐條回覆，每一條都寫明怎麼辦、誰來辦、什麼時候辦好。\n\n"
            "後來寄到的，是一封感謝信。謝謝您讓我們想起：服務是寫給一個人看的。",
            "總經理 敬上",
        ),
    ),
    (
        "Caught a billing error that touched 340 customers",
        Tribute.CITATION,
        Language.EN,
        Text(
            "One line on one bill",
            "A customer was eleven yuan out and did not mind. Our colleague did: the same line "
            "stood on 340 other bills. By the evening all of them were put right, before anybody "
            "had to ask.",
        ),
    ),
)
PUBLISHED = 2  # of these; the last one waits for its approval


def lives(calendar: Calendar, ids: dict[str, int]) -> list[Instants]:
    """The handing over, and the writing; at minutes of their own, so that no other moves."""
    own = replace(calendar, random=Random(SEED))  # noqa: S311  # no secret
    manager = ids[DUTIES[Duty.SCHEME_MANAGER][0]]
    member = ids[DUTIES[Duty.COMMITTEE][0]]
    return [_handing_over(own, manager), _writing(own, manager, member)]


def _handing_over(calendar: Calendar, manager: int) -> Instants:
    yield calendar.ago(HANDED)
    for owed in _in_state(RewardState.OWED, RewardState.OVERDUE):
        receiver = next((each.id for each in owed.winners if each.id != manager), None)
        if receiver is not None:
            rewards.hand_over(
                person_id=manager,
                number=owed.nomination.number,
                position=owed.position,
                receiver_id=receiver,
            )
    yield calendar.ago(SIGNED)
    given = _in_state(RewardState.HANDED_OVER)
    for nth, owed in enumerate(given):
        if nth % NOT_YET_SIGNED and owed.handover:
            _sign(owed, owed.handover.receiver_id)
    yield calendar.ago(ON_PAPER)
    for owed in _in_state(RewardState.HANDED_OVER)[:1]:
        _sign(owed, manager, LIST)


def _sign(owed: Owed, by: int, note: str = "") -> None:
    if owed.handover is not None:
        number, seq = owed.nomination.number, owed.handover.ledger_seq
        rewards.sign(person_id=by, number=number, handover_seq=seq, note=note)


def _in_state(*states: RewardState) -> list[Owed]:
    found = fulfilment.of_cycles("", "", clock.now())
    return sorted((owed for owed in found if owed.state in states), key=lambda owed: owed.award_seq)


def _writing(calendar: Calendar, manager: int, member: int) -> Instants:
    yield calendar.ago(SIGNED)
    begun = []
    for title, kind, language, text in WORDS:
        case = next((each for each in tributes.without_one(100) if each.title == title), None)
        if case is None:
            continue
        draft = Text(case.title, "\n\n".join(claim.text for claim in case.claims))
        tribute_id = writing.begin(
            person_id=manager, number=case.number, kind=kind, language=language, draft=draft
        )
        version = writing.save(person_id=manager, tribute_id=tribute_id, seen=1, text=text)
        begun.append((tribute_id, version))
    yield calendar.ago(ON_PAPER)
    for tribute_id, version in begun[:PUBLISHED]:
        writing.approve(person_id=member, tribute_id=tribute_id, version=version)
