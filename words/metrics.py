"""What each metric is called, and how its figures are counted."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from workflow.metrics import Unit

METRIC_NAMES: dict[str, LazyString] = {
    "calls_offered": _l("Calls offered"),
    "calls_answered": _l("Calls answered"),
    "calls_resolved": _l("Calls resolved"),
    "forms_inspected": _l("Forms inspected"),
    "answer_rate": _l("Answer rate"),
    "resolution_rate": _l("Resolution rate"),
    "speed_of_answer_s": _l("Speed of answer"),
    "talk_time_s": _l("Talk time"),
    "satisfaction": _l("Satisfaction"),
    "typing_speed": _l("Typing speed"),
    "documents_per_day": _l("Documents entered a day"),
    "emails_per_day": _l("E-mails answered a day"),
    "forms_inspected_per_day": _l("Forms inspected a day"),
    "productivity": _l("Productivity"),
    "filed_correctly": _l("Filed correctly and on time"),
    "confirmation_rate": _l("Data confirmation success"),
    "meeting_attendance": _l("Meeting attendance"),
    "first_contact_resolution": _l("First-contact resolution"),
    "inspection_pass_rate": _l("Inspection pass rate"),
    "attendance": _l("Attendance"),
    "schedule_adherence": _l("Schedule adherence"),
    "error_rate": _l("Error rate"),
    "errors": _l("Errors"),
    "complaints": _l("Complaints"),
}
UNITS: dict[Unit, LazyString] = {
    Unit.COUNT: _l("number"),
    Unit.SHARE: _l("share"),
    Unit.SECONDS: _l("seconds"),
    Unit.MARKS: _l("marks from 1 to 5"),
    Unit.CHARACTERS_PER_MINUTE: _l("characters a minute"),
    Unit.PER_DAY: _l("a day"),
}
