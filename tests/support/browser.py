"""How the browser of tests and measurements is started: quiet, and with nothing that nobody looks at."""

from __future__ import annotations

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
