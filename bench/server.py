"""Starts the product as a process for a benchmark, and reads what the process costs."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


class Server:
    """A running hub with one application."""

    def __init__(self, process: subprocess.Popen[str], port: int, made: dict[str, Any]) -> None:
        self.process, self.port, self.made = process, port, made

    @property
    def resident_mb(self) -> float:
        """Resident memory of the process in MB (VmRSS)."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    @property
    def cpu_seconds(self) -> float:
        """User and system time that the process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def sign_in(self) -> str:
        """Return a token of the application's agent."""
        body = json.dumps({"email": "ada@acme.example", "password": "a good password"}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/app/sign-in", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read())["token"]


@contextlib.contextmanager
def running_server() -> Iterator[Server]:
    """Yield a fresh server on the embedded store; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="switchboard-bench-") as folder:
        data = f"{folder}/data"
        init = [sys.executable, "server.py", "init", "--data", data, "--name", "Acme", "--json"]
        init += ["--agent-email", "ada@acme.example", "--agent-password", "a good password"]
        made = json.loads(subprocess.run(init, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        serve = [sys.executable, "server.py", "serve", "--data", data, "--port", str(port), "--drain-seconds", "0"]
        process = subprocess.Popen(serve, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout and "ready" in process.stdout.readline()
            yield Server(process, port, made)
        finally:
            process.terminate()
            process.wait(20)
