"""A file of colleagues as lines of values, under the headings of three scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from adapters import columns
from adapters.columns import Columns, Mistakes
from adapters.tables import Cell, Row, Table
from workflow.text import misleads
from workflow.vocabulary import Gender, JobRole, Language, Shift

Progress = Callable[[int, int], None]  # rows done, of how many
Value = str | date | JobRole | Language | Shift | Gender | None

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "employee_number": ("employee_number", "工号", "工號", "员工编号", "員工編號"),
    "name": ("name", "姓名"),
    "email": ("email", "e-mail", "邮箱", "郵箱", "电子邮件", "電子郵件", "电子邮箱"),
    "role": ("role", "岗位", "崗位", "职务", "職務"),
    "team": ("team", "团队", "團隊"),
    "manager": (
        "manager", "上级工号", "上級工號", "主管工号", "主管工號", "主管員工編號",
    ),
    "joined": ("joined", "入职日期", "入職日期", "到职日期", "到職日期"),
    "left": ("left", "离职日期", "離職日期"),
    "language": ("language", "语言", "語言"),
    "shift": ("shift", "班次", "班別"),
    "gender": ("gender", "性别", "性別"),
}  # fmt: skip
HEADINGS: Mapping[Language, tuple[str, ...]] = {
    Language.EN: tuple(COLUMNS),
    Language.ZH_HANS: (
        "工号", "姓名", "邮箱", "岗位", "团队", "上级工号", "入职日期", "离职日期", "语言",
        "班次", "性别",
    ),
    Language.ZH_HANT: (
        "員工編號", "姓名", "電子郵件", "職務", "團隊", "主管員工編號",
        "到職日期", "離職日期", "語言", "班別", "性別",
    ),
}  # fmt: skip
NEEDED = ("employee_number", "name", "role")

ROLES: Mapping[JobRole, tuple[str, ...]] = {
    JobRole.DATA_ENTRY: ("data entry", "单据录入", "單據登打", "数据录入", "資料登打"),
    JobRole.EMAIL: ("e-mail reply", "e-mail", "邮件回复", "郵件回覆", "电子邮件", "電子郵件"),
    JobRole.QUALITY_MONITOR: ("quality monitor", "质量监控", "質量監控", "质检", "品質監控"),
    JobRole.INBOUND: ("inbound calls", "呼入", "進線", "来电", "來電", "接线", "接線"),
    JobRole.OUTBOUND: ("outbound calls", "呼出", "外呼", "外撥"),
    JobRole.TEAM_LEADER: ("team leader", "组长", "組長", "班长", "班長"),
    JobRole.MANAGER: ("manager", "管理人员", "管理人員", "经理", "經理", "主管"),
    JobRole.SUPPORT: ("support staff", "支持人员", "支援人員", "支持", "支援", "后勤", "後勤"),
}
LANGUAGES: Mapping[Language, tuple[str, ...]] = {
    Language.EN: ("english", "英语", "英文", "英語"),
    Language.ZH_HANS: ("zh-cn", "zh-hans", "简体中文", "简体", "簡體中文", "简中"),
    Language.ZH_HANT: ("zh-tw", "zh-hk", "zh-hant", "繁體中文", "繁體", "繁体中文", "繁中"),
}
SHIFTS: Mapping[Shift, tuple[str, ...]] = {
    Shift.DAY: ("day shift", "白班", "早班", "日班"),
    Shift.EVENING: ("evening shift", "late", "晚班", "中班", "小夜班"),
    Shift.NIGHT: ("night shift", "夜班", "大夜班"),
    Shift.ROTATING: ("rotating shifts", "轮班", "倒班", "輪班"),
}
GENDERS: Mapping[Gender, tuple[str, ...]] = {
    Gender.FEMALE: ("f", "woman", "女"),
    Gender.MALE: ("m", "man", "男"),
    Gender.OTHER: ("x", "diverse", "其他"),
}
EMAIL = re.compile(r"[^@\s<>\",;:]+@[^@\s<>\",;:]+")
LONGEST = {"employee_number": 40, "name": 100, "email": 254, "team": 100, "manager": 40}


@dataclass(frozen=True)
class Line:
    """One colleague of the file: the values of the columns that the file has."""

    row: int
    values: Mapping[str, Value]


@dataclass
class Reading:
    """What a file says; `places` names its columns as a spreadsheet shows them."""

    lines: list[Line] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    mistakes: Mistakes = field(default_factory=Mistakes)
    rows: int = 0


def read(table: Table, on_row: Progress = lambda done, of: None) -> Reading:
    """The file's colleagues, and the mistakes that the file alone shows; raises Refused."""
    file = Columns(table, COLUMNS, NEEDED)
    reading = Reading(mistakes=file.mistakes)
    reading.places = {name: file.place(name) for name in COLUMNS if file.has(name)}
    seen: dict[str, set[Value]] = {"employee_number": set(), "email": set()}
    for row in table.rows:
        values = _values(file, row)
        for name, earlier in seen.items():
            if values.get(name) in earlier:
                file.wrong(row, name, "once")
            elif values.get(name) is not None:
                earlier.add(values[name])
        joined, left = values.get("joined"), values.get("left")
        if isinstance(joined, date) and isinstance(left, date) and left < joined:
            file.wrong(row, "left", "after_joining")
        reading.lines.append(Line(row.number, values))
        reading.rows += 1
        on_row(reading.rows, table.length)
    return reading


def _values(file: Columns, row: Row) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for name, (value_of, expected) in READERS.items():
        if name in NEEDED:
            values[name] = file.need(row, name, value_of, expected)
        elif file.has(name):
            values[name] = file.read(row, name, value_of, expected)
    return values


def _line(name: str) -> Callable[[Cell], str]:
    """Reads one line of text that shows what it is."""

    def read_line(cell: Cell) -> str:
        text = columns.text(cell)
        if len(text) > LONGEST[name] or misleads(text):
            raise ValueError(text)
        return text

    return read_line


def _email(cell: Cell) -> str:
    text = _line("email")(cell).lower()
    if not EMAIL.fullmatch(text):
        raise ValueError(text)
    return text


def _one_of(words: Mapping[Any, tuple[str, ...]]) -> Callable[[Cell], Any]:
    """Reads one word of a vocabulary, by its own name or by one that people use."""
    spelled = {_plain(name): word for word, names in words.items() for name in (word, *names)}

    def read_word(cell: Cell) -> Any:
        word = spelled.get(_plain(columns.text(cell)))
        if word is None:
            raise ValueError(cell)
        return word

    return read_word


def _plain(text: str) -> str:
    return "".join(text.casefold().replace("_", " ").replace("-", " ").split())


language = _one_of(LANGUAGES)

READERS: Mapping[str, tuple[Callable[[Cell], Value], str]] = {
    "employee_number": (_line("employee_number"), "short_text"),
    "name": (_line("name"), "short_text"),
    "email": (_email, "email"),
    "role": (_one_of(ROLES), "role"),
    "team": (_line("team"), "short_text"),
    "manager": (_line("manager"), "short_text"),
    "joined": (columns.day, "day"),
    "left": (columns.day, "day"),
    "language": (language, "language"),
    "shift": (_one_of(SHIFTS), "shift"),
    "gender": (_one_of(GENDERS), "gender"),
}
