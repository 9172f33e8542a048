"""An imitation of the part of Telnyx' REST API (version 2) that the hub uses, in the shapes of its own library's types."""

from __future__ import annotations

import base64
import json
import re
import time
import uuid
from typing import Any

from aiohttp import web
from nacl.signing import SigningKey

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "
WHEN = "2026-11-30T12:00:00Z"
KINDS = ("outbound_voice_profiles", "call_control_applications", "messaging_profiles")


class TelnyxApi:
    """One account. `numbers` are its own, by id; `free` can be ordered; `slow` orders are carried out later."""

    def __init__(self) -> None:
        self.secret, self.key = "KEY0123456789ABCDEF_telnyx", SigningKey.generate()
        self.public = base64.b64encode(bytes(self.key.verify_key)).decode()
        self.url = ""
        self.free = ["+48222220001", "+48222220002"]
        self.numbers: dict[str, dict[str, Any]] = {}
        self.calls: dict[str, dict[str, Any]] = {}
        self.commands: list[tuple[str, str, dict[str, Any]]] = []
        self.asked: list[tuple[str, str, Any]] = []
        self.messages: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, str] = {}
        self.things: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in KINDS}
        self.next: list[tuple[int, str, str]] = []
        self.slow = False
        self.recording_at = ""

    def add_routes(self, app: web.Application) -> None:
        """Serve the API."""
        rows: list[tuple[str, str, Any]] = [
            ("GET", "/balance", self._balance), ("GET", "/available_phone_numbers", self._available),
            ("POST", "/number_orders", self._order), ("GET", "/phone_numbers", self._list),
            ("PATCH", "/phone_numbers/{id}", self._change), ("PATCH", "/phone_numbers/{id}/messaging", self._change),
            ("DELETE", "/phone_numbers/{id}", self._release), ("POST", "/calls", self._call),
            ("POST", "/calls/{id}/actions/{command}", self._command), ("POST", "/messages", self._text),
            ("GET", "/recordings/{id}", self._recording), ("GET", "/files/{name}", self._file),
            *(("POST", f"/{kind}", self._make) for kind in KINDS),
            *(("PATCH", f"/{kind}/{{id}}", self._remake) for kind in KINDS),
        ]  # fmt: skip
        for method, path, handler in rows:
            app.router.add_route(method, f"/v2{path}", self._guarded(handler))

    def _guarded(self, handler: Any) -> Any:
        async def guarded(request: web.Request) -> web.StreamResponse:
            if request.headers.get("Authorization") != f"Bearer {self.secret}":
                return _failed(401, "10009", "Authentication failed")
            if self.next:
                return _failed(*self.next.pop(0))
            raw = await request.read()
            body = json.loads(raw) if raw else {}
            self.asked.append((request.method, request.path, body))
            return await handler(request, body)

        return guarded

    def event(
        self, kind: str, payload: dict[str, Any], *, id: str = "", late: int = 0, key: SigningKey | None = None
    ) -> tuple[bytes, dict[str, str]]:
        """Return the body and the signed headers of an event."""
        data = {
            "record_type": "event",
            "event_type": kind,
            "id": id or str(uuid.uuid4()),
            "occurred_at": WHEN,
            "payload": payload,
        }
        body = json.dumps({"data": data, "meta": {"attempt": 1, "delivered_to": "x"}}).encode()
        at = str(int(time.time()) - late)
        signature = base64.b64encode((key or self.key).sign(f"{at}|".encode() + body).signature).decode()
        return body, {"telnyx-signature-ed25519": signature, "telnyx-timestamp": at, "Content-Type": "application/json"}

    # ── account and numbers ──────────────────────────────────────────────────────────────────────────────────────────

    async def _balance(self, request: web.Request, body: Any) -> web.Response:
        return _data({
            "record_type": "balance", "balance": "300.00", "credit_limit": "0.00", "available_credit": "300.00",
            "currency": "USD", "pending": "0.00",
        })  # fmt: skip

    async def _make(self, request: web.Request, body: Any) -> web.Response:
        kind, id = request.path.split("/")[2], str(uuid.uuid4())
        self.things[kind][id] = {"id": id, "record_type": kind[:-1], **body}
        return _data(self.things[kind][id], 201)

    async def _remake(self, request: web.Request, body: Any) -> web.Response:
        thing = self.things[request.path.split("/")[2]].get(request.match_info["id"])
        if thing is None:
            return _failed(404, "10005", "Resource not found")
        thing |= body
        return _data(thing)

    async def _available(self, request: web.Request, body: Any) -> web.Response:
        query = request.query
        wanted = query.get("filter[phone_number][contains]", "")
        kind, country = query.get("filter[phone_number_type]"), query.get("filter[country_code]")
        rows = [
            {
                "record_type": "available_phone_number", "phone_number": number, "vanity_format": None, "best_effort": False,
                "quickship": True, "reservable": True, "features": [{"name": "voice"}, {"name": "sms"}],
                "region_information": [
                    {"region_type": "country_code", "region_name": "PL"}, {"region_type": "location", "region_name": "WARSAW"},
                ],
                "cost_information": {"upfront_cost": "2.50", "monthly_cost": "1.00", "currency": "USD"},
            }
            for number in self.free
            if wanted in number and kind in (None, "local") and country in (None, "PL")
        ]  # fmt: skip
        rows = rows[: int(query.get("filter[limit]", 100))]
        return web.json_response({"data": rows, "meta": {"total_results": len(rows), "best_effort_results": 0}})

    async def _order(self, request: web.Request, body: Any) -> web.Response:
        wanted = [each["phone_number"] for each in body["phone_numbers"]]
        if not set(wanted) <= set(self.free):
            return _failed(400, "10015", "The phone number is not available any more.")
        for number in wanted:
            self.free.remove(number)
            self.own(number, "purchase-pending" if self.slow else "active", body)
        status = "pending" if self.slow else "success"
        return _data({
            "id": str(uuid.uuid4()), "record_type": "number_order", "status": status, "requirements_met": True,
            "phone_numbers_count": len(wanted), "connection_id": body.get("connection_id"), "created_at": WHEN,
            "phone_numbers": [
                {"id": str(uuid.uuid4()), "record_type": "number_order_phone_number", "phone_number": each, "status": status}
                for each in wanted
            ],
        })  # fmt: skip

    def own(self, number: str, status: str = "active", body: Any = None) -> dict[str, Any]:
        """Let the account have a number; return it."""
        id, given = str(len(self.numbers) + 1_293_384_261_075_731_499), body or {}
        self.numbers[id] = {
            "id": id, "record_type": "phone_number", "phone_number": number, "phone_number_type": "local", "status": status,
            "connection_id": given.get("connection_id"), "messaging_profile_id": given.get("messaging_profile_id"),
            "created_at": WHEN, "purchased_at": WHEN, "deletion_lock_enabled": False, "tags": [],
        }  # fmt: skip
        return self.numbers[id]

    async def _list(self, request: web.Request, body: Any) -> web.Response:
        wanted = request.query.get("filter[phone_number]", "")
        rows = [each for each in self.numbers.values() if wanted in each["phone_number"]]
        meta = {"total_pages": 1, "total_results": len(rows), "page_number": 1, "page_size": 250}
        return web.json_response({"data": rows, "meta": meta})

    async def _change(self, request: web.Request, body: Any) -> web.Response:
        number = self.numbers.get(request.match_info["id"])
        if number is None:
            return _failed(404, "10005", "Resource not found")
        number |= body
        return _data(number)

    async def _release(self, request: web.Request, body: Any) -> web.Response:
        gone = self.numbers.pop(request.match_info["id"], None)
        return _data(gone | {"status": "deleted"}) if gone else _failed(404, "10005", "Resource not found")

    # ── calls and texts ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _call(self, request: web.Request, body: Any) -> web.Response:
        if not _E164.fullmatch(str(body.get("to", ""))):
            return _failed(422, "10016", "Phone number must be in +E.164 format")
        if body.get("connection_id") not in self.things["call_control_applications"]:
            return _failed(422, "10015", "The requested connection_id is either invalid or does not exist.")
        id = f"v3:{uuid.uuid4().hex}"
        self.calls[id] = body
        return _data({
            "record_type": "call", "call_control_id": id, "call_session_id": str(uuid.uuid4()),
            "call_leg_id": str(uuid.uuid4()), "is_alive": False,
        })  # fmt: skip

    async def _command(self, request: web.Request, body: Any) -> web.Response:
        call, command = request.match_info["id"], request.match_info["command"]
        if call.endswith("gone"):
            return _failed(422, "90018", "This call is no longer active and can't receive commands.")
        self.commands.append((call, command, body))
        return _data({"result": "ok"})

    async def _text(self, request: web.Request, body: Any) -> web.Response:
        if not _E164.fullmatch(str(body.get("to", ""))):
            return _failed(400, "40310", "Invalid 'to' address")
        key = request.headers.get("Idempotency-Key") or str(uuid.uuid4())
        if key in self.keys:
            return _data(self.messages[self.keys[key]])
        id = self.keys[key] = str(uuid.uuid4())
        self.messages[id] = {
            "record_type": "message", "direction": "outbound", "id": id, "type": "SMS", "text": body.get("text"),
            "from": {"phone_number": body.get("from"), "carrier": "", "line_type": ""}, "parts": 1, "received_at": WHEN,
            "to": [{"phone_number": body["to"], "status": "queued", "carrier": "", "line_type": ""}],
            "cost": None, "errors": [], "media": [],
        }  # fmt: skip
        return _data(self.messages[id])

    async def _recording(self, request: web.Request, body: Any) -> web.Response:
        where = self.recording_at or f"{self.url}/files/call.wav"
        return _data({
            "id": request.match_info["id"], "record_type": "recording", "status": "completed", "duration_millis": 1000,
            "download_urls": {"wav": where}, "channels": "dual", "source": "call",
        })  # fmt: skip

    async def _file(self, request: web.Request, body: Any) -> web.Response:
        return web.Response(body=_WAV, content_type="audio/wav")


def _data(data: Any, status: int = 200) -> web.Response:
    return web.json_response({"data": data}, status=status)


def _failed(status: int, code: str, detail: str) -> web.Response:
    meta = {"url": f"https://developers.telnyx.com/docs/overview/errors/{code}"}
    return web.json_response(
        {"errors": [{"code": code, "title": detail, "detail": detail, "meta": meta}]}, status=status
    )
