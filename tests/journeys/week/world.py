"""The scheme on a Monday morning: the demo grown to 200 people, with a call log and full desks."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from adapters.folding import folding
from app import create_app
from models.base import db
from models.nominations import by_number
from models.people import Person
from operations import drafts, imports, people, search, surveys
from operations.casework import Request
from operations.drafts import Step, Written
from operations.surveys import Invitation
from tests.builders import decide, version
from tests.directory import HEAD, bring, choose, customer, sealer
from tests.fixtures.demo import demo_settings, load_demo
from tests.fixtures.run import once
from tests.roads import call, find
from workflow.vocabulary import Action, Channel, SurveyWay

LOG = Path(__file__).parents[4] / "shared" / "data" / "call-centre-2021q1.xlsx"
TEAMS = ("热线三组", "热线四组", "在线客服组", "外呼二组", "電郵二組", "Night Desk")
SURNAMES = "陈王李张刘杨黄周吴徐孙胡朱高林何郭马罗梁宋郑谢"
GIVEN = "子涵 雨欣 浩宇 梓萱 俊熙 诗琪 宇航 佳慧 明轩 思远 雅静 建华 文博 晓彤 志鹏 慧敏".split()
NEWCOMERS = 138
WAIT_FOR = {"internal": 44, "external": 4, "policy": 4}
STORIES = (
    (
        "替听障客户把整通电话改成文字，一字一句确认到账",
        (
            "客户听不见，她改用文字聊天，把退款的四个步骤逐条"
            "发给对方，等对方看完再发下一条，一共五十二分钟。"
        ),
    ),
    (
        "發現重複扣款後，當天聯絡了全部十九位客戶",
        "他在對帳時看到同一筆續約扣了兩次，先請財務停掉排程，再逐一去電說明，下班前全部退回。",
    ),
    (
        "Found a parcel that three depots had given up on",
        (
            "The tracking had ended in March. She called each depot, compared the weights, "
            "and found it under a label that had come off."
        ),
    ),
    (
        "深夜陪独居老人找到关燃气阀的方法",
        "来电时只说闻到味道。他请老人先开窗，一步一步描述阀门的样子，同时请同事联系物业上门。",
    ),
    (
        "把一次投诉变成全组都在用的核对清单",
        (
            "客户因地址写错投诉两次。她整理出六个最容易写错的"
            "地方，做成清单，两周内同类差错从十四件降到一件。"
        ),
    ),
)
CLAIMS = (
    "通话当天客户确认问题已经解决，并在回访中给了五分。",
    "工单记录显示，从来电到解决不到两个小时，没有转接给别的组。",
)


@dataclass(frozen=True)
class World:
    """What the tasks need to know of it beforehand."""

    internal: list[str]
    external: list[str]
    policy: list[str]
    surveyed: list[str]
    links: list[str]  # the tokens of the surveys of these


def load(folder: Path) -> World:
    """A copy of the world, made once per run."""
    shutil.copytree(once("week", make), folder, dirs_exist_ok=True)
    return World(**json.loads((folder / "world.json").read_text()))


def make(folder: Path) -> None:
    shutil.copytree(once("demo", load_demo), folder, dirs_exist_ok=True)
    app = create_app(demo_settings(folder))
    with app.app_context():
        _people()
        _call_log(app)
        world = _desks()
        search.follow(folding())
        assert db.session.query(Person).count() >= 200
        db.session.remove()
        db.engine.dispose()
    (folder / "world.json").write_text(json.dumps(asdict(world)))


def _people() -> None:
    head = "employee_number,name,email,role,team,manager,joined,left,language"
    lines = [head]
    for at in range(NEWCOMERS):
        name = SURNAMES[at % len(SURNAMES)] + GIVEN[at % len(GIVEN)]
        role = "outbound" if at % len(TEAMS) == 3 else "inbound"
        lines.append(
            f"E{2001 + at},{name},e{2001 + at}@lanqiao.example,{role},{TEAMS[at % len(TEAMS)]},"
            "E1002,2023-05-08,,zh_Hans"
        )
    data = "\n".join(lines).encode()
    reading = people.read(data, "people.csv")
    import_id = imports.receive(
        kind=people.KIND,
        filename="people.csv",
        sha256=sha256(data).hexdigest(),
        by_id=None,
        options={},
    )
    people.apply(import_id=import_id, reading=reading)


def _call_log(app: Flask) -> None:
    words = ["results", "import", str(LOG), "--mapping", "call-log", "--create-people"]
    result = app.test_cli_runner().invoke(args=words)
    assert result.exit_code == 0, result.output


def _desks() -> World:
    """Cases that wait for the auditors and reviewers, as they have come there."""
    ids = {one.employee_number: one.id for one in db.session.scalars(select(Person))}
    bring("\n".join([HEAD, *(customer(f"K-{at}", language="zh_Hant") for at in range(1, 9)), ""]))
    submitted = [_submitted(ids, at) for at in range(sum(WAIT_FOR.values()) + 2)]
    external = submitted[WAIT_FOR["internal"] :]
    for number in external:
        find(ids["E1004"], number, note="录音已听，时间与工单一致。")
        decide(ids["E1004"], number, Action.APPROVE)
    policy = external[WAIT_FOR["external"] : -2]
    for number in policy:
        call(ids["E1013"], number, note="客户很满意，说问题没有再出现。")
        decide(ids["E1013"], number, Action.APPROVE)
    return World(
        internal=submitted[: WAIT_FOR["internal"]],
        external=external[: WAIT_FOR["external"]],
        policy=policy,
        surveyed=external[-2:],
        links=[
            _link(ids["E1005"], number, f"K-{7 + at}") for at, number in enumerate(external[-2:])
        ],
    )


def _submitted(ids: dict[str, int], at: int) -> str:
    """A nomination written and handed in by one of the newcomers, for another."""
    nominator, nominee = ids[f"E{2001 + at}"], ids[f"E{2070 + at}"]
    number = drafts.begin(person_id=nominator, award_key="monthly-project")

    for step, target in ((Step.ADD_NOMINEE, nominee), (Step.ADD_CLAIM, None)):
        drafts.save(person_id=nominator, number=number, written=Written(), step=step, target=target)
    row = by_number(number)
    assert row is not None
    title, story = STORIES[at % len(STORIES)]
    drafts.save(
        person_id=nominator,
        number=number,
        written=Written(
            title=title,
            story=story,
            happened_on=row.created_at.date(),
            channel=Channel.PHONE,
            claims={claim.id: text for claim, text in zip(row.claims, CLAIMS, strict=True)},
            evidence={
                piece.id: f"CALL-{140000 + at * 10 + claim.position}"
                for claim in row.claims
                for piece in claim.evidence
            },
            answered=frozenset({"happened_on", "channel"}),
        ),
    )
    decide(nominator, number, Action.SUBMIT)
    return number


def _link(auditor: int, number: str, customer_number: str) -> str:
    choose(auditor, number, customer_number)
    token = surveys.invite(
        person_id=auditor,
        number=number,
        invitation=Invitation(SurveyWay.COPIED, Channel.CHAT, "據稱同仁當天回電並補發了新卡。"),
        sealer=sealer(),
        request=Request(version(number)),
    )
    assert token is not None
    return token
