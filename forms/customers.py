"""What is asked about customers: the file of the directory, and which of them a case is about."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms.validators import Length

from forms.fields import Required, TextArea, TextField
from forms.page import PageForm


class CustomersFileForm(PageForm):
    file = FileField(
        _l("File with customers"),
        [FileRequired(_l("Choose a file."))],
        description=_l("CSV or XLSX. Its first row names the columns, in any order."),
        render_kw={"accept": ".csv,.xlsx"},
    )


class AnotherCustomerForm(PageForm):
    customer_number = TextField(
        _l("Customer number"),
        [Length(max=60, message=_l("Shorten it to %(max)d characters or fewer."))],
        description=_l("Blank: the case is about nobody in the directory."),
        render_kw={"autocomplete": "off"},
    )
    reason = TextArea(
        _l("Why the first choice was wrong"),
        [
            Required(_l("Say in a sentence why it is another customer.")),
            Length(max=2000, message=_l("Shorten it to %(max)d characters or fewer.")),
        ],
    )


class CustomerForm(PageForm):
    customer_number = TextField(
        _l("Customer number"),
        [
            Required(_l("Give the number of a customer in the directory.")),
            Length(max=60, message=_l("Shorten it to %(max)d characters or fewer.")),
        ],
        render_kw={"autocomplete": "off"},
    )
    reason = TextArea(
        _l("Why it is this customer"),
        [Length(max=2000, message=_l("Shorten it to %(max)d characters or fewer."))],
        description=_l("Needed where no reference leads to them and they may not be asked."),
    )
