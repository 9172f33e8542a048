"""What the control door refuses, and with which words."""

from __future__ import annotations


class Refused(Exception):
    """A request that changed nothing. `code` is for programs, `message` says what happened and what to do next."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def busy(message: str) -> Refused:
    """503: nothing of what runs is touched; the caller asks another worker."""
    return Refused(503, "busy", message)


def no_room(room: str) -> Refused:
    """404 for a room that was never made or is over."""
    return Refused(404, "no_room", f"There is no room {room!r} here: make it with PUT /rooms/{room}.")


def no_leg(leg: str) -> Refused:
    """404 for a leg that was never offered or was taken away."""
    return Refused(404, "no_leg", f"There is no leg {leg!r} in this room: begin it with an offer, rtp or stream.")


def invalid(message: str) -> Refused:
    """400 for a body that does not say what is needed."""
    return Refused(400, "invalid", message)


def bad_sdp(message: str) -> Refused:
    """400 for a description that cannot be answered."""
    return Refused(400, "bad_sdp", message)
