"""How the browser of tests and measurements is started: quiet, and with nothing that nobody looks at."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from playwright.async_api import Browser, Playwright

from tests.support.speaking import LENDING, SPEAKING, write_tone

_OFF_BY_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying",
    "AimEnabled", "PreconnectToSearch",
    # Two browsers of one machine have no names for each other's hidden addresses.
    "WebRtcHideLocalIpsWithMdns",
)  # fmt: skip
"""What Playwright switches off by itself: of two lists of features the browser heeds the last alone."""
_OF_THE_ADDRESS_BAR = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "PreloadTopChromeWebUI"
)  # fmt: skip
"""Two renderers for each window, which draw suggestions that no test sees and cost a third of a busy machine."""

QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-features=" + ",".join(_OFF_BY_PLAYWRIGHT + _OF_THE_ADDRESS_BAR),
]  # fmt: skip


def chromium(whole: bool = False) -> str:
    """Return where the system's browser is: the shell that draws pages alone, or the whole one.

    The shell draws no window around the page and takes half the processor's time for it. What it has not are desktop
    notifications, push and the installation of apps.
    """
    names = ("chromium", "chromium-browser") if whole else ("chromium-headless-shell", "chromium", "chromium-browser")
    path = next((found for name in names if (found := shutil.which(name))), None)
    assert path, "These tests need Chromium: apt-get install chromium chromium-headless-shell"
    return path


def wants_whole(request: pytest.FixtureRequest) -> bool:
    """Tell whether a test is about what only the whole browser has: it is marked so, or its panel is an installed app."""
    return any(request.node.get_closest_marker(name) for name in ("whole_browser", "service_worker"))


class Browsers:
    """The browsers of a process that runs tests, started when they are first asked for: a start takes longer than most tests."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._running: dict[bool, Browser] = {}
        self._speaking: dict[tuple[int, bool], Browser] = {}

    async def one(self, whole: bool) -> Browser:
        """Return the shell or the whole browser, a new one where the last has crashed."""
        running = self._running.get(whole)
        if running is None or not running.is_connected():
            running = await self._playwright.chromium.launch(executable_path=chromium(whole), args=QUIET)
            self._running[whole] = running
        return running

    async def speaking(self, hertz: int, lends: bool = True) -> Browser:
        """Return a browser whose microphone hears nothing but a tone; it lends it to every page without a question, or to none."""
        running = self._speaking.get((hertz, lends))
        if running is None or not running.is_connected():
            tone = write_tone(Path(tempfile.mkdtemp()) / "tone.wav", hertz)
            args = [*QUIET, *SPEAKING, *([LENDING] if lends else []), f"--use-file-for-fake-audio-capture={tone}"]
            # The shell has nothing to refuse with.
            running = await self._playwright.chromium.launch(executable_path=chromium(whole=not lends), args=args)
            self._speaking[hertz, lends] = running
        return running

    async def close(self) -> None:
        """End them."""
        for browser in (*self._running.values(), *self._speaking.values()):
            await browser.close()
