"""An XLSX workbook as CSV, made by a process of its own that may take only so much memory and time.

A workbook is a zip of XML: a small one can unpack to terabytes, and a sheet with two cells can claim seventeen thousand
million. What goes wrong there ends that process, and not the server.
"""

from __future__ import annotations

import asyncio
import csv
import io
import resource
import sys
import zipfile
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

MAGIC = b"PK\x03\x04"
MOST_UNPACKED = 512 * 1024 * 1024
MOST_RATIO = 200
"""Times that a workbook may grow when it is unpacked: those of spreadsheets grow ten to forty times."""
_SMALL = 16 * 1024 * 1024
"""What unpacks to less than this may have any ratio: a thousand empty rows pack very well."""
_MOST_PARTS = 1_000
MEMORY = 2 * 1024 * 1024 * 1024
SECONDS = 120
_CHUNK = 64 * 1024
_MOST_SHEETS = 100
"""Sheets whose names are told."""
_MOST_SAID = 32 * 1024


class Unusable(Exception):
    """The workbook can't be read; the message says why."""


async def as_csv(path: Path, sheet: str | None, names: list[str]) -> AsyncIterator[bytes]:
    """Yield a sheet of a workbook (an absolute path) as CSV in UTF-8, the first one without a name. Raises Unusable.

    `names` are filled with those of all sheets.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hub.people.importing.sheets", str(path), *([sheet] if sheet is not None else ()),
        cwd=Path(__file__).parents[3], stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout and child.stderr
    try:
        while chunk := await child.stdout.read(_CHUNK):
            yield chunk
        said = (await child.stderr.read()).decode(errors="replace").strip()[-_MOST_SAID:]
        code = await child.wait()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if code == _SAID:
        raise Unusable(said)
    if code:
        raise Unusable(
            "This workbook is damaged, or needs more memory or time than an import may take. Save it as CSV."
        )
    names += said.splitlines()


# ── the process of its own ───────────────────────────────────────────────────────────────────────────────────────────

_SAID = 3
"""The exit code that comes with a sentence."""


def check_archive(path: Path) -> None:
    """Raise Unusable where a zip would unpack to too much; nothing of it is unpacked for that."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unusable("This is no XLSX workbook, or it is damaged.") from None
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise Unusable("This is a zip file and no XLSX workbook.")
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if len(parts) > _MOST_PARTS or unpacked > MOST_UNPACKED:
        raise Unusable(f"This workbook is larger than {MOST_UNPACKED // 1_048_576} MB when it is unpacked.")
    if unpacked > _SMALL and unpacked / packed > MOST_RATIO:
        raise Unusable(f"This workbook grows {unpacked // packed:,} times when it is unpacked: that is no table.")


def _convert(path: Path, name: str | None) -> None:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        if name is not None and name not in book.sheet_names:
            raise Unusable(f"There is no sheet called {name[:64]!r} in this workbook.")
        sheet = book.get_sheet_by_index(0 if name is None else book.sheet_names.index(name))
        lines = sheet.iter_rows()
    except (CalamineError, OSError, ValueError, IndexError):
        raise Unusable("This is no XLSX workbook, or it is damaged.") from None
    out = io.TextIOWrapper(sys.stdout.buffer, "utf-8", newline="", write_through=False)
    writer = csv.writer(out)
    for cells in lines:
        writer.writerow([_text(cell) for cell in cells])
    out.flush()
    # Behind the table, so that whoever reads the one stream to its end never waits for the other.
    print("\n".join(" ".join(each.split()) for each in book.sheet_names[:_MOST_SHEETS]), file=sys.stderr)


def _text(cell: Any) -> str:
    """Return a cell as it would be typed: whole numbers without a fraction, times as ISO 8601."""
    kind = type(cell)
    if kind is str:
        return str(cell).replace("\0", "")
    if kind is float:
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if kind is bool:
        return "true" if cell else "false"
    if kind is datetime and (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0):
        return str(cell.date().isoformat())
    return str(cell.isoformat() if hasattr(cell, "isoformat") else cell)


def _main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    path, *name = sys.argv[1:]
    try:
        check_archive(Path(path))
        _convert(Path(path), name[0] if name else None)
    except Unusable as error:
        print(error, file=sys.stderr)
        return _SAID
    except MemoryError:
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(_main())
