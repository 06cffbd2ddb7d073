"""A feed in the Atom format (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from workflow.text import for_xml

ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ElementTree.register_namespace("", ATOM)


@dataclass(frozen=True)
class Entry:
    """One thing published; `address` is absolute and stays, so it is the entry's id too."""

    title: str
    text: str
    language: str
    address: str
    updated: datetime


@dataclass(frozen=True)
class Feed:
    """Everything that a reader is given; addresses are absolute."""

    title: str
    address: str
    own_address: str
    updated: datetime
    entries: Sequence[Entry]


def atom(feed: Feed) -> bytes:
    """The feed's document."""
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    _text(root, "id", feed.address)
    _text(root, "title", feed.title)
    _text(root, "updated", _instant(feed.updated))
    author = ElementTree.SubElement(root, f"{{{ATOM}}}author")
    _text(author, "name", feed.title)
    _link(root, "self", feed.own_address)
    _link(root, "alternate", feed.address)
    for each in feed.entries:
        entry = ElementTree.SubElement(root, f"{{{ATOM}}}entry", {XML_LANG: each.language})
        _text(entry, "id", each.address)
        _text(entry, "title", each.title)
        _text(entry, "updated", _instant(each.updated))
        _link(entry, "alternate", each.address)
        _text(entry, "content", each.text)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}{name}").text = for_xml(text)


def _link(parent: ElementTree.Element, rel: str, href: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}link", {"rel": rel, "href": href})


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
