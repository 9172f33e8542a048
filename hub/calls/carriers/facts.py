"""What a phone provider tells: plain facts, the same whichever provider it is. Numbers are E.164 (+48221234567)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

End = Literal["completed", "busy", "unanswered", "failed", "cancelled"]


class IncomingCall(Struct, frozen=True, tag="incoming"):
    """Somebody calls one of our numbers. `from_` is empty where the caller hides the number."""

    call: str
    from_: str
    to: str


class CallProgress(Struct, frozen=True, tag="progress"):
    """A call rings at the other end, or was answered there."""

    call: str
    state: Literal["ringing", "answered"]


class CallOver(Struct, frozen=True, tag="over"):
    """A call has ended. `seconds` that it was connected; None where the provider leaves counting to us."""

    call: str
    end: End
    seconds: int | None


class SmsCame(Struct, frozen=True, tag="sms"):
    """A text message came. `media` counts the pictures that came with it; they are not fetched.

    `from_` may be a name or a short number that can't be answered, and is empty where the sender is hidden.
    """

    sms: str
    from_: str
    to: str
    text: str
    media: int


class SmsDelivered(Struct, frozen=True, tag="delivered"):
    """What became of a text message that was sent; why it failed (the provider's code), and what it cost where that is said."""

    sms: str
    state: Literal["sent", "delivered", "failed"]
    why: str = ""
    micros: int = 0
    currency: str = ""


class RecordingReady(Struct, frozen=True, tag="recording"):
    """A recording can be fetched by its name. Where it lies is asked of the provider, never taken from what was sent."""

    recording: str
    call: str


class Digits(Struct, frozen=True, tag="digits"):
    """Keys that were pressed on the phone."""

    call: str
    digits: str


class Priced(Struct, frozen=True, tag="priced"):
    """What a call or a text cost, in millionths of a currency."""

    kind: Literal["call", "sms"]
    id: str
    micros: int
    currency: str


Fact = IncomingCall | CallProgress | CallOver | SmsCame | SmsDelivered | RecordingReady | Digits | Priced
