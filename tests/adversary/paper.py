"""Forms as a browser finds them on a page: what can be typed, what is chosen already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

ADDRESSES = (
    "href", "src", "action", "formaction", "data-autosave", "data-upload-to", "data-stage-to",
)  # fmt: skip
LINES = frozenset({"text", "search", "email", "tel", "url"})


@dataclass
class Form:
    """One form: what it sends as it stands, and which of that is typed."""

    action: str
    method: str
    sent: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)  # name -> type of the field
    choices: dict[str, list[str]] = field(default_factory=dict)

    def filled(self, text: str) -> dict[str, str]:
        """The form with the text in every field that takes text, and something chosen."""
        chosen = {
            name: next((value for value in values if value), "")
            for name, values in self.choices.items()
            if not self.sent.get(name)
        }
        return {**self.sent, **chosen, **dict.fromkeys(self.typed, text)}


class Paper(HTMLParser):
    """A page as it came, its forms, and every element with its attributes' names."""

    def __init__(self, html: str, path: str = "") -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.forms: list[Form] = []
        self.elements: set[tuple[str, str]] = set()
        self.addresses: list[str] = []
        self.scripts = 0
        self._path = urlsplit(path).path
        self._form: Form | None = None
        self._area: str | None = None
        self._select: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements |= {(tag, name) for name in given} | {(tag, "")}
        self.addresses += [given[name] for name in ADDRESSES if name in given]
        self.scripts += tag == "script"
        if tag == "form":
            action = given.get("action") or self._path
            self._form = Form(action, given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._part(self._form, tag, given)

    def _part(self, form: Form, tag: str, given: Mapping[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "textarea" and name:
            self._area = name
            form.sent[name], form.typed[name] = "", "textarea"
        elif tag == "select":
            self._select = name
            form.choices.setdefault(name, [])
        elif tag == "option" and self._select:
            form.choices[self._select].append(given.get("value", ""))
            if "selected" in given:
                form.sent[self._select] = given.get("value", "")
        elif tag == "input" and name:
            self._input(form, name, kind, given)
        elif tag == "button" and name and "formaction" not in given:
            form.sent.setdefault(name, given.get("value", ""))  # Enter presses the first one

    @staticmethod
    def _input(form: Form, name: str, kind: str, given: Mapping[str, str]) -> None:
        value = given.get("value", "")
        if kind in LINES:
            form.sent[name], form.typed[name] = value, kind
        elif kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(value)
            if "checked" in given:
                form.sent[name] = value
        elif kind not in ("file", "submit", "password"):
            form.sent[name] = value

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area is not None:
            self._form.sent[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._form is not None and self._area is not None:
            # The first newline belongs to the element, as every browser reads it.
            self._form.sent[self._area] = self._form.sent[self._area].removeprefix("\n")
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "form":
            self._form = None
