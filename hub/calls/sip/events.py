"""What happens in a call on the trunk, as whoever holds the `SipCall` hears it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from hub.calls.sip.sdp import Remote

Cause = Literal[
    "hung_up",
    "cancelled",
    "busy",
    "declined",
    "unanswered",
    "no_number",
    "refused",
    "unreachable",
    "failed",
    "lost",
    "limit",
]
"""Why a call is over.

hung_up      one of the two ended it
cancelled    whoever called gave up before anybody answered
busy         the number is in a call (486, 600)
declined     somebody there said no (603)
unanswered   it rang for nothing, or nobody is registered there (408, 480)
no_number    there is no such number (404, 484, 604, 410)
refused      the provider does not let us (401, 403, 407), or would have us call elsewhere (3xx, never followed)
unreachable  nothing came back: the provider is not there
failed       anything else that the provider says, or sound that nobody here can play
lost         it was answered, but the far end is gone: it acknowledges nothing or knows of no call
limit        it lasted as long as a call may last
"""


class Ringing(Struct, frozen=True):
    """It rings there. With `early`, the provider sends sound already: its own ringing, or a voice."""

    early: Remote | None = None


class Answered(Struct, frozen=True):
    """The two can talk; the sound goes to and comes from there."""

    remote: Remote


class Moved(Struct, frozen=True):
    """The far end changed where its sound goes, or in which codec."""

    remote: Remote


class Held(Struct, frozen=True):
    """The far end put us on hold, or took us back."""

    on: bool


class Digit(Struct, frozen=True):
    """A key was pressed there, told by signalling (INFO). Keys told in the sound are the media worker's to hear."""

    digit: str


class Ended(Struct, frozen=True):
    """It is over. `by` says who ended it; `status` is SIP's word where there was one, else 0."""

    cause: Cause
    by: Literal["us", "them"]
    status: int = 0


Event = Ringing | Answered | Moved | Held | Digit | Ended


def cause_of(status: int) -> Cause:
    """Return why a call was not answered, from the final answer to its INVITE."""
    causes: dict[int, Cause] = {
        486: "busy", 600: "busy", 603: "declined", 408: "unanswered", 480: "unanswered", 487: "cancelled", 404: "no_number",
        410: "no_number", 484: "no_number", 604: "no_number", 401: "refused", 403: "refused", 407: "refused",
    }  # fmt: skip
    return causes.get(status, "refused" if 300 <= status < 400 else "failed")
