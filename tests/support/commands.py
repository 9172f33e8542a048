"""The command line inside the test's own process, and apart from it.

A process for each command costs seconds, and says the same: the few that are apart prove the way there.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog
from click.testing import CliRunner

import server

ROOT = Path(__file__).parents[2]
_ONE_AT_A_TIME = threading.Lock()
"""A command writes to the standard output of the whole process."""


def command(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python server.py …` without a process of its own, in a loop of its own; an exception is the test's."""
    with _ONE_AT_A_TIME, ThreadPoolExecutor(1) as thread:
        return thread.submit(_run, [str(each) for each in arguments], environment).result()


def apart(*arguments: object, within: float = 60, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python server.py …` in a process of its own, for so many seconds at most."""
    return subprocess.run(
        [sys.executable, "server.py", *map(str, arguments)], cwd=ROOT, env=os.environ | environment, capture_output=True,
        text=True, timeout=within,
    )  # fmt: skip


def _run(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    logs, collector = structlog.get_config(), gc.get_threshold()
    try:
        done = CliRunner().invoke(
            server.command_line(), arguments, env=environment, catch_exceptions=False, prog_name="server.py"
        )
    finally:
        structlog.configure(**logs)  # the command's own stream is closed now
        gc.set_threshold(*collector)
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)
