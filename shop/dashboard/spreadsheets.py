"""Tables that staff open in a spreadsheet: what a customer typed in stays text there.

Source: OWASP, CSV Injection.
"""

import csv
import re
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse

FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
"""How a cell begins that a spreadsheet may compute, in Latin and in full-width signs."""

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def download(name: str, rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """The rows as a CSV file of this name, for the browser to keep."""
    response = HttpResponse(content_type="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})
    Writer(response).writerows(rows)
    return response


class Writer:
    """Writes rows as the csv module does, each cell harmless."""

    def __init__(self, file: Any) -> None:
        self.writer = csv.writer(file)

    def writerow(self, row: Iterable[Any]) -> None:
        self.writer.writerow([harmless(cell) for cell in row])

    def writerows(self, rows: Iterable[Iterable[Any]]) -> None:
        for row in rows:
            self.writerow(row)


def harmless(cell: Any) -> Any:
    """The cell as it is where it is a number or plain text; otherwise behind an apostrophe, which makes text of it."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else cell
