"""The servers that are compared, each a process of its own: ours, the stock python-socketio, and Node's Socket.IO."""

from __future__ import annotations

import contextlib
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import machine

ROOT = Path(__file__).parents[1]
PEERS = ROOT / "bench" / "peers"
KINDS = ("ours", "stock", "node")

Figures = dict[str, float]


class Rival:
    """A running server."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port

    @property
    def cpu_seconds(self) -> float:
        """Processor time that it has used."""
        return machine.cpu_seconds(self.process.pid)

    @property
    def resident_kb(self) -> int:
        """Its resident memory."""
        return machine.resident_kb(self.process.pid)


def install_peers() -> None:
    """Install Node's Socket.IO from npm into bench/peers, as its lock file says; nothing happens the second time."""
    lock, done = PEERS / "package-lock.json", PEERS / "node_modules" / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    if not shutil.which("npm"):
        raise SystemExit(
            "The benchmarks compare with Node's Socket.IO: install Node 20 with npm, or name benchmarks that need no peer."
        )
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=PEERS, check=True)
    done.touch()


@contextlib.contextmanager
def running(kind: str, redis: str | None = None) -> Iterator[Rival]:
    """Yield a fresh server on a core of its own; it is gone afterwards."""
    if kind == "node":
        install_peers()
        command = ["node", str(PEERS / "server.mjs")]
    else:
        command = [sys.executable, "-m", "bench.engine_server", kind]
    process = subprocess.Popen(
        [*command, *([redis] if redis else [])],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, preexec_fn=machine.on_server_core(),
    )  # fmt: skip
    try:
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("ready "), f"{kind} did not start"
        yield Rival(process, int(line.split()[1]))
    finally:
        process.kill()
        process.wait(20)


def compare(measure: Callable[[str], Figures], runs: int, kinds: tuple[str, ...] = KINDS) -> dict[str, Figures]:
    """Measure each server so often and return the medians.

    Each round goes through them in the other direction, so that a drift of the machine hits all alike.
    """
    found: dict[str, list[Figures]] = {kind: [] for kind in kinds}
    for number in range(runs):
        for kind in kinds if number % 2 == 0 else reversed(kinds):
            figures = measure(kind)
            found[kind].append(figures)
            print(
                f"    {number + 1}/{runs} {kind:<6}" + "  ".join(f"{k} {v:,.1f}" for k, v in figures.items()),
                flush=True,
            )
    return {kind: medians(all_of_one) for kind, all_of_one in found.items()}


def medians(found: list[Figures]) -> Figures:
    """Return the median of each figure."""
    return {name: statistics.median(figures[name] for figures in found) for name in found[0]}
