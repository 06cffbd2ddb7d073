"""What the external auditor's worksheet shows of the customer."""

from __future__ import annotations

from dataclasses import dataclass

from adapters import clock
from forms.customers import AnotherCustomerForm, CustomerForm
from models import contacts as asking
from models import customers as stored
from models.customers import CaseCustomer, Customer
from models.nominations import Nomination
from operations import customers as operations
from operations.customers import ContactDetails
from views.sealing import sealer
from workflow import contacts
from workflow.refusal import Refused


@dataclass(frozen=True)
class Panel:
    """What the worksheet shows of the case's customer; `details` only after the click."""

    choice: CaseCustomer | None
    proposals: list[Customer]
    form: CustomerForm | AnotherCustomerForm
    never: Refused | None = None  # why nobody may ask them at all
    refused: Refused | None = None  # why nobody may ask them now
    details: ContactDetails | None = None

    @property
    def customer(self) -> Customer | None:
        return self.choice.customer if self.choice else None


def panel(
    nomination: Nomination,
    form: CustomerForm | AnotherCustomerForm | None = None,
    details: ContactDetails | None = None,
) -> Panel:
    choice = stored.choice_on(nomination)
    if choice is None or choice.customer is None:
        proposals = operations.proposed(nomination, sealer())
        return Panel(None, proposals, form or CustomerForm(formdata=None))
    form = form or AnotherCustomerForm(formdata=None)
    reach = asking.reach(nomination, choice.customer)
    return Panel(
        choice,
        [],
        form,
        never=contacts.never(reach),
        refused=contacts.refusal(reach, clock.now()),
        details=details,
    )
