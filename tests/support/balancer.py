"""A real load balancer before the nodes of a test: Debian's haproxy, configured as docs/deploy/haproxy.cfg is."""

from __future__ import annotations

import shutil
import subprocess
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tests.support.house import free_port
from tests.support.peers import wait_for_port

_CONFIG = """
global
    maxconn 2000
defaults
    mode http
    retries 3
    option redispatch
    timeout connect 2s
    timeout http-request 5s
    timeout client 60s
    timeout server 60s
    timeout check 3s
    timeout tunnel 1h
frontend web
    bind 127.0.0.1:{port}
    option forwardfor
    stats enable
    stats uri /balancer
    default_backend hub
backend hub
    balance roundrobin
    {stickiness}
    option httpchk GET /readyz
    http-check expect status 200
    default-server check inter 100ms fall 2 rise 1
"""
_STICKY = "stick-table type string len 64 size 10k expire 5m\n    stick on url_param(talker)"
"""The clients of a test all have one address, so a long-polling one says in its own URL who it is."""


class Balancer:
    """An haproxy on a free port that asks each node's /readyz ten times a second."""

    def __init__(self, folder: Path, ports: Sequence[int]) -> None:
        self.folder, self.ports, self.port = folder, ports, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Balancer:
        """Start, and return when it listens."""
        program = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin")
        assert program, "haproxy is missing; `make test` installs it on Debian as root"
        self.folder.mkdir(parents=True, exist_ok=True)
        config, log = self.folder / "haproxy.cfg", self.folder / "haproxy.log"
        servers = "".join(f"    server hub-{number} 127.0.0.1:{port}\n" for number, port in enumerate(self.ports, 1))
        config.write_text(_CONFIG.format(port=self.port, stickiness=_STICKY) + servers)
        with log.open("ab") as output:
            self.process = subprocess.Popen([program, "-db", "-f", str(config)], stdout=output, stderr=output)
        wait_for_port(self.port, self.process, log)
        return self

    def up(self) -> int:
        """Return how many nodes it sends clients to."""
        with urllib.request.urlopen(f"{self.url}/balancer;csv", timeout=5) as answer:
            rows = [line.split(",") for line in answer.read().decode().splitlines()]
        return sum(row[1].startswith("hub-") and row[17].startswith("UP") for row in rows if len(row) > 17)

    def stop(self) -> None:
        """End it at once."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)

    def __enter__(self) -> Balancer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
