"""A small account of User.com on a real socket, in the shapes of its documentation, with the moods that a network has.

It has what a second installation can't be filled with: names of the first version, choices that nobody listed, agents who
are not here, and answers that are late, broken or refused.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

TOKEN = "t" * 64
AT = "2018-10-05T08:14:09.120345Z"

USERS: list[dict[str, Any]] = [
    {"id": 11, "key": "aB3dEfGh6jKm", "name": "Vera Ivory", "email": "vera@example.com", "gender": "female", "status": "user",
     "phone_number": None, "first_seen": AT, "last_seen": "2020-01-02T03:04:05.000000Z", "page_views": 17, "score": 3,
     "timezone": "Europe/Berlin", "browser": "Firefox", "os_type": "Mac OS X", "resolution": "1920x1080",
     "browser_language": "en", "unsubscribed": True, "created_at": AT, "updated_at": AT, "user_id": "v-1",
     "companies": [{"member_since": AT, "id": 1001, "name": "Example Ltd"}], "lists": [{"id": 12, "name": "General list"}],
     "tags": [{"name": "x", "id": 34}], "assigned_to": 5567, "last_ip": "203.0.113.7",
     "attributes": [{"name_std": "plan", "name": "Plan", "value": ["pro"], "id": 1},
                    {"name_std": "born", "name": "Born", "value": "1990-05-17", "id": 2}]},
    {"id": 12, "key": "ZZ3dEfGh6jKm", "name": "walt@example.com", "email": "walt@example.com", "created_at": AT, "updated_at": AT,
     "tags": None, "plan": ["free", "trial"], "born": "someday", "page_views": 0, "companies": []},
    {"id": 13, "key": "YY3dEfGh6jKm", "name": None, "email": None, "created_at": AT,
     "updated_at": "2020-05-01T00:00:00Z", "assigned_to": 9999},
]  # fmt: skip

PAGES: dict[str, list[Any]] = {
    "attributes": [
        {"id": 1, "name": "Plan", "name_std": "plan", "value_type": "fixed", "content_type": "clientuser"},
        {"id": 2, "name": "Born", "name_std": "born", "value_type": 3, "content_type": "user"},
        {"id": 3, "name": "Discount", "name_std": "discount", "value_type": "integer", "content_type": "deal"},
        {"id": 4, "name": "Odd", "name_std": "odd", "value_type": "hologram", "content_type": "clientuser"},
    ],
    "tags": [{"id": 34, "name": "x"}],
    "lists": [{"id": 12, "name": "General list", "description": "A first list"}],
    "companies": [
        {"id": 1001, "name": "Example Ltd", "company_id": "c-1", "approx_employees": 12, "created_at": AT, "phone_numbers": ["1"]},
        {"id": 1002, "name": "example ltd", "created_at": AT},
    ],
    "users": USERS,
    "segments": [{"id": 3, "name": "Buyers", "description": ""}],
    "segments/3/users": USERS[:2],
    "users/11/events": [
        {"id": 2, "client": 11, "timestamp": "2019-01-02T00:00:00Z", "event": "order", "items": [{"key": "value", "value": 7}]},
        {"id": 1, "client": 11, "timestamp": "2019-01-01T00:00:00Z", "event": "order", "items": []},
    ],
    "users/12/events": [],
    "users/13/events": [],
    "users/11/notes": [{"id": 1, "content": "Likes tea", "created_at": AT, "created_by": {"id": 5567, "name": "Jo Old"}}],
    "users/12/notes": [],
    "users/13/notes": [],
    "deals/3300/notes": [{"id": 1, "content": "Call back", "created_at": AT, "user": {"id": 1, "email": "ada@acme.example"}}],
    "deals/3301/notes": [],
    "products": [{"id": 1, "custom_id": "p-1", "name": "Tea", "price": "12.50", "created_at": AT}, {"id": 2, "name": "Cup"}],
    "conversations": [
        {"id": 748553, "user": {"id": 11, "name": "Vera", "key": "aB3dEfGh6jKm"}, "active": True, "agent": None, "messages": 2},
        {"id": 748554, "user": {"id": 99, "name": "Who", "key": "x"}, "active": False, "agent": None, "messages": 1},
    ],
    "deals": [
        {"id": 3300, "name": "Big order", "value": "525.00", "currency": "USD", "custom_id": "d-1", "stage": 25898,
         "pipeline": 4338, "assigned_to": 1, "products": [1, 2], "company": 1001, "person": 11, "status": "1", "scope": "2",
         "created_by": 5567, "created_at": AT, "updated_at": AT, "expected_close_date": None, "discount": 5, "tags": ["hot"],
         "order_products": [{"product_id": 1, "quantity": 3, "value": 10.5, "currency": "USD"}]},
        {"id": 3301, "name": "Lost one", "value": "0.00", "currency": "USD", "stage": 25899, "pipeline": 4338, "user_id": 12,
         "status": 3, "lost_at": "2018-11-01T00:00:00Z", "loss_reason": 8, "created_at": AT, "assigned_to": None},
    ],
    "activities": [
        {"id": 1200, "activity_type": 1, "name": "Call Vera", "datetime": "2019-08-24T14:15:22Z", "duration": "30",
         "description": "", "assigned_to": 1, "deal": 3300, "person": 11, "company": 1001, "done": False, "created_by": 1,
         "created_at": AT, "custom_id": "a-1"},
        {"id": 1201, "activity_type": 1, "name": "No time", "datetime": None, "done": False},
    ],
}  # fmt: skip
"""path → its items"""

TALK: dict[str, Any] = {
    "active": True, "id": 748553, "agent": {"id": 1, "email": "ada@acme.example"},
    "user": {"id": 11, "name": "Vera", "key": "aB3dEfGh6jKm"},
    "messages": [
        {"user": {"key": None, "id": 1, "email": "ada@acme.example", "name": "Ada"}, "content": "<p>How can I <b>help</b>?</p>",
         "chat": 748553, "source": "chat", "source_context": {}, "id": 790087, "timestamp": "2017-05-24T11:06:40.378842Z"},
        {"user": {"key": "aB3dEfGh6jKm", "id": 11, "name": "Vera"}, "content": "With tea", "chat": 748553, "source": 2,
         "source_context": {"a": 1}, "id": 790088, "timestamp": "2017-05-24T11:07:40.378842Z"},
    ],
}  # fmt: skip


class OldAccount:
    """The account. `moods` are answers that come before the real one of a path, each once."""

    def __init__(self) -> None:
        self.moods: dict[str, list[web.Response]] = {}
        self.tired: dict[str, list[web.Response]] = {}
        """The same for one page of a list."""
        self.asked: Counter[str] = Counter()
        self.size = 2
        self.gone: set[str] = set()
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        path = request.path.removeprefix("/api/public/").strip("/")
        self.asked[path] += 1
        if request.headers.get("Authorization") != f"Token {TOKEN}":
            return web.json_response({"detail": "Invalid token."}, status=401)
        assert "version=2" in request.headers["Accept"] and request.method == "GET"
        if self.moods.get(path):
            return self.moods[path].pop(0)
        if tired := self.tired.get(f"{path}?{request.query_string}"):
            return tired.pop(0)
        if path == "users/search":  # the only search that is asked for: by the time of the last change
            assert request.query["search"] == "updated_at"
            since = datetime.fromtimestamp(int(request.query["min"]), UTC).isoformat()
            found = [each for each in USERS if each["updated_at"] >= since]
            return web.json_response({"count": len(found), "next": None, "previous": None, "results": found})
        if path == "conversations/748553":
            return web.json_response({"results": TALK, "previous": None, "count": 1, "next": None})
        if path in ("users/11", "deals/3300"):
            return web.json_response({"id": int(path.partition("/")[2])})
        items = PAGES.get(path)
        if items is None or path in self.gone:
            return web.json_response({"detail": "Not found."}, status=404)
        start = int(request.query.get("cursor", "0"))
        end = start + self.size
        # The name that it gives itself is not the one by which it was called.
        next = f"https://app.userengage.com/api/public/{path}/?cursor={end}" if end < len(items) else None
        return web.json_response({"count": len(items), "next": next, "previous": None, "results": items[start:end]})


def throttled(seconds: int) -> web.Response:
    body = {"detail": f"Request was throttled. Expected available in {seconds} seconds."}
    return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})


def broken() -> web.Response:
    return web.Response(body=json.dumps({"results": [1]})[:7], content_type="application/json")


@contextlib.asynccontextmanager
async def running_account() -> AsyncIterator[OldAccount]:
    """Yield the account, listening."""
    account = OldAccount()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", account.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    account.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]
    try:
        yield account
    finally:
        await runner.cleanup()
