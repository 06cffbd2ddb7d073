"""The HTML entrance: one blueprint per area, each named here once."""

from __future__ import annotations

from flask import Blueprint

from views import appearance, health, language, styleguide

BLUEPRINTS: tuple[Blueprint, ...] = (
    appearance.bp,
    health.bp,
    language.bp,
    styleguide.bp,
)
