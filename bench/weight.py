"""The widget on somebody's page: what a first chat loads, and what Lighthouse says of a plain page with it and without.

Lighthouse is Google's, from npm (bench/peers), and drives the system's Chromium as a slow phone. The two pages take turns.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.rivals import PEERS, install_peers
from bench.server import ROOT, Server, running_server
from bench.table import Row

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Leaf</title><link rel="icon" href="data:,"><style>body{{font:16px/1.5 sans-serif;margin:2rem;max-width:40rem}}</style>
<h1>Leaf</h1>{text}{snippet}</html>"""
_TEXT = "<p>Loose tea from small gardens, packed by hand and sent on the day on which it is ordered.</p>" * 12
_ROUNDS = 5


def run(runs: int, quick: bool) -> list[Row]:
    """Return the weight of a first chat and both scores."""
    install_peers()
    dist = ROOT / "widget" / "dist"
    manifest = json.loads((dist / "manifest.json").read_text())
    parts = (manifest["loader"], manifest["first"]["chat-pl"], manifest["later"]["notices"])
    weight = sum(len(gzip.compress((dist / name).read_bytes(), 9)) for name in parts)
    scores: dict[str, list[float]] = {"plain": [], "chat": []}
    shifts, blocked = [], []
    with tempfile.TemporaryDirectory() as folder, running_server() as hub, _website(Path(folder), hub) as address:
        for _ in range(1 if quick else max(runs, _ROUNDS)):
            for page, found in scores.items():
                told = _lighthouse(f"{address}/{page}.html", Path(folder))
                found.append(told["categories"]["performance"]["score"] * 100)
                if page == "chat":
                    shifts.append(told["audits"]["cumulative-layout-shift"]["numericValue"])
                    blocked.append(told["audits"]["total-blocking-time"]["numericValue"])
    plain, chat = (statistics.median(scores[page]) for page in ("plain", "chat"))
    return [
        Row("widget: all that a first chat loads, gzipped", weight / 1000, "kB", goal=20),
        Row("widget: Lighthouse performance of a plain page without it", plain, ""),
        Row("widget: the same page with it", chat, "", goal=plain - 1, more_is_better=True),
        Row("widget: layout shift of that page", max(shifts), "", goal=None),
        Row("widget: time for which it blocks a slow phone", statistics.median(blocked), "ms", goal=200),
    ]


@contextmanager
def _website(folder: Path, hub: Server) -> Iterator[str]:
    """Serve the page with the snippet and without, from an origin of its own."""
    snippet = (
        f'<script>window.civchat = {{ apiKey: "{hub.made["widget_key"]}" }}</script>'
        f'<script src="http://127.0.0.1:{hub.port}/widget.js" async></script>'
    )
    site = folder / "site"
    site.mkdir()
    for page, added in (("plain", ""), ("chat", snippet)):
        (site / f"{page}.html").write_text(_PAGE.format(text=_TEXT, snippet=added))
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _lighthouse(address: str, folder: Path) -> dict[str, dict[str, dict[str, float]]]:
    binary = PEERS / "node_modules" / ".bin" / "lighthouse"
    chrome = os.environ.get("CHROME_PATH") or shutil.which("chromium") or shutil.which("google-chrome") or ""
    out = folder / "report.json"
    subprocess.run(
        [str(binary), address, "--quiet", "--only-categories=performance", "--output=json", f"--output-path={out}",
         "--chrome-flags=--headless=new --no-sandbox --disable-gpu"],
        check=True, capture_output=True, timeout=180, env=os.environ | {"CHROME_PATH": chrome},
    )  # fmt: skip
    told: dict[str, dict[str, dict[str, float]]] = json.loads(out.read_text())
    return told
