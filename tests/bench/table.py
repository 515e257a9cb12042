"""How the benches say what they measured."""

from collections.abc import Iterable

Cell = str | float | None


class Table:
    """Rows of figures under the names of their columns, of which the first are words. None stays empty."""

    def __init__(self, *columns: str, words: int = 1) -> None:
        self._columns, self._words, self._rows = columns, words, list[list[str]]()

    def add(self, *cells: Cell) -> None:
        self._rows.append([*map(_written, cells), *[""] * (len(self._columns) - len(cells))])

    def rows(self) -> list[dict[str, str]]:
        """The rows, by the names of their columns."""
        return [dict(zip(self._columns, row, strict=True)) for row in self._rows]

    def __str__(self) -> str:
        lines = [[*self._columns], *self._rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(self._line(line, widths) for line in lines)

    def _line(self, cells: Iterable[str], widths: list[int]) -> str:
        aligned = (
            cell.ljust(width) if number < self._words else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return "  ".join(aligned).rstrip()


def _written(cell: Cell) -> str:
    """A figure with the digits that count."""
    if cell is None:
        return ""
    if isinstance(cell, int | str):
        return str(cell)
    places = next(places for places, least in enumerate((100, 10, 1, 0)) if abs(cell) >= least)
    return f"{cell:.{places}f}"
