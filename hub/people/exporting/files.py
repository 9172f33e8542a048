"""Rows as a file that is made while it goes out: CSV or XLSX, with cells that no spreadsheet runs as formulas."""

from __future__ import annotations

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any, Literal

from hub.people.exporting.harmless import harmless

Format = Literal["csv", "xlsx"]
Value = str | int | float | bool | None
Rows = AsyncIterator[Iterable[list[Value]]]
"""Some rows at a time. They are read by a thread, one after the other."""

SHEET_ROWS = 1_048_575
"""Rows below the header that a sheet of Excel holds; the next ones go to another sheet."""
_LONGEST_CELL = 32_767
_EXACT = 10**15
"""Excel keeps fifteen digits; longer numbers are written as text."""
_PIECE = 64 * 1024


def file_of(format: Format, names: list[str], rows: Rows) -> AsyncIterator[bytes]:
    """Return a file with a line of names and the rows below it, in pieces."""
    return (_csv if format == "csv" else _xlsx)(names, rows)


async def _csv(names: list[str], rows: Rows) -> AsyncIterator[bytes]:
    """Yield a CSV in UTF-8, with the mark at its beginning by which Excel knows the charset."""
    yield b"\xef\xbb\xbf" + _lines([[harmless(name) for name in names]])
    async for some in rows:
        yield await asyncio.to_thread(_lines, some)


def _lines(rows: Iterable[list[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_shown(value) for value in row] for row in rows)
    return out.getvalue().encode()


def _shown(value: Value) -> Value:
    if type(value) is str:
        return harmless(value)
    return ("true" if value else "false") if type(value) is bool else value


async def _xlsx(names: list[str], rows: Rows) -> AsyncIterator[bytes]:
    """Yield a workbook. It is written to a file first, row by row: the directory of a zip is at its end."""
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder, "export.xlsx")
        book = _Book(path, folder, names)
        async for some in rows:
            await asyncio.to_thread(book.add, some)
        await asyncio.to_thread(book.close)
        with path.open("rb") as file:  # noqa: ASYNC230 - a local file of our own, read by a thread
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece


class _Book:
    """A workbook whose rows go to the disk at once, so that a million of them take no memory."""

    def __init__(self, path: Path, folder: str, names: list[str]) -> None:
        import xlsxwriter  # 4 MB that a process without exports does not need

        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._names = names
        self._begin()

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._row = 0
        self._write([harmless(name) for name in self._names])

    def add(self, rows: Iterable[list[Value]]) -> None:
        """Write rows."""
        for row in rows:
            if self._row > SHEET_ROWS:
                self._begin()
            self._write(row)

    def _write(self, row: Iterable[Value]) -> None:
        for place, value in enumerate(row):
            if type(value) is bool:
                self._sheet.write_boolean(self._row, place, value)
            elif type(value) is str:
                self._sheet.write_string(self._row, place, harmless(value)[:_LONGEST_CELL])
            elif isinstance(value, int | float):
                if abs(value) < _EXACT:
                    self._sheet.write_number(self._row, place, value)
                else:
                    self._sheet.write_string(self._row, place, str(value))
        self._row += 1

    def close(self) -> None:
        """Finish the file."""
        self._book.close()
