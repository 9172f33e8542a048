"""FullContact's Enrich API, version 3: POST person.enrich and company.enrich with a bearer key.

200 is an answer, 202 says that it is being looked for, 404 that nothing is known, 401 and 403 that the key is wrong or
used up, 400 and 422 that the question is, 429 that it was asked too much. What the API says of a household, of money,
of health or of faith is not taken: an answer holds it where the plan includes it, and nobody needs it to talk to people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from hub.core.fetch import Answer, Fetch, FetchError
from hub.core.hub import Hub
from hub.people.enriching.enricher import (
    Found,
    KeyRefused,
    Later,
    NothingKnown,
    NotUnderstood,
    PersonAsked,
    Reply,
    TooMany,
    Unreachable,
)

_LIMIT = 2_097_152
_TIME = 15.0
_LATER = 120
""""Please retry your query within about 2 minutes", says the API with a 202."""
_WAIT, _LONGEST_WAIT = 60, 3_600
_SANDBOX = "marquitaross006@gmail.com"
"""The made-up person of FullContact's documentation: a key is checked with her, and not with somebody's data."""
_LONGEST = 200

Json = Mapping[str, Any]


class FullContact:
    """The provider. It holds no key: each question brings the one of its application."""

    title = "FullContact"

    def __init__(self, hub: Hub) -> None:
        self._base = hub.settings.fullcontact_url.rstrip("/")
        self._fetch = hub.part(Fetch)

    async def person(self, key: str, asked: PersonAsked) -> Reply:
        """Ask for a person by its address, phone number and profile, whichever is known."""
        question: dict[str, Any] = {}
        if asked.email:
            question["email"] = asked.email
        if asked.phone:
            question["phone"] = asked.phone
        if asked.linkedin:
            question["profiles"] = [{"url": asked.linkedin}]
        return self._reply(key, await self._post(key, "person.enrich", question), person_values)

    async def company(self, key: str, domain: str) -> Reply:
        """Ask for a company by its domain."""
        return self._reply(key, await self._post(key, "company.enrich", {"domain": domain}), company_values)

    async def check(self, key: str) -> None:
        """Ask for FullContact's own sandbox person."""
        await self.person(key, PersonAsked(email=_SANDBOX))

    async def _post(self, key: str, what: str, question: Json) -> Answer:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Accept": "application/json"}
        body = msgspec.json.encode(question)
        try:
            return await self._fetch.request(
                "POST", f"{self._base}/{what}", headers=headers, body=body, redirects=0, limit=_LIMIT, time=_TIME
            )
        except FetchError as error:
            raise Unreachable(f"FullContact could not be asked: {error}") from None

    def _reply(self, key: str, answer: Answer, values: Callable[[Json], dict[str, Any]]) -> Reply:
        match answer.status:
            case 200:
                return Found({name: value for name, value in values(_json(answer)).items() if value is not None})
            case 202:
                return Later(_LATER)
            case 404:
                return NothingKnown()
            case 401 | 403:
                raise KeyRefused(f"FullContact refuses the key, or it is used up{_said(answer, key)}")
            case 429:
                raise TooMany("FullContact was asked too much at once.", _wait(answer.headers))
            case 400 | 405 | 410 | 422:
                raise NotUnderstood(f"FullContact does not take this question{_said(answer, key)}")
            case _:
                raise Unreachable(f"FullContact does not work now (status {answer.status}).")


def person_values(found: Json) -> dict[str, Any]:
    """Return what an answer says of a person, by the names of attributes."""
    name, place = _of(found, "details", "name"), _place(found)
    given, family = _text(name.get("given")), _text(name.get("family"))
    gender = (_text(found.get("gender")) or "").lower()
    return {
        "first_name": given, "last_name": family,
        "name": None if given and family else _text(found.get("fullName")),
        "gender": gender if gender in ("male", "female") else None,
        "city": _text(place.get("city")), "region": _text(place.get("region")), "country": _text(place.get("country")),
        "linkedin_url": _link(found.get("linkedin")), "twitter_url": _link(found.get("twitter")),
        "facebook_url": _link(found.get("facebook")),
        "Job title": _text(found.get("title")), "Organization": _text(found.get("organization")),
        "Age range": _text(found.get("ageRange")), "Website": _link(found.get("website")), "Bio": _text(found.get("bio")),
    }  # fmt: skip


def company_values(found: Json) -> dict[str, Any]:
    """Return what an answer says of a company, by the names of attributes."""
    place = _place(found)
    lines = (_text(place.get("addressLine1")), _text(place.get("addressLine2")))
    return {
        "name": _text(found.get("name")), "description": _text(found.get("bio")), "category": _text(found.get("category")),
        "size": _number_text(found.get("employees")), "address": ", ".join(filter(None, lines)) or None,
        "postal_code": _text(place.get("postalCode")), "city": _text(place.get("city")),
        "region": _text(place.get("region")), "country": _text(place.get("country")),
        "email": _first(found, "emails"), "Phone": _first(found, "phones"), "Website": _link(found.get("website")),
        "LinkedIn": _link(found.get("linkedin")), "Twitter": _link(found.get("twitter")),
        "Facebook": _link(found.get("facebook")), "Founded": _year(found.get("founded")),
    }  # fmt: skip


# ── reading what may be anything ─────────────────────────────────────────────────────────────────────────────────────


def _json(answer: Answer) -> Json:
    try:
        found = answer.json()
    except FetchError:
        found = None
    if not isinstance(found, dict):
        raise Unreachable("FullContact's answer can't be read.")
    return found


def _of(found: Json, *way: str) -> Json:
    value: Any = found
    for name in way:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _place(found: Json) -> Json:
    """Return the first place of the details: the others are older or less certain."""
    places = _of(found, "details").get("locations")
    first = places[0] if isinstance(places, list) and places else None
    return first if isinstance(first, dict) else {}


def _first(found: Json, kind: str) -> str | None:
    each = _of(found, "details").get(kind)
    first = each[0] if isinstance(each, list) and each else None
    return _text(first.get("value") if isinstance(first, dict) else first)


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _link(value: Any) -> str | None:
    """Return an address of the web: it is shown as a link, so it must not be a script."""
    text = _text(value)
    return text if text and text.lower().startswith(("https://", "http://")) else None


def _number_text(value: Any) -> str | None:
    return str(value) if type(value) is int else _text(value)


def _year(value: Any) -> int | None:
    return value if type(value) is int and 0 < value < 10_000 else None


def _wait(headers: Mapping[str, str]) -> int:
    """Return the seconds to wait; both headers count seconds."""
    for name in ("retry-after", "x-rate-limit-reset"):
        text = headers.get(name, "")
        if text.isascii() and text.isdecimal():
            return max(1, min(int(text[:9]), _LONGEST_WAIT))
    return _WAIT


def _said(answer: Answer, key: str) -> str:
    """Return what the API says, for people. An answer may repeat the key, and that must not be shown."""
    try:
        found = answer.json()
    except FetchError:
        return "."
    said = _text(found.get("message")) if isinstance(found, dict) else None
    return f": {said.replace(key, '…')[:_LONGEST]}" if said else "."
