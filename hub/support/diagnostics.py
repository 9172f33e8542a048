"""What the server knows of itself at a moment: it goes with a fault report, so that the operator need not ask."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from hub.core.availability import Availability
from hub.core.hub import Hub
from hub.core.log import recent_lines
from hub.core.nodes import Nodes
from storage.engine import StorageError

_STARTED = time.monotonic()
_LOOKS = 5


class Diagnosing:
    """Looks at the server; a part of the hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def now(self) -> dict[str, Any]:
        """Return how this node is: nothing secret, and nothing that people wrote."""
        hub, bus = self._hub, self._hub.bus
        disk = await asyncio.to_thread(shutil.disk_usage, hub.settings.folder)
        return {
            "version": _version(), "python": platform.python_version(), "system": platform.platform(), "node": hub.node,
            "uptime_seconds": int(time.monotonic() - _STARTED), "loop_lag_ms": await _lag(), "memory_mb": _memory(),
            "disk_free_mb": disk.free // 1_048_576, "load": [round(each, 2) for each in os.getloadavg()],
            "store": {"engine": type(hub.store).__name__, **await self._store()},
            "bus": {"engine": type(bus).__name__, "healthy": bus.alone or bus.healthy, "waiting": bus.waiting,
                    "other_nodes": len(hub.part(Nodes).others)},
            "services": {each.service: round(each.ratio, 6) for each in reversed(hub.part(Availability).months)},
            "log": recent_lines(),
        }  # fmt: skip

    async def _store(self) -> dict[str, Any]:
        began = time.monotonic()
        try:
            await self._hub.store.ping()
            took = round((time.monotonic() - began) * 1000, 1)
            counts = await self._hub.jobs.waiting()
        except StorageError as error:
            return {"answers": False, "error": str(error)}
        return {"answers": True, "write_ms": took, "queues": counts}


async def _lag() -> float:
    """Return by how many milliseconds the event loop was late, at the worst of some looks."""
    loop, worst = asyncio.get_running_loop(), 0.0
    for _ in range(_LOOKS):
        began = loop.time()
        await asyncio.sleep(0.01)
        worst = max(worst, loop.time() - began - 0.01)
    return round(worst * 1000, 1)


def _version() -> str:
    try:
        return version("switchboard-hub")
    except PackageNotFoundError:
        return "from source"


def _memory() -> int:
    if sys.platform != "linux":
        return 0
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1_048_576
