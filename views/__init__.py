"""The HTML entrance: one blueprint per area, each named here once."""

from __future__ import annotations

from flask import Blueprint

from views import health, language

BLUEPRINTS: tuple[Blueprint, ...] = (
    health.bp,
    language.bp,
)
