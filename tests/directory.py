"""A directory of customers for tests, brought in as a file like any other."""

from __future__ import annotations

from flask import current_app

from adapters.sealing import Sealer
from operations import customers, directory, imports
from operations.casework import Request
from tests.builders import version

HEAD = "customer_number,name,email,phone,language,consent,do_not_contact,keep_until,references"
WANG = "K-1,王芳,wang@example.cn,+86 21 5555 0101,zh_Hans,yes,no,2027-12-31,CALL-77; T-900"
LIU = "K-2,Liu Wei,liu@example.org,0755 5550 0102,en,yes,no,2027-12-31,CALL-88"
FILE = f"{HEAD}\n{WANG}\n{LIU}\n"


def sealer() -> Sealer:
    found: Sealer = current_app.config["SEALER"]
    return found


def bring(file: str = FILE, sealed_by: Sealer | None = None) -> dict[str, int]:
    """Bring the file in, as the command line does."""
    import_id = imports.receive(
        kind=directory.KIND, filename="customers.csv", sha256="0" * 64, by_id=None, options={}
    )
    reading = directory.read(file.encode(), "customers.csv")
    return directory.apply(import_id=import_id, reading=reading, sealer=sealed_by or sealer())


def customer(number: str, **changed: str) -> str:
    """A line of the file; what is not given is plain."""
    cells = {
        "name": f"Customer {number}",
        "email": f"{number.lower()}@example.org",
        "phone": "021 5555 0100",
        "language": "en",
        "consent": "yes",
        "do_not_contact": "no",
        "keep_until": "2027-12-31",
        "references": "",
    } | changed
    return ",".join([number, *cells.values()])


def choose(
    person_id: int, case: str, number: str | None, at: int | None = None, reason: str = ""
) -> None:
    """Say, as the external auditor who has just opened the page, whom the case is about."""
    customers.choose(
        person_id=person_id,
        number=case,
        customer_number=number,
        reason=reason,
        sealer=sealer(),
        request=Request(version(case) if at is None else at),
    )
