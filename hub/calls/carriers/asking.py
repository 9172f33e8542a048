"""How a driver asks its provider: HTTP through the one outgoing client, and errors that say what happened and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct
from yarl import URL

from hub.core.errors import CarrierDown, CarrierRefused
from hub.core.fetch import Answer, Fetch, FetchError
from hub.core.hub import Hub

_TIME = 15.0
RECORDING = 256 * 1_048_576
"""Bytes of a recording: eight hours of both sides at 8 kHz, 16 bit."""
_RECORDING_TIME = 120.0
_SAID = 200

Json = Mapping[str, Any]


class Refusal(Struct, frozen=True):
    """Why a provider says no, and what to do about it."""

    reason: str
    sentence: str


REFUSALS = (
    Refusal(
        reason="carrier_key",
        sentence="{title} refuses the key. Copy it from your account there once more.",
    ),
    Refusal(
        reason="carrier_money",
        sentence="Your account at {title} has no balance left, or is closed. Look there, and top it up.",
    ),
    Refusal(
        reason="number_taken",
        sentence="Somebody else was quicker: {title} does not have this number any more. Choose another one.",
    ),
    Refusal(
        reason="number_papers",
        sentence="The law of this country wants an address or papers before the number works. Hand them in at {title}.",
    ),
    Refusal(
        reason="number_forbidden",
        sentence="{title} does not connect to this number. Check it, or allow its country in your account there.",
    ),
    Refusal(
        reason="number_foreign",
        sentence="At {title} this number is not yours, or can’t do this. Look there.",
    ),
    Refusal(
        reason="carrier_other",
        sentence="{title} does not take this.",
    ),
)
_SENTENCES = {each.reason: each.sentence for each in REFUSALS}


class Reply(Struct, frozen=True):
    """What a provider answered: the HTTP status, and the JSON object (empty where it sent none)."""

    status: int
    json: Json

    def get(self, *way: str) -> Any:
        """Return what lies at the end of a way through objects, or None."""
        value: Any = self.json
        for name in way:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def rows(self, name: str) -> list[Json]:
        """Return the objects of a list."""
        found = self.json.get(name)
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


class Asking:
    """One provider's API, with the key of one application."""

    def __init__(self, hub: Hub, title: str, base: str, headers: Mapping[str, str], secret: str) -> None:
        self._fetch = hub.part(Fetch)
        self.title, self.base = title, base.rstrip("/")
        self._headers, self._secret = {"Accept": "application/json", **headers}, secret

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        form: Sequence[tuple[str, str]] | None = None,
        json: Any = None,
        base: str = "",
        more: Mapping[str, str] | None = None,
    ) -> Reply:
        """Return the answer, whatever its status below 500. Raises CarrierDown."""
        headers, body = {**self._headers, **(more or {})}, None
        if form is not None:
            headers["Content-Type"], body = "application/x-www-form-urlencoded", urlencode(form).encode()
        elif json is not None:
            headers["Content-Type"], body = "application/json", msgspec.json.encode(json)
        url = f"{base.rstrip('/') or self.base}{path}" + (f"?{urlencode(query, quote_via=quote)}" if query else "")
        try:
            answer = await self._fetch.request(method, url, headers=headers, body=body, redirects=0, time=_TIME)
        except FetchError as error:
            raise CarrierDown(f"{self.title} could not be asked: {error}", title=self.title) from None
        if answer.status == 429:
            raise CarrierDown(
                f"{self.title} was asked too much at once. Wait a minute.", reason="carrier_rate", title=self.title
            )
        if answer.status >= 500 or 300 <= answer.status < 400:
            raise CarrierDown(f"{self.title} does not work now (status {answer.status}).", title=self.title)
        return Reply(answer.status, _object(answer))

    def refusal(self, reason: str, said: Any = None) -> CarrierRefused:
        """Return the error for a reason, with what the provider itself said, in which our key is not shown."""
        sentence = _SENTENCES[reason].format(title=self.title)
        text = said.strip().replace(self._secret, "…")[:_SAID] if isinstance(said, str) else ""
        return CarrierRefused(
            f"{sentence} It says: {text}" if text else sentence, reason=reason, title=self.title, said=text
        )

    def not_understood(self) -> CarrierDown:
        """Return the error for an answer that lacks what it has to hold."""
        return CarrierDown(f"The answer of {self.title} can't be read.", title=self.title)

    async def download(self, url: str, places: re.Pattern[str]) -> bytes:
        """Return a file. It is asked of the API's own host, or of places (host and path) that the driver names, of no other.

        Our key goes to the API's own host alone. One redirect is followed, under the same condition.
        """
        for _ in range(2):
            own = _origin(url) == _origin(self.base)
            if not own and not (url.startswith("https://") and places.fullmatch(_place(url))):
                raise self.refusal("carrier_other", "The recording is said to lie on another host; it was not fetched.")
            headers = {k: v for k, v in self._headers.items() if own and k != "Accept"}
            try:
                answer = await self._fetch.request(
                    "GET", url, headers=headers, redirects=0, limit=RECORDING, time=_RECORDING_TIME
                )
            except FetchError as error:
                raise CarrierDown(f"The recording could not be fetched: {error}", title=self.title) from None
            if answer.status == 200:
                return answer.body
            if answer.status not in (301, 302, 303, 307, 308):
                break
            url = str(URL(url).join(URL(answer.headers.get("location", ""))))
        raise CarrierDown(f"{self.title} does not give out the recording (status {answer.status}).", title=self.title)


def _object(answer: Answer) -> Json:
    try:
        found = answer.json()
    except FetchError:
        return {}
    return found if isinstance(found, dict) else {}


def _place(url: str) -> str:
    """Return host and path: one host of a storage provider has everybody's files."""
    try:
        return f"{(URL(url).host or '').lower()}{URL(url).raw_path}"
    except ValueError:
        return ""


def _origin(url: str) -> str:
    try:
        return str(URL(url).origin())
    except ValueError:
        return ""
