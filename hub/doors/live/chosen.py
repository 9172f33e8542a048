"""The sockets of contacts that are named one by one: so that what is meant for thousands is one frame.

A room that is named `<application>:who:<ids>` is nobody's to enter; it stands for all sockets of these contacts on this
node. `own` in place of `who` leaves out browsers that only claim to be a contact: they must not read its name.
"""

from __future__ import annotations

from collections.abc import Mapping

from hub.doors.live.sessions import Session


class Chosen:
    """Finds them among the sessions of this node."""

    def __init__(self, of_contact: Mapping[tuple[int, int], set[str]], sessions: Mapping[str, Session]) -> None:
        self._of_contact, self._sessions = of_contact, sessions

    def sockets(self, rooms: list[str]) -> list[str]:
        """Return rooms as they are, and in place of one that names contacts the ids of their sockets."""
        app, _, rest = rooms[0].partition(":")
        kind, _, ids = rest.partition(":")
        if kind not in ("who", "own"):
            return rooms
        found: list[str] = []
        for id in ids.split(","):
            found += self._of_contact.get((int(app), int(id)), ())
        return [each for each in found if self._sessions[each].own] if kind == "own" else found
