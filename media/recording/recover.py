"""`python -m media.recording.recover FOLDER`: finishes what killed workers left, and tells each as an event on a line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from media.clock import RATE
from media.recording import ogg, sidecar
from media.recording.mixdown import mixed_or_why_not, sweep_halves
from media.recording.shelf import closed
from media.recording.writer import RESERVE


def recover(folder: Path) -> Iterator[dict[str, Any]]:
    """Finish every recording under a folder that nobody works on, and yield events recording.closed and recording.mixed.

    Files are cut behind their last whole page and get their names; what a worker said until a second or two before its
    end is in them. Safe beside running workers and to run again.
    """
    for path in sorted(folder.rglob("*.json")):
        facts = sidecar.read(path)
        if facts is None or facts["state"] == "mixed":
            continue
        lock = sidecar.lock(path.with_suffix(".lock"))
        if lock is None:
            continue
        with lock:
            facts = sidecar.read(path)
            if facts is None or facts["state"] == "mixed":
                continue
            if facts["state"] == "open":
                _close(path, facts)
                yield {"type": "recording.closed", "room": facts["room"], "recovered": True, **closed(facts)}
            sweep_halves(path.parent, path.stem)
            yield mixed_or_why_not(folder, facts["name"], facts["room"])
            path.with_suffix(".lock").unlink(missing_ok=True)


def _close(path: Path, facts: dict[str, Any]) -> None:
    path.with_suffix(RESERVE).unlink(missing_ok=True)
    legs = []
    for entry in facts["legs"]:
        file = path.parent / entry["file"]
        part = file.with_name(file.name + ".part")
        source = part if part.exists() else file
        if not source.exists():
            continue
        whole = ogg.whole_part(source)
        entry["seconds"] = round(whole.samples / RATE, 3)
        if source is part:
            os.truncate(part, whole.size)
            part.replace(file)
        if whole.samples:
            legs.append(entry)
        else:
            file.unlink()
    facts["legs"], facts["state"], facts["recovered"] = legs, "closed", True
    facts["seconds"] = round(max((leg["offset_ms"] / 1000 + leg["seconds"] for leg in legs), default=0.0), 3)
    sidecar.write(path, facts)


def main() -> None:
    """Recover one folder."""
    os.nice(15)
    for event in recover(Path(sys.argv[1])):
        print(json.dumps(event), flush=True)


if __name__ == "__main__":
    main()
