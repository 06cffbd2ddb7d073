"""What is asked about a file of colleagues."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from forms.page import PageForm


class PeopleFileForm(PageForm):
    file = FileField(
        _l("File with colleagues"),
        [FileRequired(_l("Choose a file."))],
        description=_l("CSV or XLSX. Its first row names the columns, in any order."),
        render_kw={"accept": ".csv,.xlsx"},
    )
