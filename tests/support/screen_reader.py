"""A blind agent's desk: the Orca screen reader, a real window of Chromium on a display of its own, and a keyboard.

What Orca would speak it writes down instead: that is all that such an agent learns of the panel.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.browser import QUIET, chromium

NEEDED = ("orca", "Xvfb", "openbox", "xdotool", "dbus-run-session")

_SPEAKS_ON_PAPER = '''
"""Orca reads this when it starts: what it would say goes into a file, as no test has ears."""
import os
from orca import speech


class Paper:
    def speak(self, text, acss=None, interrupt=True):
        with open(os.environ["SAID"], "a") as paper:
            paper.write(text + "\\n")

    def speakCharacter(self, character, acss=None):
        self.speak(character)

    def sayAll(self, utterances, progress):
        for context, _ in utterances:
            self.speak(context.utterance)

    def __getattr__(self, name):
        return lambda *_, **__: None


def begin():
    speech._speechserver = Paper()


speech.init = begin
begin()
'''

_DESK = """
set -eu
pids=""
trap 'kill $pids 2>/dev/null || true' EXIT TERM
Xvfb -displayfd 3 -screen 0 1400x900x24 3>"$HOME/display" & pids="$pids $!"
until [ -s "$HOME/display" ]; do sleep 0.1; done
export DISPLAY=":$(cat "$HOME/display")"
openbox & pids="$pids $!"
orca --replace & pids="$pids $!"
until [ -s "$SAID" ]; do sleep 0.1; done
"$@" & pids="$pids $!"
wait $!
"""


class ScreenReader:
    """Orca with a browser before it. `presses` is all that can be done, `hears` all that is learnt."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder, self._url = folder, url
        self._said = folder / "said"
        self._process: subprocess.Popen[bytes] | None = None
        self._heard = 0

    def start(self) -> ScreenReader:
        """Start all of it. Skips the test where a part of the desk is not installed."""
        if missing := [name for name in NEEDED if not shutil.which(name)]:
            pytest.skip(f"a screen reader is needed: apt-get install orca xvfb openbox xdotool ({', '.join(missing)})")
        profile, run, orca = self._folder / "profile", self._folder / "run", self._folder / ".local/share/orca"
        for each in (profile / "Default", run, orca):
            each.mkdir(parents=True, mode=0o700)
        (profile / "Default/Preferences").write_text(json.dumps({"credentials_enable_service": False}))
        (orca / "orca-customizations.py").write_text(_SPEAKS_ON_PAPER)
        self._said.touch()
        environment = os.environ | {
            "HOME": str(self._folder), "XDG_RUNTIME_DIR": str(run), "XDG_DATA_HOME": str(self._folder / ".local/share"),
            "SAID": str(self._said), "ACCESSIBILITY_ENABLED": "1", "LANG": "C.UTF-8", "GTK_MODULES": "gail:atk-bridge",
        }  # fmt: skip
        browser = [
            chromium(whole=True), *QUIET, "--force-renderer-accessibility", f"--user-data-dir={profile}", "--lang=en-GB",
            "--password-store=basic", "--window-size=1280,850", "--window-position=0,0", self._url,
        ]  # fmt: skip
        self._process = subprocess.Popen(
            ["dbus-run-session", "--", "sh", "-c", _DESK, "desk", *browser],
            env=environment, start_new_session=True, stdout=subprocess.DEVNULL,
            stderr=(self._folder / "desk.log").open("wb"),
        )  # fmt: skip
        return self

    def stop(self) -> None:
        """End all of it."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()

    async def presses(self, *keys: str) -> None:
        """Press keys one after the other, as X calls them: `Tab`, `Return`, `ctrl+k`."""
        for key in keys:
            self._heard = len(self.said)
            await self._xdotool("key", key)
            await asyncio.sleep(0.3)

    async def types(self, text: str) -> None:
        """Type a text."""
        self._heard = len(self.said)
        await self._xdotool("type", "--delay", "60", text)

    async def _xdotool(self, *arguments: str) -> None:
        environment = os.environ | {"DISPLAY": f":{(self._folder / 'display').read_text().strip()}"}
        process = await asyncio.create_subprocess_exec("xdotool", *arguments, env=environment)
        assert await process.wait() == 0

    @property
    def said(self) -> list[str]:
        """All that was spoken since the beginning, spaces that do not break as any other."""
        return self._said.read_text().replace("\xa0", " ").splitlines()

    async def hears(self, words: str, within: float = 15.0) -> None:
        """Wait until something is spoken since the last key that holds these words."""
        end = asyncio.get_running_loop().time() + within
        while not any(words in line for line in self.said[self._heard :]):
            assert asyncio.get_running_loop().time() < end, f"{words!r} was not said, but: {self.said[self._heard :]}"
            await asyncio.sleep(0.1)

    async def falls_silent(self, after: float = 1.5, within: float = 30.0) -> None:
        """Wait until it has said something, and then nothing for a while: a page that loads is told in many pieces."""
        end = asyncio.get_running_loop().time() + within
        told, quiet = len(self.said), 0.0
        while not told or quiet < after:
            assert asyncio.get_running_loop().time() < end, f"it does not stop talking: {self.said[-20:]}"
            await asyncio.sleep(0.25)
            told, quiet = (told, quiet + 0.25) if len(self.said) == told else (len(self.said), 0.0)

    async def walks_to(self, words: str, key: str = "Tab", most: int = 40) -> None:
        """Press a key until these words are heard. Raises AssertionError where they never are."""
        for _ in range(most):
            await self.presses(key)
            try:
                return await self.hears(words, 1.0)
            except AssertionError:
                continue
        raise AssertionError(f"{words!r} was not reached: {self.said[-60:]}")
