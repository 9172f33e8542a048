"""What stands in the path of a call: our id, or the client's own."""

from __future__ import annotations

from aiohttp import web

from hub.core.errors import NotFound


def number_in(request: web.Request, name: str = "id") -> int:
    """Return the id in the path. Raises NotFound for what can be none.

    One client keeps the colon that the documentation writes before a placeholder (`/users/:7/`).
    """
    found = request.match_info[name].removeprefix(":")
    if not (found.isascii() and found.isdecimal() and len(found) <= 15 and int(found)):
        raise NotFound
    return int(found)


def own_in(request: web.Request) -> str | None:
    """Return the client's own id in the path, or None. Raises NotFound for what can be none."""
    found = request.match_info.get("custom_id")
    if found is not None and not 0 < len(found) <= 255:
        raise NotFound
    return found
