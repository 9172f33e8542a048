"""Forms for tests: made over REST as the panel does, filled in over HTTP as a page without a chat does."""

from __future__ import annotations

import itertools
from typing import Any

import aiohttp

_numbers = itertools.count(1)
EMAIL = {
    "key": "email", "kind": "email", "label": {"en": "E-mail", "pl": "E-mail"}, "attribute": "email", "required": True,
}  # fmt: skip
NAME = {"key": "name", "kind": "text", "label": {"en": "First name", "pl": "Imię"}, "attribute": "first_name"}


async def make_form(company: Any, *fields: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """Let the company's first agent make a form; return it."""
    body = {"name": "Newsletter", "fields": list(fields) or [EMAIL, NAME]} | settings
    return await rest(company, "POST", "forms", body)


async def rest(company: Any, method: str, path: str, body: Any = None) -> Any:
    """Call the panel's API for the company's first agent; return the answer."""
    headers = {"Authorization": f"Bearer {await company.token()}"}
    async with (
        aiohttp.ClientSession(company.house.url, headers=headers) as http,
        http.request(method, f"/api/app/{path}", json=body) as response,
    ):
        answer = await response.json(content_type=None) if response.status != 204 else None
        assert response.status < 400, answer
        return answer


class Page:
    """A page with a form and no chat."""

    def __init__(self, company: Any, **headers: str) -> None:
        self.company, self.headers = company, headers

    async def get(self, form: int, key: str | None = None) -> tuple[int, dict[str, Any]]:
        """Fetch a form."""
        return await self._call("GET", f"/forms/{key or self.company.key}/{form}")

    async def post(self, form: int, answers: Any, **more: Any) -> tuple[int, dict[str, Any]]:
        """Fetch a form and send it, as if a person had taken the time that it takes to fill it in."""
        if "token" not in more:
            more["token"] = patient_token(self.company, form)
        body = {"form": form, "client_id": f"p{next(_numbers)}", "answers": answers} | more
        return await self._call("POST", f"/forms/{self.company.key}/{form}", json=body)

    async def _call(self, method: str, path: str, **more: Any) -> tuple[int, dict[str, Any]]:
        async with (
            aiohttp.ClientSession(self.company.house.url, headers=self.headers) as http,
            http.request(method, path, **more) as response,
        ):
            return response.status, await response.json(content_type=None)


def patient_token(company: Any, form: int, age: int = 5_000) -> str:
    """Return the token of a form that was shown a while ago."""
    hub = company.house.hub
    shown = hub.clock.now() - age
    return f"{shown}.{hub.signer.sign('form', company.id, form, shown)}"
