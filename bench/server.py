"""Starts the product as a process for a benchmark, and reads what the process costs."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import machine

ROOT = Path(__file__).parents[1]

_HIGH_LIMITS = {
    f"HUB_{what}_{kind}": str(most)
    for kind in ("SOCKET", "CONTACT", "ADDRESS", "APPLICATION", "CONNECTIONS", "KEY")
    for what, most in (("RATE", 1_000_000), ("BURST", 10_000_000))
}
_HIGH_LIMITS |= {f"HUB_MAX_SOCKETS_{kind}": "1000000" for kind in ("ADDRESS", "CONTACT", "AGENT", "APPLICATION")}
"""A hundred clients of a benchmark say as much as ten thousand people. High and not off, so that their cost is measured."""


class Server:
    """A hub with one application on the embedded store; may be killed, and started again on the same port.

    It is not kept on one core, because its writer is a process of its own.
    """

    def __init__(self, folder: str, options: tuple[str, ...] = ()) -> None:
        self._data, self._options = f"{folder}/data", options
        self.port = machine.free_port()
        init = [sys.executable, "server.py", "init", "--data", self._data, "--name", "Acme", "--json"]
        init += ["--agent-email", "ada@acme.example", "--agent-password", "a good password"]
        self.made: dict[str, Any] = json.loads(
            subprocess.run(init, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        )
        self.process: subprocess.Popen[str]

    def start(self) -> None:
        """Start, and return when it is ready."""
        serve = [sys.executable, "server.py", "serve", "--data", self._data, "--port", str(self.port)]
        serve += ["--drain-seconds", "0", *self._options]
        self.process = subprocess.Popen(
            serve, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=os.environ | _HIGH_LIMITS, preexec_fn=machine.on_all_cores(),
        )  # fmt: skip
        assert self.process.stdout
        assert "ready" in self.process.stdout.readline(), "the server did not start"

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(20)

    def stop(self) -> None:
        """Ask it to stop, and wait for that."""
        self.process.terminate()
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.kill()

    @property
    def resident_mb(self) -> float:
        """Resident memory of the process and its writer in MB."""
        return machine.resident_kb(self.process.pid) / 1024

    @property
    def cpu_seconds(self) -> float:
        """Processor time that the process and its writer have used."""
        return machine.cpu_seconds(self.process.pid)

    @property
    def loop_seconds(self) -> float:
        """Processor time that its event loop has used."""
        return machine.loop_seconds(self.process.pid)

    def sign_in(self) -> str:
        """Return a token of the application's agent."""
        body = json.dumps({"email": "ada@acme.example", "password": "a good password"}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/app/sign-in", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read())["token"]

    def metrics(self) -> dict[str, float]:
        """Return the figures of /metrics that carry no labels."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as response:
            lines = response.read().decode().splitlines()
        pairs = (line.rpartition(" ") for line in lines if not line.startswith("#") and "{" not in line)
        return {name: float(value) for name, _, value in pairs}


@contextlib.contextmanager
def running_server(*options: str) -> Iterator[Server]:
    """Yield a fresh server on the embedded store; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="switchboard-bench-") as folder:
        server = Server(folder, options)
        server.start()
        try:
            yield server
        finally:
            server.stop()
