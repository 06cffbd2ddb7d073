"""Tables to take away as CSV, which every spreadsheet reads rightly and none as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from flask import Response, stream_with_context


def csv_file(filename: str, lines: Iterable[Iterable[str]]) -> Response:
    """The lines as a download; the mark at its start tells spreadsheets that it is UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in line] for line in lines)
    return Response(
        text.getvalue().encode("utf-8-sig"),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={filename}"},
    )


def csv_stream(filename: str, lines: Iterable[Iterable[str]]) -> Response:
    """The same, sent line by line: it is never in memory whole."""

    def sent() -> Iterator[bytes]:
        yield b"\xef\xbb\xbf"
        for line in lines:
            text = io.StringIO()
            csv.writer(text).writerow([_harmless(cell) for cell in line])
            yield text.getvalue().encode()

    headers = {"Content-Disposition": f"attachment; filename={filename}"}
    return Response(stream_with_context(sent()), mimetype="text/csv", headers=headers)


# What a spreadsheet begins a formula at: their full-width forms too, and after a line break.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
