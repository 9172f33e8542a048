"""A file as rows of text: its charset and delimiter recognised, broken ones refused with the line that is at fault."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import charset_normalizer
from msgspec import Struct

from hub.core.errors import InvalidPayload

LONGEST_ROW = 1024 * 1024
"""Characters of one row. A quote that is never closed would swallow the rest of the file otherwise."""
DELIMITERS = (",", ";", "\t", "|")
_CODE_PAGES = ["cp1250", "iso8859_2", "cp1252", "cp1251", "cp1253", "cp1254", "cp1257", "mac_latin2"]
"""What spreadsheets of Europe write where they do not write UTF-8; the first one that fits best is taken."""
_BLOCK = 1024 * 1024
_SAMPLE = 64 * 1024
_POLISH = set("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
_MARKS = ((codecs.BOM_UTF8, "utf_8_sig"), (codecs.BOM_UTF16_LE, "utf_16"), (codecs.BOM_UTF16_BE, "utf_16"))
_BINARY = (
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls). Save it as .xlsx or as CSV"),
    (b"%PDF", "a PDF. Save the table as CSV"),
    (b"\x1f\x8b", "compressed. Unpack it first"),
)

csv.field_size_limit(LONGEST_ROW)


class Form(Struct, frozen=True):
    """How the text of a file is to be read."""

    charset: str
    delimiter: str


def recognise(path: Path, charset: str | None = None, delimiter: str | None = None) -> Form:
    """Return how a file is read; what is given is not guessed. Raises InvalidPayload for one that is no table of text."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    if not head:
        raise InvalidPayload("The file is empty.")
    for magic, what in _BINARY:
        if head.startswith(magic):
            raise InvalidPayload(f"This file is {what}.")
    charset = _known(charset) if charset else _charset(path, head)
    return Form(charset, delimiter or _delimiter(path, charset))


def rows(path: Path, form: Form, after: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows behind the first `after` ones with their numbers; the header is row 1. Raises InvalidPayload."""
    with path.open("r", encoding=form.charset, newline="") as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=form.delimiter, strict=True)
        number = 0
        try:
            for cells in reader:
                number += 1
                lines.taken = 0
                if number > after and cells:
                    yield number, cells
        except csv.Error:
            raise InvalidPayload(
                f"Row {number + 1}, which ends at line {lines.number}, has a broken quote: one is not closed, or text "
                "follows it."
            ) from None
        except UnicodeError:
            charset = form.charset.removesuffix("_sig").replace("_", "-")
            raise InvalidPayload(
                f"The file is not {charset}: a character behind line {lines.number} can't be read. Name its charset."
            ) from None


class _Lines:
    """The lines of a file; refuses what is no text and what is too long before it is in memory."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.number = 0
        self.taken = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_ROW + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self.taken += len(line)
        if self.taken > LONGEST_ROW:
            raise InvalidPayload(f"The row that ends at line {self.number} is longer than 1 MB: a quote may be open.")
        if "\0" in line:
            raise InvalidPayload(f"Line {self.number} holds a NUL byte, so this is no text file.")
        return line


# ── charset ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _known(charset: str) -> str:
    try:
        name = codecs.lookup(charset).name
        "a".encode(name).decode(name)  # hex and zip are codecs too
    except (LookupError, ValueError, TypeError):
        raise InvalidPayload(f"There is no charset called {charset[:40]!r}.") from None
    return "utf_8_sig" if name == "utf-8" else name


def _charset(path: Path, head: bytes) -> str:
    for mark, charset in _MARKS:
        if head.startswith(mark):
            return charset
    if b"\0" in head:
        raise InvalidPayload("The file holds NUL bytes, so it is no text file. Save it as CSV in UTF-8.")
    first_bad, good, bad, sample = _looked_through(path)
    if first_bad is None:
        return "utf_8_sig"
    if good > bad:
        raise InvalidPayload(f"Line {first_bad} is not UTF-8 as the rest of the file is. Mend it, or name the charset.")
    if polish := _polish(sample):
        return polish
    best = charset_normalizer.from_bytes(sample, cp_isolation=_CODE_PAGES).best()
    if best is None:
        raise InvalidPayload("The charset of the file can't be told. Save it in UTF-8, or name it.")
    return best.encoding


def _polish(sample: bytes) -> str | None:
    """Return the code page in which all that is not ASCII is Polish letters: a few names are too little to guess from."""
    for charset in ("cp1250", "iso8859_2"):
        beyond = {sign for sign in sample.decode(charset, "replace") if not sign.isascii()}
        if beyond <= _POLISH:
            return charset
    return None


def _looked_through(path: Path) -> tuple[int | None, int, int, bytes]:
    """Return the first line that is not UTF-8, how many lines are and are not, and some of those with more than ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", True)
            return None, 0, 0, b""
        except UnicodeDecodeError:
            pass
    first_bad: int | None = None
    good = bad = number = 0
    sample = bytearray()
    with path.open("rb") as file:
        while line := file.readline(_BLOCK):
            number += 1
            if line.isascii():
                continue
            try:
                line.decode()
                good += 1
            except UnicodeDecodeError:
                bad += 1
                first_bad = first_bad or number
            if len(sample) < _SAMPLE:
                sample += line
    return first_bad, good, bad, bytes(sample[:_SAMPLE])


# ── delimiter ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _delimiter(path: Path, charset: str) -> str:
    """Return the delimiter that makes most columns of the first lines, and as many in each of them."""
    with path.open("r", encoding=charset, errors="replace", newline="") as file:
        sample = [line for line in (file.readline(_SAMPLE) for _ in range(50)) if line.strip()]
    best, columns = ",", 1.0
    for delimiter in DELIMITERS:
        try:
            found = [len(cells) for cells in csv.reader(iter(sample), delimiter=delimiter) if cells]
        except csv.Error:
            continue
        alike = sum(count == found[0] for count in found) / len(found) if found else 0.0
        if found and found[0] > 1 and found[0] * alike > columns:
            best, columns = delimiter, found[0] * alike
    return best
