"""Twilio's REST API of 2010-04-01 as far as all of its calls have it in common: the account, and errors with a `code`.

The codes that people can do something about are told apart here, all others are shown with Twilio's own sentence. Source:
Twilio, "Error and Warning Dictionary".
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

from hub.calls.carriers.asking import Asking, Reply
from hub.core.hub import Hub

_CODES = {
    20003: "carrier_key", 20403: "carrier_key", 20005: "carrier_money", 21404: "carrier_money", 90010: "carrier_money",
    21422: "number_taken", 21452: "number_taken",
    21615: "number_papers", 21631: "number_papers", 21649: "number_papers", 21650: "number_papers", 21651: "number_papers",
    21211: "number_forbidden", 21214: "number_forbidden", 21215: "number_forbidden", 21216: "number_forbidden",
    21217: "number_forbidden", 21219: "number_forbidden", 21408: "number_forbidden", 21610: "number_forbidden",
    21612: "number_forbidden", 21614: "number_forbidden",
    21210: "number_foreign", 21212: "number_foreign", 21606: "number_foreign", 21659: "number_foreign",
    21660: "number_foreign",
}  # fmt: skip


class TwilioApi:
    """The API, on one account. Paths are those below the account."""

    def __init__(self, hub: Hub, sid: str, secret: str) -> None:
        login = base64.b64encode(f"{sid}:{secret}".encode()).decode()
        self.asking = Asking(hub, "Twilio", hub.settings.twilio_url, {"Authorization": f"Basic {login}"}, secret)
        self._way = f"/2010-04-01/Accounts/{quote(sid, safe='')}"

    async def reply(self, method: str, path: str, **more: Any) -> Reply:
        """Return the answer, whatever its status below 500. Raises CarrierDown."""
        return await self.asking.ask(method, self._way + path, **more)

    async def ask(self, method: str, path: str, form: list[tuple[str, str]] | None = None) -> Reply:
        """Return the answer. Raises CarrierRefused, CarrierDown."""
        return self.checked(await self.reply(method, path, form=form))

    def checked(self, reply: Reply) -> Reply:
        """Return an answer that is none of an error. Raises CarrierRefused."""
        if reply.status < 300:
            return reply
        code, said = reply.get("code"), reply.get("message")
        reason = _CODES.get(code) if isinstance(code, int) else None
        raise self.asking.refusal(reason or ("carrier_key" if reply.status in (401, 403) else "carrier_other"), said)

    def named(self, reply: Reply) -> str:
        """Return the SID of what was made. Raises CarrierDown where there is none."""
        sid = reply.get("sid")
        if not isinstance(sid, str) or not sid:
            raise self.asking.not_understood()
        return sid

    async def file(self, path: str, places: Any) -> bytes:
        """Return a file of the account. Raises CarrierRefused where it is said to lie elsewhere, CarrierDown."""
        return await self.asking.download(f"{self.asking.base}{self._way}{path}", places)
