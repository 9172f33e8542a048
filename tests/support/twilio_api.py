"""An imitation of the part of Twilio's REST API that the hub uses, in the shapes of its reference and with its error codes."""

from __future__ import annotations

import base64
import re
from typing import Any

from aiohttp import web

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "
WHEN = "Mon, 30 Nov 2026 12:00:00 +0000"


class TwilioApi:
    """One account. `numbers` are its own, by SID; `free` can be bought; `next` are failures that come before all else."""

    def __init__(self) -> None:
        self.sid, self.secret = "AC" + "0f" * 16, "twilio-auth-token-0123456789abcd"
        self.free = ["+48221230001", "+48221230002"]
        self.numbers: dict[str, dict[str, Any]] = {}
        self.calls: dict[str, dict[str, Any]] = {}
        self.messages: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.next: list[tuple[int, int, str]] = []
        self.recording: web.Response | bytes = _WAV
        self.made = 0

    def add_routes(self, app: web.Application) -> None:
        """Serve the API."""
        way = "/2010-04-01/Accounts/{account}"
        rows: list[tuple[str, str, Any]] = [
            ("GET", f"{way}/Balance.json", self._balance),
            ("GET", way + "/AvailablePhoneNumbers/{country}/{kind}.json", self._available),
            ("GET", f"{way}/IncomingPhoneNumbers.json", self._list),
            ("POST", f"{way}/IncomingPhoneNumbers.json", self._buy),
            ("POST", way + "/IncomingPhoneNumbers/{sid}.json", self._change),
            ("DELETE", way + "/IncomingPhoneNumbers/{sid}.json", self._release),
            ("POST", f"{way}/Calls.json", self._call),
            ("GET", way + "/Calls/{sid}.json", self._read_call),
            ("POST", way + "/Calls/{sid}.json", self._steer),
            ("POST", f"{way}/Messages.json", self._text),
            ("GET", way + "/Messages/{sid}.json", self._read_text),
            ("GET", way + "/Recordings/{sid}.wav", self._recording),
            ("GET", "/v1/PhoneNumbers/Countries/{country}", self._prices),
        ]
        for method, path, handler in rows:
            app.router.add_route(method, path, self._guarded(handler))

    def _guarded(self, handler: Any) -> Any:
        async def guarded(request: web.Request) -> web.StreamResponse:
            form = await request.post()
            given = {name: form.getall(name) if len(form.getall(name)) > 1 else form[name] for name in form}
            self.asked.append((request.method, request.path_qs, given))
            login = base64.b64encode(f"{self.sid}:{self.secret}".encode()).decode()
            if request.headers.get("Authorization") != f"Basic {login}":
                return _failed(401, 20003, "Authenticate")
            if self.next:
                return _failed(*self.next.pop(0))
            return await handler(request, given)

        return guarded

    def _named(self, prefix: str) -> str:
        self.made += 1
        return f"{prefix}{self.made:032x}"

    # ── account and numbers ──────────────────────────────────────────────────────────────────────────────────────────

    async def _balance(self, request: web.Request, form: dict[str, Any]) -> web.Response:
        return web.json_response({"account_sid": self.sid, "balance": "24.5010", "currency": "USD"})

    async def _prices(self, request: web.Request, form: dict[str, Any]) -> web.Response:
        country = request.match_info["country"]
        prices = [
            {"number_type": "local", "base_price": "1.15", "current_price": "1.15"},
            {"number_type": "toll free", "base_price": "25.00", "current_price": "25.00"},
        ]
        return web.json_response({
            "country": "Poland", "iso_country": country, "phone_number_prices": prices, "price_unit": "USD",
            "url": f"https://pricing.twilio.com/v1/PhoneNumbers/Countries/{country}",
        })  # fmt: skip

    async def _available(self, request: web.Request, form: dict[str, Any]) -> web.Response:
        country, kind = request.match_info["country"], request.match_info["kind"]
        if kind not in ("Local", "TollFree") or country != "PL":
            return _failed(404, 20404, "The requested resource was not found")
        wanted = request.query.get("Contains", "")
        rows = [
            {
                "friendly_name": number, "phone_number": number, "lata": None, "locality": "Warszawa", "rate_center": None,
                "latitude": None, "longitude": None, "region": "Mazowieckie", "postal_code": None, "iso_country": country,
                "address_requirements": "any", "beta": False,
                "capabilities": {"voice": True, "SMS": False, "MMS": False, "fax": False},
            }
            for number in self.free
            if wanted in number
        ]  # fmt: skip
        return web.json_response(
            {"available_phone_numbers": rows[: int(request.query.get("PageSize", 50))], "uri": request.path}
        )

    async def _list(self, request: web.Request, form: dict[str, Any]) -> web.Response:
        wanted = request.query.get("PhoneNumber", "")
        rows = [each for each in self.numbers.values() if wanted in each["phone_number"]]
        page = {"page": 0, "page_size": 50, "start": 0, "end": len(rows), "uri": request.path_qs, "next_page_uri": None}
        page |= {"first_page_uri": request.path_qs, "previous_page_uri": None}
        return web.json_response({"incoming_phone_numbers": rows, **page})

    async def _buy(self, request: web.Request, form: dict[str, Any]) -> web.Response:
        number = form.get("PhoneNumber", "")
        if number not in self.free:
            return _failed(400, 21422, f"{number} is not available for purchase.")
        self.free.remove(number)
        return web.json_response(self.own(number, form), status=201)

    def own(self, number: str, form: dict[str, Any]) -> dict[str, Any]:
        """Let the account have a number; return it."""
        sid = self._named("PN")
        self.numbers[sid] = {
            "sid": sid, "account_sid": self.sid, "phone_number": number, "friendly_name": number, "status": "in-use",
            "type": "local", "origin": "twilio", "beta": False, "address_requirements": "any", "date_created": WHEN,
            "capabilities": {"voice": True, "sms": False, "mms": False, "fax": False}, "voice_url": form.get("VoiceUrl", ""),
            "sms_url": form.get("SmsUrl", ""), "status_callback": form.get("StatusCallback", ""), "date_updated": WHEN,
        }  # fmt: skip
        return self.numbers[sid]

    async def _change(self, request: web.Request, form: dict[str, Any]) -> web.Response:
        number = self.numbers.get(request.match_info["sid"])
        if number is None:
            return _failed(404, 20404, "The requested resource was not found")
        number |= {"voice_url": form.get("VoiceUrl", ""), "sms_url": form.get("SmsUrl", "")}
        return web.json_response(number)

    async def _release(self, request: web.Request, form: dict[str, Any]) -> web.Response:
        gone = self.numbers.pop(request.match_info["sid"], None)
        return web.Response(status=204) if gone else _failed(404, 20404, "The requested resource was not found")

    # ── calls and texts ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _call(self, request: web.Request, form: dict[str, Any]) -> web.Response:
        if wrong := self._wrong(form, "Twiml", "Url"):
            return wrong
        sid = self._named("CA")
        self.calls[sid] = {
            "sid": sid, "account_sid": self.sid, "to": form["To"], "from": form["From"], "status": "queued",
            "direction": "outbound-api", "price": None, "price_unit": "USD", "duration": None, "date_created": WHEN,
            "twiml": form.get("Twiml", ""), "status_callback": form.get("StatusCallback", ""),
        }  # fmt: skip
        return web.json_response(self.calls[sid], status=201)

    def _wrong(self, form: dict[str, Any], *one_of: str) -> web.Response | None:
        if not _E164.fullmatch(form.get("To", "")):
            return _failed(400, 21211, f"The 'To' number {form.get('To')} is not a valid phone number")
        if form.get("From") not in {each["phone_number"] for each in self.numbers.values()}:
            return _failed(400, 21210, f"The source phone number provided, {form.get('From')}, is not yet verified")
        if not any(form.get(each) for each in one_of):
            return _failed(400, 21205, f"{one_of[-1]} parameter is required.")
        return None

    async def _read_call(self, request: web.Request, form: dict[str, Any]) -> web.Response:
        call = self.calls.get(request.match_info["sid"])
        return web.json_response(call) if call else _failed(404, 20404, "The requested resource was not found")

    async def _steer(self, request: web.Request, form: dict[str, Any]) -> web.Response:
        call = self.calls.get(request.match_info["sid"])
        if call is None:
            return _failed(404, 20404, "The requested resource was not found")
        if call["status"] == "completed":
            return _failed(400, 21220, "Call is not in-progress. Cannot redirect.")
        call |= {"twiml": form.get("Twiml", call["twiml"]), "status": form.get("Status", call["status"])}
        return web.json_response(call)

    async def _text(self, request: web.Request, form: dict[str, Any]) -> web.Response:
        if wrong := self._wrong(form, "Body"):
            return wrong
        sid = self._named("SM")
        self.messages[sid] = {
            "sid": sid, "account_sid": self.sid, "to": form["To"], "from": form["From"], "body": form["Body"],
            "status": "queued", "price": None, "price_unit": "USD", "num_segments": "1", "num_media": "0",
            "direction": "outbound-api", "error_code": None, "error_message": None, "date_created": WHEN,
        }  # fmt: skip
        return web.json_response(self.messages[sid], status=201)

    async def _read_text(self, request: web.Request, form: dict[str, Any]) -> web.Response:
        text = self.messages.get(request.match_info["sid"])
        return web.json_response(text) if text else _failed(404, 20404, "The requested resource was not found")

    async def _recording(self, request: web.Request, form: dict[str, Any]) -> web.StreamResponse:
        if isinstance(self.recording, bytes):
            return web.Response(body=self.recording, content_type="audio/x-wav")
        return web.Response(status=self.recording.status, headers=dict(self.recording.headers))


def _failed(status: int, code: int, message: str) -> web.Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return web.json_response({"code": code, "message": message, "more_info": more, "status": status}, status=status)
