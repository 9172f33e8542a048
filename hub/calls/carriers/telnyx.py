"""Telnyx' REST API, version 2, and its hooks.

Calls are steered by commands: an incoming one is answered by a request of ours, and the hook that told of it gets an empty
answer.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote, urlencode

import msgspec

from hub.calls.carriers.asking import Json
from hub.calls.carriers.carrier import (
    Ability,
    Answer,
    Balance,
    Connect,
    Hook,
    HookAnswer,
    Kind,
    Money,
    NewCall,
    NewText,
    Offer,
    Owned,
    Wanted,
    money,
)
from hub.calls.carriers.facts import Fact, IncomingCall
from hub.calls.carriers.signing import telnyx_holds
from hub.calls.carriers.telnyx_api import OVER, TelnyxApi, code_of
from hub.calls.carriers.telnyx_facts import fact_of
from hub.core.hub import Hub
from storage.engine import Document

_KINDS: dict[str, Kind] = {"local": "local", "mobile": "mobile", "toll_free": "toll_free"}
_HOSTS = re.compile(
    r"([^/]+\.)?telnyx\.com/.*"
    r"|telephony-recorder-[a-z0-9-]+\.s3(\.[a-z0-9-]+)?\.amazonaws\.com/.*"
    r"|s3(\.[a-z0-9-]+)?\.amazonaws\.com/telephony-recorder-[a-z0-9-]+/.*"
)
"""Telnyx keeps recordings in buckets of its own at Amazon."""
_STREAM = {"stream_track": "inbound_track", "stream_bidirectional_mode": "rtp", "stream_bidirectional_codec": "PCMU"}
"""Sound goes both ways, as G.711 µ-law: what the phone network speaks itself."""
_NAME = "Switchboard"


class Telnyx:
    """The provider, with the API key of one account; its public key is what hooks are signed for."""

    title = "Telnyx"

    def __init__(self, hub: Hub, account: Document) -> None:
        self._public, self._settings = account["public_key"], account["settings"]
        self._api = TelnyxApi(hub, account["secret"])

    async def check(self) -> Balance:
        """Ask for the balance."""
        found = (await self._api.ask("GET", "/balance")).get("data") or {}
        return Balance(money(found.get("balance"), found.get("currency")))

    async def set_up(self, hook: str, countries: list[str], settings: Document) -> Document:
        """Make what calls and texts need there: who may be called, the application that hooks come from, and texts' profile."""
        voice = await self._api.put(
            "outbound_voice_profiles", settings, {"name": _NAME, "whitelisted_destinations": countries}
        )
        application = await self._api.put("call_control_applications", settings, {
            "application_name": _NAME, "webhook_event_url": f"{hook}/event", "webhook_api_version": "2",
            "call_cost_in_webhooks": True, "outbound": {"outbound_voice_profile_id": voice},
        })  # fmt: skip
        texts = await self._api.put("messaging_profiles", settings, {
            "name": _NAME, "whitelisted_destinations": countries, "webhook_url": f"{hook}/event", "webhook_api_version": "2",
        })  # fmt: skip
        return {"outbound_voice_profiles": voice, "call_control_applications": application, "messaging_profiles": texts}

    async def search(self, wanted: Wanted) -> list[Offer]:
        """Return available numbers, each with its price."""
        query = [
            ("filter[country_code]", wanted.country), ("filter[phone_number_type]", wanted.kind),
            ("filter[features]", "voice"), ("filter[limit]", str(wanted.limit)),
        ]  # fmt: skip
        if wanted.contains:
            query.append(("filter[phone_number][contains]", wanted.contains))
        reply = await self._api.ask("GET", "/available_phone_numbers", query=query)
        return [_offer(row, wanted.kind) for row in reply.rows("data")[: wanted.limit]]

    async def buy(self, offer: Offer, hook: str) -> Owned:
        """Order a number. An order is carried out soon after, so the number may not be ready when this returns."""
        reply = await self._api.ask("POST", "/number_orders", {
            "phone_numbers": [{"phone_number": offer.number}], "connection_id": self._settings["call_control_applications"],
            "messaging_profile_id": self._settings["messaging_profiles"],
        })  # fmt: skip
        status, met = reply.get("data", "status"), reply.get("data", "requirements_met")
        if status == "failure":
            raise self._api.asking.refusal("number_papers" if met is False else "number_taken")
        ready = status == "success"
        return Owned(offer.number, offer.number, offer.kind, offer.abilities, ready, offer.monthly)

    async def owned(self, number: str = "") -> list[Owned]:
        """Return the account's numbers. They are named by the number itself: an order does not say their id."""
        rows = await self._rows(number)
        return [
            Owned(
                id=str(row["phone_number"]), number=str(row["phone_number"]),
                kind=_KINDS.get(str(row.get("phone_number_type")), "local"), abilities=("voice", "sms"),
                ready=row.get("status") == "active", monthly=None,
            )
            for row in rows
        ]  # fmt: skip

    async def lead(self, owned: Owned, hook: str) -> None:
        """Let a number lead to our application and profile."""
        way = f"/phone_numbers/{quote(await self._id(owned.id), safe='')}"
        await self._api.ask("PATCH", way, {"connection_id": self._settings["call_control_applications"]})
        await self._api.ask("PATCH", f"{way}/messaging", {"messaging_profile_id": self._settings["messaging_profiles"]})

    async def release(self, id: str) -> None:
        """Give a number back."""
        if rows := await self._rows(id):
            await self._api.ask("DELETE", f"/phone_numbers/{quote(str(rows[0].get('id')), safe='')}")

    async def call(self, new: NewCall) -> str:
        """Call somebody; the same `key` calls once."""
        reply = await self._api.ask("POST", "/calls", {
            "connection_id": self._settings["call_control_applications"], "to": new.to, "from": new.from_,
            "timeout_secs": new.rings, "time_limit_secs": max(new.longest, 30),
            "stream_url": new.stream, "command_id": new.key, **_STREAM,
        })  # fmt: skip
        return self._api.named(reply.get("data", "call_control_id"))

    async def hang_up(self, call: str) -> None:
        """End a call, also one that still rings."""
        reply = await self._api.asking.ask("POST", f"{_way(call)}/hangup", json={})
        if reply.status not in (404, 422) or code_of(reply) not in OVER:
            self._api.checked(reply)

    async def transfer(self, call: str, to: str, from_: str) -> None:
        """Connect a call with another number."""
        await self._api.ask("POST", f"{_way(call)}/streaming_stop", {})
        await self._api.ask("POST", f"{_way(call)}/transfer", {"to": to, "from": from_})

    async def redirect(self, call: str, answer: Connect) -> None:
        """Let a call's sound go to another stream."""
        await self._api.ask("POST", f"{_way(call)}/streaming_stop", {})
        await self._api.ask("POST", f"{_way(call)}/streaming_start", _stream(answer))

    async def text(self, new: NewText) -> str:
        """Send a text message; the same `key` sends once."""
        body = {"to": new.to, "from": new.from_, "text": new.text, "webhook_url": f"{new.hook}/event"}
        reply = await self._api.ask("POST", "/messages", body, more={"Idempotency-Key": new.key})
        return self._api.named(reply.get("data", "id"))

    async def recording(self, id: str) -> bytes:
        """Return a recording. Where it lies is asked of the API, and only Telnyx' own storage is gone to."""
        reply = await self._api.ask("GET", f"/recordings/{quote(id, safe='')}")
        return await self._api.asking.download(str(reply.get("data", "download_urls", "wav") or ""), _HOSTS)

    async def price(self, kind: Literal["call", "sms"], id: str) -> Money | None:
        """Return None: Telnyx tells prices by hooks."""
        return None

    def proven(self, hook: Hook, now: int) -> str | None:
        """Check the Ed25519 signature; the event's id is the word, since a hook that is sent again is signed anew."""
        headers = hook.headers
        at, signature = headers.get("telnyx-timestamp", ""), headers.get("telnyx-signature-ed25519", "")
        if not telnyx_holds(self._public, at, hook.body, signature, now):
            return None
        id = _event(hook).get("id")
        return id if isinstance(id, str) and id else None

    def read(self, hook: Hook) -> Fact | None:
        """Return what a hook says."""
        return fact_of(_event(hook))

    async def answer(self, call: IncomingCall, answer: Answer) -> HookAnswer:
        """Answer by a command; said again, it is the same command."""
        if isinstance(answer, Connect):
            await self._api.ask(
                "POST", f"{_way(call.call)}/answer", {**_stream(answer), "command_id": _command(call.call)}
            )
        else:
            cause = "USER_BUSY" if answer.why == "busy" else "CALL_REJECTED"
            await self._api.ask(
                "POST", f"{_way(call.call)}/reject", {"cause": cause, "command_id": _command(call.call)}
            )
        return HookAnswer()

    async def _rows(self, number: str) -> list[Json]:
        query = [("page[size]", "250"), *([("filter[phone_number]", number)] if number else [])]
        reply = await self._api.ask("GET", "/phone_numbers", query=query)
        found = [row for row in reply.rows("data") if isinstance(row.get("phone_number"), str)]
        return [row for row in found if not number or row["phone_number"] == number]

    async def _id(self, number: str) -> str:
        for row in await self._rows(number):
            return str(row.get("id"))
        raise self._api.asking.refusal("number_foreign")


def _event(hook: Hook) -> Mapping[str, Any]:
    try:
        found = msgspec.json.decode(hook.body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return {}
    data = found.get("data") if isinstance(found, dict) else None
    return data if isinstance(data, dict) else {}


def _offer(row: Json, kind: Kind) -> Offer:
    cost = row.get("cost_information")
    cost = cost if isinstance(cost, dict) else {}
    places = [each for each in row.get("region_information") or () if isinstance(each, dict)]
    place = next(
        (str(each["region_name"]) for each in places if each.get("region_type") in ("location", "rate_center")), ""
    )
    named = {str(each.get("name")) for each in row.get("features") or () if isinstance(each, dict)}
    abilities: tuple[Ability, ...] = tuple(each for each in ("voice", "sms") if each in named)  # type: ignore[misc]
    return Offer(
        number=str(row.get("phone_number", "")), place=place, kind=kind, abilities=abilities, papers="",
        monthly=money(cost.get("monthly_cost"), cost.get("currency")),
        setup=money(cost.get("upfront_cost"), cost.get("currency")),
    )  # fmt: skip


def _stream(answer: Connect) -> dict[str, Any]:
    """Return where sound goes. An answer takes no words of ours beside the address, so they stand in it."""
    return {"stream_url": answer.stream + (f"?{urlencode(answer.words)}" if answer.words else ""), **_STREAM}


def _command(call: str) -> str:
    """Return a name for the one answer that a call gets, so that it gets it once."""
    return base64.urlsafe_b64encode(f"answer:{call}".encode()).decode()[:100]


def _way(call: str) -> str:
    return f"/calls/{quote(call, safe='')}/actions"
