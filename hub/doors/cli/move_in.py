"""`python server.py import user-com`: the command, its progress and its report."""

from __future__ import annotations

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
from hub.moving.order import Move, MoveOrder, Tally

SOME_LEFT_OUT = 3
"""The exit code of a move that left something out; 1 means that it was cut off, or could not begin."""
_PATIENCE = 1_800.0
"""Seconds for one page of users with all that they did, from an account that lets wait."""
_LINE = 5.0
"""Seconds between lines of progress where the output is no terminal."""

Show = Callable[[Move], None]
MovingIn = Callable[[Settings, MoveOrder, Show], Awaitable[Move]]


def move_in(settings: Settings, order: MoveOrder, here: MovingIn, run: Callable[[Any], Any], *, as_json: bool) -> int:
    """Move an account in through the running server, or right here; print the report and return the exit code."""
    show = _Progress(as_json)
    try:
        state = None if settings.mongo_url else _by_server(settings.folder, order, show)
        if state is None:
            state = run(here(settings, order, show))
    except (Refused, HubError) as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        raise click.ClickException("Stopped. Run the same command again; it goes on from here.") from None
    finally:
        show.end()
    click.echo(msgspec.json.encode(state).decode() if as_json else report(state))
    if state.state == "cut_off":
        return 1
    return SOME_LEFT_OUT if any(each.left_out for each in state.resources.values()) else 0


def _by_server(folder: Path, order: MoveOrder, show: Show) -> Move | None:
    """Let the server that owns the folder move the account in; None where none is running. Raises Refused."""
    link = connect(folder, _PATIENCE)
    if link is None:
        return None
    state: Move | None = None
    try:
        answer = ask(link, "move", msgspec.json.encode(order))
        try:
            while line := answer.readline():
                state = msgspec.json.decode(line, type=Move)
                show(state)
        except (OSError, ValueError):
            state = None
        if state is None or state.state == "running":
            raise Refused("The server went away. Start it and run the same command again; it goes on from here.")
        return state
    finally:
        link.close()


class _Progress:
    """A line on standard error that tells how far it has come; as JSON where that is asked for."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._on_terminal = sys.stderr.isatty() and not as_json
        self._next = time.monotonic() + (0 if self._on_terminal or as_json else _LINE)
        self._shown = False

    def __call__(self, state: Move) -> None:
        if time.monotonic() < self._next or state.state != "running":
            return
        line = msgspec.json.encode(state).decode() if self._as_json else _line(state)
        click.echo(f"\r{line:<99}" if self._on_terminal else line, nl=not self._on_terminal, err=True)
        self._shown = True
        self._next = time.monotonic() + (0.2 if self._on_terminal or self._as_json else _LINE)

    def end(self) -> None:
        if self._shown and self._on_terminal:
            click.echo(err=True)


def _line(state: Move) -> str:
    running = [(name, each) for name, each in state.resources.items() if each.state == "running"]
    if not running:
        return f"{state.rows_per_second:,} a second"
    name, now = running[0]
    of = "" if now.total is None else f" of {now.total:,}"
    waited = f", waited {state.waited:,} s as asked" if state.waited else ""
    return f"{name}: {now.seen:,}{of}, {state.rows_per_second:,} a second{waited}"


def report(state: Move) -> str:
    """Return what came in, and what did not and why."""
    lines = _offer(state) if state.dry_run else _table(state)
    if state.problems:
        lines += ["", "What was not taken, or not all of it:"]
        for problem in state.problems:
            first = f", first {problem.example}" if problem.example else ""
            lines.append(f"  {problem.resource} ({problem.count:,}{first}): {problem.reason}")
    if state.problem:
        lines += ["", f"Cut off: {state.problem}"]
    elif not state.dry_run:
        lines += ["", f"Moved in from {state.source}."]
    return "\n".join(lines)


def _offer(state: Move) -> list[str]:
    def shown(each: Tally) -> str:
        if each.state == "not_offered":
            return "not offered"
        return "one by one" if each.total is None else f"{each.total:,}"

    return [
        f"{state.source} offers:",
        *(f"  {name:<14}{shown(each):>14}" for name, each in state.resources.items()),
    ]


def _table(state: Move) -> list[str]:
    lines = [f"{'':<16}{'created':>10}{'updated':>10}{'unchanged':>11}{'left out':>10}"]
    for name, each in state.resources.items():
        if each.state == "not_offered" and not each.seen:
            lines.append(f"{name:<16}{'not offered':>41}")
        else:
            counts = f"{each.created:>10,}{each.updated:>10,}{each.unchanged:>11,}{each.left_out:>10,}"
            lines.append(f"{name:<16}{counts}")
    return lines
