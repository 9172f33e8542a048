"""Calls and texts that go out over the provider, and recordings that are fetched from it.

For the state machine of calls, which has checked who may: these are no verbs and no door calls them. What may be called at
all, and how much, is checked here, so nothing gets round it.
"""

from __future__ import annotations

from typing import Any

from hub.calls.carriers.carrier import Carrier, Connect, NewCall, NewText
from hub.calls.carriers.dialing import check_allowed, checked_number
from hub.calls.carriers.providers import carrier_of
from hub.calls.carriers.stored import hook_of, stored_account, stored_number
from hub.calls.carriers.usage import LEG_KEY, begin_leg, begin_text, keep_more, put_cost, put_end, put_text, unused
from hub.calls.collections import PHONE_LEGS
from hub.core.errors import CarrierDown, CarrierRefused, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.jobs import Later
from hub.core.text import check_text
from storage.engine import Batch, Document, GuardFailed, Scope

PRICE = "phone.price"
PRICED_SOON = 60_000
"""Milliseconds after which a provider usually knows what something cost."""
_LOOKS, _LATER, _SOON = 12, 900_000, 2_000
_TEXT = 1_600
"""Characters that Twilio takes in one message, in ten parts; Telnyx takes as many."""


async def place_call(hub: Hub, scope: Scope, number: int, to: str, stream: str, key: str) -> Document:
    """Call somebody from one of our numbers; sound goes over a WebSocket to `stream`. Return our leg of the call.

    Raises NotFound, InvalidPayload, Forbidden (country, premium rate, limits), CarrierRefused, CarrierDown. `key` is the same
    when the same call is tried again.
    """
    account, row, target = await _ways(hub, scope, number, to)
    leg, left = await begin_leg(hub, Batch(scope), row, "out")
    hook = hook_of(hub, account)
    try:
        call = await carrier_of(hub, account).call(NewCall(target, row["number"], stream, hook, key, longest=left))
    except (CarrierRefused, CarrierDown):
        await _end(hub, scope, leg)
        raise
    batch = Batch(scope)
    batch.claim(LEG_KEY, call, leg["id"])
    batch.patch(PHONE_LEGS, leg["id"], set={"call": call})
    if (await hub.commit(batch)).existing:  # it was over before we knew its name
        await _end(hub, scope, leg)
    return leg | {"call": call}


async def hang_up(hub: Hub, scope: Scope, leg: int) -> None:
    """End a call. Raises NotFound, CarrierRefused, CarrierDown."""
    carrier, found = await _leg(hub, scope, leg)
    await carrier.hang_up(found["call"])


async def meter(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Let a call go on for as long as today has minutes, whoever called; then end it (a job)."""
    leg = await hub.store.get(scope, PHONE_LEGS, payload["leg"])
    if leg is None or leg["state"] != "live":
        return
    if (seconds := unused(leg, hub.clock.now())) > 0 or (seconds := await keep_more(hub, scope, leg)) > 0:
        raise Later(seconds * 1000)
    hub.log.info("a phone call ends with the minutes of the day", application=scope.app, leg=leg["id"])
    try:
        await hang_up(hub, scope, leg["id"])
    except NotFound:  # the provider has not told its name yet
        raise Later(_SOON) from None
    except CarrierRefused as error:
        hub.log.warning("a phone call could not be ended at its provider", leg=leg["id"], reason=error.reason)


async def transfer(hub: Hub, scope: Scope, leg: int, to: str) -> None:
    """Connect a call with another number, which costs as a call to it. Raises NotFound, Forbidden, CarrierRefused, CarrierDown."""
    carrier, found = await _leg(hub, scope, leg)
    _, row, target = await _ways(hub, scope, found["number"], to)
    await carrier.transfer(found["call"], target, row["number"])


async def redirect(hub: Hub, scope: Scope, leg: int, answer: Connect) -> None:
    """Let the sound of a call go to another stream. Raises NotFound, CarrierRefused, CarrierDown."""
    carrier, found = await _leg(hub, scope, leg)
    await carrier.redirect(found["call"], answer)


async def send_text(hub: Hub, scope: Scope, number: int, to: str, text: str, key: str) -> str:
    """Send a text message from one of our numbers; return the provider's name for it, by which `SmsDelivered` tells of it.

    Raises NotFound, InvalidPayload, Forbidden (country, premium rate, limit), CarrierRefused, CarrierDown.
    """
    account, row, target = await _ways(hub, scope, number, to)
    words = check_text(text, "text")
    if not words.strip() or len(words) > _TEXT:
        raise InvalidPayload(f"A text message has 1 to {_TEXT} characters.", reason="sms_length", most=_TEXT)
    new = NewText(target, row["number"], words, hook_of(hub, account), key)
    counter = await begin_text(hub, scope, account)
    batch = Batch(scope)
    try:
        sent = await carrier_of(hub, account).text(new)
    except (CarrierRefused, CarrierDown):
        put_text(batch, counter, sent=False)
        await hub.commit(batch)
        raise
    put_text(batch, counter, sent=True)
    await hub.jobs.add(batch, PRICE, {"kind": "sms", "id": sent}, after=PRICED_SOON)
    await hub.commit(batch)
    return sent


async def fetch_recording(hub: Hub, scope: Scope, recording: str) -> bytes:
    """Return a recording (WAV), by the name that `RecordingReady` gave. Raises NotFound, CarrierRefused, CarrierDown."""
    return await carrier_of(hub, await stored_account(hub, scope)).recording(recording)


async def find_price(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Ask what a call or text cost, until the provider knows (a job)."""
    try:
        account = await stored_account(hub, scope)
        found = await carrier_of(hub, account).price(payload["kind"], payload["id"])
    except (NotFound, CarrierRefused):
        return
    except CarrierDown:
        found = None
    looks = payload.get("looks", 0)
    if found is None:
        if looks < _LOOKS and account["provider"] == "twilio":
            raise Later(_LATER, looks=looks + 1)
        return
    batch = Batch(scope)
    batch.claim("phone.priced", f"{payload['kind']}:{payload['id']}", 1)
    put_cost(hub, batch, found.micros, found.currency)
    await hub.commit(batch)


async def _ways(hub: Hub, scope: Scope, number: int, to: str) -> tuple[Document, Document, str]:
    """Return the account, our number and whom it may reach."""
    account, row, target = await stored_account(hub, scope), await stored_number(hub, scope, number), checked_number(to)
    check_allowed(target, account["countries"])
    return account, row, target


async def _leg(hub: Hub, scope: Scope, leg: int) -> tuple[Carrier, Document]:
    found = await hub.store.get(scope, PHONE_LEGS, leg)
    if found is None or not found["call"]:
        raise NotFound("There is no such call on the phone network.")
    return carrier_of(hub, await stored_account(hub, scope)), found


async def _end(hub: Hub, scope: Scope, leg: Document) -> None:
    batch = Batch(scope)
    put_end(hub, batch, leg, 0)
    try:
        await hub.commit(batch)
    except GuardFailed:
        return  # a hook was quicker
