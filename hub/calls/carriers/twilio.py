"""Twilio: its REST API, and its hooks, which are answered with TwiML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import parse_qsl, quote

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
    Papers,
    Wanted,
    money,
)
from hub.calls.carriers.facts import Fact, IncomingCall
from hub.calls.carriers.signing import twilio_holds
from hub.calls.carriers.twilio_api import TwilioApi
from hub.calls.carriers.twilio_facts import fact_of
from hub.calls.carriers.twiml import TYPE, dial, twiml
from hub.core.errors import CarrierDown, CarrierRefused
from hub.core.hub import Hub
from storage.engine import Document

_OVER = {20404, 21220}
"""There is no such call, or none that goes on."""
_KINDS: dict[Kind, str] = {"local": "Local", "mobile": "Mobile", "toll_free": "TollFree"}
_HOSTS = re.compile(r"([^/]+\.)?(twilio\.com|twiliocdn\.com)/.*")
_MOST = 1_000
FORM = "application/x-www-form-urlencoded"


class Twilio:
    """The provider, on one account: its SID and auth token, which is also what hooks are signed with."""

    title = "Twilio"

    def __init__(self, hub: Hub, account: Document) -> None:
        self._sid, self._secret = account["account"], account["secret"]
        self._prices = hub.settings.twilio_prices_url
        self._api = TwilioApi(hub, self._sid, self._secret)

    async def check(self) -> Balance:
        """Ask for the balance. Accounts that pay by invoice have none, and their key is right as well."""
        reply = await self._api.ask("GET", "/Balance.json")
        return Balance(money(reply.get("balance"), reply.get("currency")))

    async def set_up(self, hook: str, countries: list[str], settings: Document) -> Document:
        """Do nothing: with Twilio each number says where it leads."""
        return {}

    async def search(self, wanted: Wanted) -> list[Offer]:
        """Return available numbers; what one costs a month is the same for all of a kind and country."""
        query = [("PageSize", str(wanted.limit)), ("VoiceEnabled", "true")]
        if wanted.contains:
            query.append(("Contains", wanted.contains))
        way = f"/AvailablePhoneNumbers/{wanted.country}/{_KINDS[wanted.kind]}.json"
        reply = await self._api.reply("GET", way, query=query)
        if reply.status == 404:  # of this kind there are none in this country
            return []
        self._api.checked(reply)
        monthly = await self._price(wanted.country, wanted.kind)
        return [
            Offer(
                number=str(row.get("phone_number", "")), place=_text(row.get("locality")) or _text(row.get("region")),
                kind=wanted.kind, abilities=_abilities(row), papers=_papers(row), monthly=monthly, setup=None,
            )
            for row in reply.rows("available_phone_numbers")[: wanted.limit]
        ]  # fmt: skip

    async def buy(self, offer: Offer, hook: str) -> Owned:
        """Buy a number."""
        reply = await self._api.ask(
            "POST", "/IncomingPhoneNumbers.json", [("PhoneNumber", offer.number), *_leading(hook)]
        )
        return self._owned(reply.json, offer.kind, offer.monthly)

    async def owned(self, number: str = "") -> list[Owned]:
        """Return the account's numbers, each with what its kind costs a month."""
        query = [("PageSize", str(_MOST)), *([("PhoneNumber", number)] if number else [])]
        reply = self._api.checked(await self._api.reply("GET", "/IncomingPhoneNumbers.json", query=query))
        rows = reply.rows("incoming_phone_numbers")
        return [self._owned(row, _kind(row), None) for row in rows if not number or row.get("phone_number") == number]

    async def lead(self, owned: Owned, hook: str) -> None:
        """Let a number lead to us."""
        await self._api.ask("POST", f"/IncomingPhoneNumbers/{quote(owned.id, safe='')}.json", _leading(hook))

    async def release(self, id: str) -> None:
        """Give a number back."""
        reply = await self._api.reply("DELETE", f"/IncomingPhoneNumbers/{quote(id, safe='')}.json")
        if reply.status != 404:
            self._api.checked(reply)

    async def call(self, new: NewCall) -> str:
        """Call somebody. What is to be done when they answer goes along, so Twilio has no address to ask for it."""
        form = [
            ("To", new.to), ("From", new.from_), ("Timeout", str(new.rings)), ("TimeLimit", str(new.longest)),
            ("Twiml", twiml(Connect(new.stream))),
            ("StatusCallback", f"{new.hook}/status"),
            *(("StatusCallbackEvent", each) for each in ("ringing", "answered", "completed")),
        ]  # fmt: skip
        return self._api.named(await self._api.ask("POST", "/Calls.json", form))

    async def hang_up(self, call: str) -> None:
        """End a call, also one that still rings."""
        await self._steer(call, [("Status", "completed")])

    async def transfer(self, call: str, to: str, from_: str) -> None:
        """Connect a call with another number."""
        await self._steer(call, [("Twiml", dial(to, from_))], must=True)

    async def redirect(self, call: str, answer: Connect) -> None:
        """Let a call's sound go to another stream."""
        await self._steer(call, [("Twiml", twiml(answer))], must=True)

    async def text(self, new: NewText) -> str:
        """Send a text message."""
        form = [("To", new.to), ("From", new.from_), ("Body", new.text), ("StatusCallback", f"{new.hook}/sent")]
        return self._api.named(await self._api.ask("POST", "/Messages.json", form))

    async def recording(self, id: str) -> bytes:
        """Return a recording. Its address is made of its name: what a hook says of it is not looked at."""
        return await self._api.file(f"/Recordings/{quote(id, safe='')}.wav", _HOSTS)

    async def price(self, kind: Literal["call", "sms"], id: str) -> Money | None:
        """Return what a call or text cost, once Twilio has reckoned it."""
        where = "Calls" if kind == "call" else "Messages"
        reply = await self._api.ask("GET", f"/{where}/{quote(id, safe='')}.json")
        return money(reply.get("price"), reply.get("price_unit"))

    def proven(self, hook: Hook, now: int) -> str | None:
        """Check X-Twilio-Signature. It has no time in it, so the signature itself is the word: it is taken once."""
        given = hook.headers.get("x-twilio-signature", "")
        try:
            fields = _fields(hook)
        except ValueError:
            return None
        return given if given and twilio_holds(self._secret, hook.address, fields, hook.body, given) else None

    def read(self, hook: Hook) -> Fact | None:
        """Return what a hook says, where it speaks of this account."""
        fields = dict(_fields(hook))
        return fact_of(hook.what, fields) if fields.get("AccountSid") == self._sid else None

    async def answer(self, call: IncomingCall, answer: Answer) -> HookAnswer:
        """Answer with TwiML: the hook itself is what takes a call."""
        return HookAnswer(twiml(answer), TYPE)

    async def _steer(self, call: str, form: list[tuple[str, str]], *, must: bool = False) -> None:
        reply = await self._api.reply("POST", f"/Calls/{quote(call, safe='')}.json", form=form)
        if must or not (reply.status == 404 or reply.get("code") in _OVER):
            self._api.checked(reply)

    async def _price(self, country: str, kind: Kind) -> Money | None:
        """Return what a number costs a month; None where Twilio does not say: that must not keep anybody from searching."""
        try:
            reply = await self._api.asking.ask("GET", f"/v1/PhoneNumbers/Countries/{country}", base=self._prices)
        except (CarrierDown, CarrierRefused):
            return None
        for row in reply.rows("phone_number_prices"):
            if str(row.get("number_type", "")).replace(" ", "_") == kind:
                return money(row.get("current_price"), reply.get("price_unit"))
        return None

    def _owned(self, row: Mapping[str, Any], kind: Kind, monthly: Money | None) -> Owned:
        id, number = row.get("sid"), row.get("phone_number")
        if not isinstance(id, str) or not isinstance(number, str):
            raise self._api.asking.not_understood()
        ready = row.get("status") in (None, "in-use")
        return Owned(id, number, kind, _abilities(row), ready, monthly)


def _fields(hook: Hook) -> list[tuple[str, str]]:
    """Return the fields of a form; none of a body that is none. Raises ValueError for what is too much."""
    if not hook.headers.get("content-type", "").startswith(FORM):
        return []
    return parse_qsl(hook.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=300)


def _leading(hook: str) -> list[tuple[str, str]]:
    return [
        ("VoiceUrl", f"{hook}/call"), ("VoiceMethod", "POST"), ("SmsUrl", f"{hook}/sms"), ("SmsMethod", "POST"),
        ("StatusCallback", f"{hook}/status"), ("StatusCallbackMethod", "POST"),
    ]  # fmt: skip


def _abilities(row: Mapping[str, Any]) -> tuple[Ability, ...]:
    found = row.get("capabilities")
    able = {name.lower() for name, can in found.items() if can} if isinstance(found, dict) else set()
    return tuple(each for each in ("voice", "sms") if each in able)  # type: ignore[misc]


def _papers(row: Mapping[str, Any]) -> Papers:
    return "" if row.get("address_requirements") in (None, "none") else "address"


def _kind(row: Mapping[str, Any]) -> Kind:
    said = str(row.get("type") or "").replace("-", "_").replace(" ", "_")
    return said if said in _KINDS else "local"  # type: ignore[return-value]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
