"""The HTML entrance: one blueprint per area, each named here once."""

from __future__ import annotations

from flask import Blueprint

from views import (
    appearance,
    audits,
    auth,
    awards,
    cases,
    duties,
    evidence,
    health,
    inbox,
    language,
    manage,
    nominations,
    people,
    people_import,
    reviews,
    scores,
    styleguide,
    tiering,
    work,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    appearance.bp,
    audits.bp,
    auth.bp,
    awards.bp,
    cases.bp,
    duties.bp,
    evidence.bp,
    health.bp,
    inbox.bp,
    language.bp,
    manage.bp,
    nominations.bp,
    people.bp,
    people_import.bp,
    reviews.bp,
    scores.bp,
    styleguide.bp,
    tiering.bp,
    work.bp,
)
