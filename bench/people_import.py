"""An import of contacts into the embedded store: rows a second, memory, and how long a write transaction takes.

The whole path of the product: the file is looked through, mapped, checked, planned against what is stored and written
durably, with unique addresses, three indexes, typed attributes and words for search. The processes have all cores.

How long a write transaction takes can only be seen from within, so that is measured in a shorter import whose writer is
a thread of the same process.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import machine
from bench.table import Row

ROWS, FEW = 100_000, 2_000
GOAL = 10_000
LONGEST_MS = 20


def write_file(path: Path, rows: int) -> None:
    """Write a table of people: address, names, phone number, city, and two attributes of the application's own."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("E-mail,First name,Last name,Phone,City,Plan,Orders\n")
        for number in range(rows):
            file.write(
                f"jan.kowalski{number}@shop{number % 50}.example,Jan,Kowalski{number % 1000},"
                f"+48 {500_000_000 + number},Łódź,{'pro' if number % 3 else 'free'},{number % 100}\n"
            )


def measure(rows: int = ROWS, writer: str = "apart") -> dict[str, float]:
    """Import into a fresh folder in a process of its own; return its figures. The writer may be a "thread" of it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "contacts.csv")
        write_file(file, rows)
        done = subprocess.run(
            [sys.executable, "-m", "bench.people_import", str(file), folder, writer],
            cwd=Path(__file__).parents[1], capture_output=True, text=True, preexec_fn=machine.on_all_cores(),
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout.splitlines()[-1])


def run(runs: int, quick: bool) -> list[Row]:
    """Return the rows."""
    rows = FEW if quick else ROWS
    found = [measure(rows) | {"p99": measure(rows // 5, "thread")["p99"]} for _ in range(runs)]

    def middle(name: str) -> float:
        return statistics.median(each[name] for each in found)

    size = f"{rows:,}"
    return [
        Row(f"import of {size} new contacts", middle("new"), "/s", GOAL, more_is_better=True),
        Row("the same file again: nothing changes", middle("again"), "/s", GOAL, more_is_better=True),
        Row("processor time of a new contact", middle("cpu"), "µs"),
        Row("p99 of its write transactions", middle("p99"), "ms", LONGEST_MS),
        Row("memory that the import adds, second half to first", middle("growth"), "MB"),
    ]


# ── the process that is measured ─────────────────────────────────────────────────────────────────────────────────────


async def _import(file: Path, folder: Path, apart: bool) -> dict[str, float]:
    import gc
    import os
    import time

    from hub.accounts.applications import NewApplication, create_application
    from hub.accounts.grants import SYSTEM
    from hub.core.actor import Actor
    from hub.core.settings import Settings
    from hub.people.importing import imports, running
    from hub.people.importing.imports import ImportRef, ImportStart, NewImport
    from server import open_hub
    from storage import sqlite_writer
    from storage.engine import Scope

    transactions: list[float] = []
    leave, enter = sqlite_writer.transaction.__exit__, sqlite_writer.transaction.__enter__

    def timed_enter(self: object) -> None:
        enter(self)  # type: ignore[arg-type]
        self.began = time.perf_counter()  # type: ignore[attr-defined]

    def timed_leave(self: object, *error: object) -> None:
        leave(self, *error)  # type: ignore[arg-type]
        transactions.append((time.perf_counter() - self.began) * 1000)  # type: ignore[attr-defined]

    sqlite_writer.transaction.__enter__ = timed_enter  # type: ignore[method-assign]
    sqlite_writer.transaction.__exit__ = timed_leave  # type: ignore[method-assign]

    async def pieces():  # type: ignore[no-untyped-def]
        with file.open("rb") as source:
            while piece := source.read(1_048_576):
                yield piece

    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)  # as server.py does
    async with open_hub(Settings(data=str(folder / "data"), log_level="error"), busy=apart) as hub:
        made = await create_application(hub, NewApplication("Acme", "ada@acme.example", "a good password"))
        actor = Actor("system", 0, "bench", Scope(made["application"]["id"]), SYSTEM)
        figures: dict[str, float] = {}
        for name in ("new", "again"):
            transactions.clear()
            began, cpu = time.perf_counter(), machine.cpu_seconds(os.getpid())
            found = await imports.upload_import(hub, actor, NewImport(file.name, pieces()))
            await imports.start_import(hub, actor, ImportStart(found.id))
            run = (await imports.stored_import(hub, actor.scope, found.id))["run"]
            memory: list[int] = []
            while await running.take_turn(hub, actor.scope, found.id, run, time.monotonic() + 1.0):
                memory.append(machine.resident_kb(os.getpid()))
            state = await imports.get_import(hub, actor, ImportRef(found.id))
            assert state.state == "done" and state.created + state.unchanged == found.rows, state
            figures[name] = found.rows / (time.perf_counter() - began)
            if name == "new":
                figures["cpu"] = (machine.cpu_seconds(os.getpid()) - cpu) * 1e6 / found.rows
                figures["p99"] = 0.0 if apart else sorted(transactions)[int(len(transactions) * 0.99)]
                figures["growth"] = (memory[-1] - memory[len(memory) // 2]) / 1024 if memory else 0.0
    return figures


if __name__ == "__main__":
    import asyncio

    print(json.dumps(asyncio.run(_import(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "apart"))))
