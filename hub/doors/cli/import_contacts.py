"""`python server.py import contacts FILE`: the command, its progress and its summary."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from hub.core.errors import HubError
from hub.core.settings import Settings
from hub.doors.cli.control import Refused, ask, connect
from hub.doors.cli.import_here import Begun, Order
from hub.people.importing.shown import Import

SOME_REFUSED = 3
"""The exit code of an import that left rows out; 1 means that nothing was imported, or not all of it."""
_PATIENCE = 600.0
"""Seconds for a server to look through a large file before it says what is in it."""
_LOOK = 0.5
_LINE = 5.0
"""Seconds between lines of progress where the output is no terminal."""

Show = Callable[[Import], None]
Importing = Callable[[Settings, Order, Path, Show, Callable[[bytes], Any]], Awaitable[Import]]
_ENDED = ("done", "stopped", "checked", "failed", "undone", "paused", "undoing")


def import_contacts(
    settings: Settings, order: Order, file: Path, here: Importing, run: Callable[[Any], Any], *, as_json: bool
) -> int:
    """Import a file through the running server, or right here; print the summary and return the exit code."""
    refused = _RefusedFile(file)
    show = _Progress(order.dry_run)
    try:
        state = None
        if not settings.mongo_url:
            state = _by_server(settings.folder, order, file, show, refused.write)
        if state is None:
            state = run(here(settings, order, file, show, refused.write))
    except (Refused, HubError) as error:
        raise click.ClickException(str(error)) from None
    finally:
        refused.close()
        show.end()
    click.echo(msgspec.json.encode(state).decode() if as_json else summary(state, refused.name))
    if state.state not in ("done", "checked"):
        return 1
    return SOME_REFUSED if state.refused else 0


def _by_server(folder: Path, order: Order, file: Path, show: Show, write: Callable[[bytes], Any]) -> Import | None:
    """Let the server that owns the folder import the file; None where none is running. Raises Refused."""
    link = connect(folder, _PATIENCE)
    if link is None:
        return None
    try:
        with file.open("rb") as source:
            headers = {"X-Order": json.dumps(msgspec.to_builtins(order))}  # in ASCII, as headers are
            answer = ask(link, "import", source, **headers, **{"Content-Length": str(order.size)})
        begun = msgspec.json.decode(answer.read(), type=Begun)
        which, state = msgspec.json.encode((begun.application, begun.state.id)), begun.state
        while state.state not in _ENDED:
            time.sleep(_LOOK)
            state = msgspec.json.decode(ask(link, "import/look", which).read(), type=Import)
            show(state)
        if state.refused and not order.dry_run:
            answer = ask(link, "import/refused", which)
            while piece := answer.read(65536):
                write(piece)
        return state
    finally:
        link.close()


class _RefusedFile:
    """`FILE.refused.csv` beside the source, made when there is something to write."""

    def __init__(self, source: Path) -> None:
        self._path = source.with_name(f"{source.name}.refused.csv")
        self._file: Any = None

    @property
    def name(self) -> str | None:
        """What it is called, if it was made."""
        return str(self._path) if self._file is not None else None

    def write(self, piece: bytes) -> None:
        if self._file is None:
            try:
                self._file = self._path.open("wb")
            except OSError as error:
                raise Refused(f"The refused rows can't be written to {self._path}: {error.strerror}.") from None
        self._file.write(piece)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


class _Progress:
    """A line on standard error that tells how far it has come."""

    def __init__(self, dry: bool) -> None:
        self._verb = "checked" if dry else "imported"
        self._on_terminal = sys.stderr.isatty()
        self._next = time.monotonic() + (0 if self._on_terminal else _LINE)
        self._shown = False

    def __call__(self, state: Import) -> None:
        if time.monotonic() < self._next:
            return
        left = "" if state.seconds_left is None else f", {state.seconds_left:,} s left"
        line = f"{state.done:,} of {state.rows:,} rows {self._verb}, {state.rows_per_second:,} rows/s{left}"
        click.echo(f"\r{line:<79}" if self._on_terminal else line, nl=not self._on_terminal, err=True)
        self._shown = True
        self._next = time.monotonic() + (0.2 if self._on_terminal else _LINE)

    def end(self) -> None:
        if self._shown and self._on_terminal:
            click.echo(err=True)


def summary(state: Import, refused_file: str | None) -> str:
    """Return what became of the rows."""
    verb = "Would import" if state.dry_run else "Imported"
    lines = [f"{verb} {state.name}: {state.done:,} of {state.rows:,} rows, {state.rows_per_second:,} rows/s."]
    lines += [f"  {name:<10}{getattr(state, name):>12,}" for name in ("created", "updated", "unchanged", "refused")]
    lines += [f"  row {error.row}: {error.reason}" for error in state.errors[:10]]
    if state.refused > 10:
        lines.append(f"  … and {state.refused - 10:,} more")
    if refused_file:
        lines.append(f"The refused rows, with the reason of each: {refused_file}")
    if state.problem:
        lines.append(state.problem)
    elif state.state not in ("done", "checked"):
        lines.append(f"The import is {state.state}.")
    return "\n".join(lines)
