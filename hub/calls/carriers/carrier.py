"""What a phone provider has to do for us, and the values that go to it and come from it, the same for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, Protocol

from msgspec import Struct

from hub.calls.carriers.facts import Fact, IncomingCall
from storage.engine import Document

Kind = Literal["local", "mobile", "toll_free"]
Ability = Literal["voice", "sms"]
Papers = Literal["", "address", "documents"]
"""What the law of a country wants to see before a number works; it is handed in at the provider."""


class Money(Struct, frozen=True):
    """An amount in millionths of a currency (ISO 4217): calls cost fractions of a cent, and sums must not drift."""

    micros: int
    currency: str


def money(amount: Any, currency: Any) -> Money | None:
    """Return what a provider writes as `1.15` or `-0.0085` and `usd`, without its sign; None for what is no amount."""
    try:
        micros = abs(Decimal(str(amount))) * 1_000_000
        return Money(int(micros), str(currency).upper()) if micros.is_finite() and len(str(currency)) == 3 else None
    except (InvalidOperation, ValueError):
        return None


class Wanted(Struct, frozen=True):
    """Which numbers are looked for: of a country (ISO 3166, two letters), with these digits in them."""

    country: str
    contains: str
    kind: Kind
    limit: int


class Offer(Struct, frozen=True):
    """A number that can be had. A price that the provider does not say is None."""

    number: str
    place: str
    kind: Kind
    abilities: tuple[Ability, ...]
    papers: Papers
    monthly: Money | None
    setup: Money | None


class Owned(Struct, frozen=True):
    """A number that the account has. `id` is the provider's name for it; `ready` is false while it is being set up there."""

    id: str
    number: str
    kind: Kind
    abilities: tuple[Ability, ...]
    ready: bool
    monthly: Money | None


class Balance(Struct, frozen=True):
    """What is left on the account, where the provider says it."""

    left: Money | None


class NewCall(Struct, frozen=True):
    """A call to be made: from one of our numbers; its sound goes over a WebSocket to `stream`.

    key      said again when the same call is tried again, so that it is made once where the provider can do that
    longest  seconds after which the provider ends it by itself, whatever becomes of us
    rings    seconds until nobody answers
    """

    to: str
    from_: str
    stream: str
    hook: str
    key: str
    longest: int
    rings: int = 60


class NewText(Struct, frozen=True):
    """A text message to be sent from one of our numbers."""

    to: str
    from_: str
    text: str
    hook: str
    key: str


class Connect(Struct, frozen=True):
    """Take a call: its sound goes to and comes from this WebSocket (an address without `?`), with these words of ours.

    With Twilio the words are `customParameters` of the stream's first frame, with Telnyx they stand behind the address.
    """

    stream: str
    words: Mapping[str, str] = {}


class Refuse(Struct, frozen=True):
    """Do not take a call: the caller hears the busy tone, or that the number is not reachable."""

    why: Literal["busy", "rejected"] = "busy"


Answer = Connect | Refuse


class Hook(Struct, frozen=True):
    """What somebody sent who says to be the provider. Nothing of it is believed before `Carrier.proven`.

    address   as the provider was told it, with what follows `?`
    what      the last word of the path: which of our hooks it is
    headers   names in lower case
    """

    address: str
    what: str
    headers: Mapping[str, str]
    body: bytes


class HookAnswer(Struct, frozen=True):
    """What is sent back."""

    body: str = ""
    type: str = "text/plain"


class Carrier(Protocol):
    """A provider, on the account of one application.

    Every method raises CarrierRefused with a reason where the provider says no, and CarrierDown where it can't be asked.
    """

    title: str

    async def check(self) -> Balance:
        """Return what is left on the account: the cheapest question that shows whether the key is right."""

    async def set_up(self, hook: str, countries: list[str], settings: Document) -> Document:
        """Tell the provider where we are reached and which countries may be called; return what driving it needs to know.

        `settings` is what an earlier call returned: what is there already is changed, not made again.
        """

    async def search(self, wanted: Wanted) -> list[Offer]:
        """Return numbers that can be bought, with their price."""

    async def buy(self, offer: Offer, hook: str) -> Owned:
        """Buy a number and let it lead to us."""

    async def owned(self, number: str = "") -> list[Owned]:
        """Return the numbers that the account has, or this one where it has it."""

    async def lead(self, owned: Owned, hook: str) -> None:
        """Let a number that the account has already lead to us."""

    async def release(self, id: str) -> None:
        """Give a number back. One that is gone already is no error."""

    async def call(self, new: NewCall) -> str:
        """Call somebody; return the provider's name for the call."""

    async def hang_up(self, call: str) -> None:
        """End a call. One that is over already is no error."""

    async def transfer(self, call: str, to: str, from_: str) -> None:
        """Connect a call with another number; our stream ends."""

    async def redirect(self, call: str, answer: Connect) -> None:
        """Let the sound of a call that goes on go elsewhere."""

    async def text(self, new: NewText) -> str:
        """Send a text message; return the provider's name for it."""

    async def recording(self, id: str) -> bytes:
        """Return a recording (WAV). Only ever asked of the provider's own hosts."""

    async def price(self, kind: Literal["call", "sms"], id: str) -> Money | None:
        """Return what a call or text cost; None where it is not known yet, or comes by a hook."""

    def proven(self, hook: Hook, now: int) -> str | None:
        """Return a word that is the same for the same event and no other, or None where the provider did not send this.

        `now` is in milliseconds. Nothing of the body has been read as anything but bytes before.
        """

    def read(self, hook: Hook) -> Fact | None:
        """Return what a proven hook says; None for what is of no interest here."""

    async def answer(self, call: IncomingCall, answer: Answer) -> HookAnswer:
        """Take an incoming call, or don't; return what the hook that told of it is answered with."""
