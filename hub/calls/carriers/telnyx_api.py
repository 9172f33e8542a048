"""Telnyx' REST API, version 2, as far as all of its calls have it in common: the key, and errors as a list of `{code, title,
detail}`. Source of the codes: Telnyx, "API error codes"."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from hub.calls.carriers.asking import Asking, Json, Reply
from hub.core.hub import Hub
from storage.engine import Document

_CODES = {
    "10009": "carrier_key", "10010": "carrier_key", "20002": "carrier_key", "20100": "carrier_money",
    "20012": "carrier_money", "20013": "carrier_money",
    "10002": "number_forbidden", "10016": "number_forbidden", "40001": "number_forbidden", "40012": "number_forbidden",
    "40300": "number_forbidden", "40310": "number_forbidden",
    "10001": "number_foreign", "40013": "number_foreign", "40305": "number_foreign",
}  # fmt: skip
OVER = {"10005", "90018"}
"""There is no such call, or it is over and takes no commands."""


class TelnyxApi:
    """The API, with the key of one account."""

    def __init__(self, hub: Hub, secret: str) -> None:
        self.asking = Asking(hub, "Telnyx", hub.settings.telnyx_url, {"Authorization": f"Bearer {secret}"}, secret)

    async def ask(self, method: str, path: str, json: Any = None, **more: Any) -> Reply:
        """Return the answer. Raises CarrierRefused, CarrierDown."""
        return self.checked(await self.asking.ask(method, path, json=json, **more))

    def checked(self, reply: Reply) -> Reply:
        """Return an answer that is none of an error. Raises CarrierRefused."""
        if reply.status < 300:
            return reply
        first = next(iter(reply.rows("errors")), {})
        by_status = {401: "carrier_key", 402: "carrier_money", 403: "carrier_key"}
        reason = _CODES.get(code_of(reply)) or by_status.get(reply.status, "carrier_other")
        raise self.asking.refusal(reason, first.get("detail") or first.get("title"))

    def named(self, id: Any) -> str:
        """Return the id of what was made. Raises CarrierDown where there is none."""
        if not isinstance(id, str) or not id:
            raise self.asking.not_understood()
        return id

    async def put(self, kind: str, settings: Document, body: Json) -> str:
        """Make one of the things that the account needs, or change the one that was made before; return its id."""
        if id := settings.get(kind):
            reply = await self.asking.ask("PATCH", f"/{kind}/{quote(id, safe='')}", json=body)
            if reply.status != 404:
                self.checked(reply)
                return str(id)
        return self.named((await self.ask("POST", f"/{kind}", body)).get("data", "id"))


def code_of(reply: Reply) -> str:
    """Return the code of the first error."""
    return str(next(iter(reply.rows("errors")), {}).get("code", ""))
