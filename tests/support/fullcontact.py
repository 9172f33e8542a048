"""A small imitation of FullContact's Enrich API (v3), on a real socket: no real one can run here.

Its answers have the form of the ones in the tests of FullContact's own client; tests/people/test_fullcontact.py lets
that client talk to it. It knows the people of the cast, and counts what it was asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiohttp import web

KEY = "fc-test-key-0123456789-WXYZ"
SANDBOX = "marquitaross006@gmail.com"

PERSON: dict[str, Any] = {
    "fullName": "Vera H Ross", "ageRange": "37-47", "gender": "Female",
    "location": "San Francisco, California, United States", "title": "Senior Tea Manager", "organization": "Mostow Co.",
    "twitter": "https://twitter.com/veraross91", "linkedin": "https://www.linkedin.com/in/vera-ross", "facebook": None,
    "bio": "Senior Tea Manager at Mostow Co.", "avatar": "https://img.fullcontact.com/sandbox/1gag.png",
    "website": "http://veraross.example/", "updated": "2026-04-01",
    "details": {
        "name": {"given": "Vera", "family": "Ross", "full": "Vera H Ross"}, "age": {"range": "35-44", "value": 42},
        "gender": "Female", "household": {"finance": {"netWorthRange": "$50,000 - $74,999"}},
        "survey": {"religious": True, "dietConcerns": {"general": True}}, "emails": [], "phones": [], "profiles": {},
        "locations": [{"city": "San Francisco", "region": "California", "regionCode": "CA", "country": "United States",
                       "countryCode": "US", "formatted": "San Francisco, California, United States"}],
        "employment": [{"name": "Mostow Co.", "current": True, "title": "Senior Tea Manager"}],
        "photos": [], "education": [], "urls": [], "interests": [],
    },
}  # fmt: skip
COMPANY: dict[str, Any] = {
    "name": "Mostow Inc.", "location": "1755 Blake Street Suite 450 Denver CO, 80202 USA",
    "twitter": "https://twitter.com/mostow", "linkedin": "https://www.linkedin.com/company/mostow", "facebook": None,
    "bio": "Mostow makes tea.", "logo": "https://img.fullcontact.com/static/bb79", "website": "https://www.mostow.example",
    "founded": 2010, "employees": 351, "locale": "en", "category": "Food", "updated": "2026-04-01",
    "details": {
        "emails": [{"value": "hello@mostow.example", "label": "work"}],
        "phones": [{"value": "+1 (720) 475-1292", "label": "other"}],
        "locations": [{"label": "work", "addressLine1": "1755 Blake Street", "addressLine2": "Suite 450", "city": "Denver",
                       "region": "CO", "postalCode": "80202", "country": "USA"}],
        "industries": [], "profiles": {}, "keyPeople": [], "keywords": [],
    },
}  # fmt: skip

Reply = tuple[int, Any, dict[str, str]]


class FullContactImitation:
    """The API. `people` and `companies` are what it knows; `next` are answers that come before all others."""

    def __init__(self) -> None:
        self.people: dict[str, dict[str, Any]] = {}
        self.companies: dict[str, dict[str, Any]] = {}
        self.next: list[Reply] = []
        self.always: Callable[[dict[str, Any]], Reply | None] = lambda body: None
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.headers: list[dict[str, str]] = []
        self.slow = 0.0
        self.at_once = self.most_at_once = 0
        self.url = ""

    def knows(self, email: str, **differs: Any) -> dict[str, Any]:
        """Let it know somebody; return the answer, which may be changed."""
        self.people[email] = copy.deepcopy(PERSON) | differs
        return self.people[email]

    def knows_company(self, domain: str, **differs: Any) -> dict[str, Any]:
        """Let it know a company."""
        self.companies[domain] = copy.deepcopy(COMPANY) | differs
        return self.companies[domain]

    def will(self, status: int, body: Any = None, times: int = 1, **headers: str) -> None:
        """Let the next answers be these; header names with _ in place of -."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self.next += [
            (status, {"status": status, "message": _MESSAGES.get(status, "")} if body is None else body, given)
        ] * times

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a question as the API does."""
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.slow)
            return self._response(*self._reply(request.match_info["what"], request, await request.read()))
        finally:
            self.at_once -= 1

    def _reply(self, what: str, request: web.Request, raw: bytes) -> Reply:
        self.headers.append(dict(request.headers))
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return 403, {"status": 403, "message": _MESSAGES[403]}, {}
        try:
            body = json.loads(raw)
        except ValueError:
            return 400, {"status": 400, "message": "Unable to process JSON"}, {}
        self.asked.append((what, body))
        if self.next:
            return self.next.pop(0)
        if (always := self.always(body)) is not None:
            return always
        if what == "person.enrich":
            if not body.get("email") and not body.get("phone") and not body.get("profiles"):
                return 422, {"status": 422, "message": "Invalid request. Provide one valid identifier."}, {}
            found = self.people.get(body.get("email") or body.get("phone"))
            if body.get("email") == SANDBOX:
                found = {**PERSON, "isSandboxProfile": True}
        else:
            found = self.companies.get(body.get("domain", ""))
        if found is None:
            return 404, {"status": 404, "message": "Profile not found"}, {}
        return 200, found, {"X-Rate-Limit": "600", "X-Rate-Limit-Remaining": "10", "X-FullContact-RateDelay": "5"}

    def _response(self, status: int, body: Any, headers: dict[str, str]) -> web.Response:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return web.Response(body=data, status=status, headers=headers, content_type="application/json")

    def emails(self) -> list[str]:
        """Return the addresses that it was asked for, in order."""
        return [body.get("email", "") for _, body in self.asked]


_MESSAGES = {
    202: "Queued for search. Please retry your query within about 2 minutes.", 404: "Profile not found",
    403: "API Key is missing or invalid. Please check your request.", 429: "Rate limit exceeded.", 500: "Server Error",
}  # fmt: skip


@contextlib.asynccontextmanager
async def running_fullcontact() -> AsyncIterator[FullContactImitation]:
    """Yield the imitation on a free port; `url` is the base that the hub is given."""
    imitation = FullContactImitation()
    app = web.Application()
    app.router.add_post("/v3/{what:person.enrich|company.enrich}{slash:/?}", imitation.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    imitation.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/v3/"  # type: ignore[union-attr]
    try:
        yield imitation
    finally:
        await runner.cleanup()
