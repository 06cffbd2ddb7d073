"""The HTML entrance: one blueprint per area, each named here once."""

from __future__ import annotations

from flask import Blueprint

from views import appearance, awards, auth, health, language, styleguide

BLUEPRINTS: tuple[Blueprint, ...] = (
    appearance.bp,
    awards.bp,
    auth.bp,
    health.bp,
    language.bp,
    styleguide.bp,
)
