"""How the browser of tests and measurements is started: quiet, and with nothing that nobody looks at."""

from __future__ import annotations

import shutil

import pytest
from playwright.async_api import Browser, Playwright

_OFF_BY_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying",
    "AimEnabled", "PreconnectToSearch",
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

    async def one(self, whole: bool) -> Browser:
        """Return the shell or the whole browser, a new one where the last has crashed."""
        running = self._running.get(whole)
        if running is None or not running.is_connected():
            running = await self._playwright.chromium.launch(executable_path=chromium(whole), args=QUIET)
            self._running[whole] = running
        return running

    async def close(self) -> None:
        """End them."""
        for browser in self._running.values():
            await browser.close()
