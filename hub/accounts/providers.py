"""OpenID Connect providers: where they are asked, and what they say of somebody, checked."""

from __future__ import annotations

import asyncio
import base64
import hmac
import time
from typing import Any
from urllib.parse import quote, urlencode

import jwt
from msgspec import Struct

from hub.core.errors import InvalidPayload, WrongSignIn
from hub.core.fetch import Fetch, FetchError
from hub.core.hub import Hub
from storage.engine import Document

_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Public keys only: with a shared secret, or with none, anybody could sign."""
_LEEWAY = 60
_KNOWN_FOR = 300.0
"""Seconds for which a provider's addresses are known: who signs in waits for one question less, and so does the provider."""
_MOST = 1000


class Addresses(Struct, frozen=True):
    """Where a provider lets people sign in, hands out what it says of them, and shows its keys."""

    authorization: str
    token: str
    keys: str


class Providers:
    """The addresses of the providers that this node asked; a part of the hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._known: dict[str, tuple[float, Addresses]] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def of(self, issuer: str) -> Addresses:
        """Return the addresses of a provider. Raises InvalidPayload where it does not answer as one."""
        asking = self._asking.setdefault(issuer, asyncio.Lock())
        async with asking:  # who comes at the same moment waits for one answer
            until, found = self._known.get(issuer, (0.0, None))
            return found if found is not None and until > time.monotonic() else await self.read(issuer)

    async def read(self, issuer: str) -> Addresses:
        """The same, asked anew."""
        found = await _discover(self._hub, issuer)
        if len(self._known) >= _MOST:
            self._known.clear()
            self._asking.clear()
        self._known[issuer] = (time.monotonic() + _KNOWN_FOR, found)
        return found


async def claims_of(hub: Hub, rule: Document, code: str, redirect: str, verifier: str, nonce: str) -> dict[str, Any]:
    """Return what the provider of a rule says of whoever brought a code. Raises WrongSignIn where it does not hold."""
    found = await hub.part(Providers).of(rule["issuer"])
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "client_id": rule["client_id"],
        "code_verifier": verifier,
    }  # fmt: skip
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if rule["secret"]:
        pair = f"{quote(rule['client_id'], safe='')}:{quote(rule['secret'], safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    try:
        answer = await hub.part(Fetch).request(
            "POST", found.token, headers=headers, body=urlencode(form).encode(), redirects=0, secure=True
        )
        token = answer.json().get("id_token") if answer.status == 200 else None
        keys = (await hub.part(Fetch).request("GET", found.keys, secure=True)).json()
    except (FetchError, AttributeError):
        raise _unwell() from None
    if not isinstance(token, str):
        raise WrongSignIn("The provider does not know this code.", reason="sso_refused")
    try:
        key = _key_of(keys, jwt.get_unverified_header(token))
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=_ALGORITHMS, audience=rule["client_id"], issuer=[rule["issuer"], f"{rule['issuer']}/"],
            leeway=_LEEWAY, options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        raise _forged() from None
    said, audience = claims.get("nonce"), claims["aud"]
    ours = isinstance(said, str) and hmac.compare_digest(said.encode("utf-8", "replace"), nonce.encode())
    to_us = claims.get("azp", rule["client_id"]) == rule["client_id"]
    several = isinstance(audience, list) and len(audience) > 1
    if not ours or not to_us or (several and "azp" not in claims):
        raise _forged()
    return claims


async def _discover(hub: Hub, issuer: str) -> Addresses:
    try:
        answer = await hub.part(Fetch).request("GET", f"{issuer}/.well-known/openid-configuration", secure=True)
        found = answer.json() if answer.status == 200 else {}
    except FetchError as error:
        raise InvalidPayload(f"The provider does not answer: {error}", reason="sso_unwell") from None
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    whole = isinstance(found, dict) and all(isinstance(found.get(name), str) for name in (*names, "issuer"))
    if not whole or str(found["issuer"]).rstrip("/") != issuer:
        raise _unwell()
    if not found["authorization_endpoint"].startswith(("https://", "http://")):
        raise _unwell()
    return Addresses(*(found[name] for name in names))


def _key_of(keys: Any, header: dict[str, Any]) -> Any:
    signing = [key for key in keys["keys"] if key.get("use", "sig") == "sig"]
    # A provider with one key need not name it.
    known = [key for key in signing if key.get("kid") == header["kid"]] if "kid" in header else signing
    if len(known) != 1:
        raise KeyError("kid")
    return jwt.PyJWK(known[0]).key


def _forged() -> WrongSignIn:
    return WrongSignIn("What the provider says does not hold.", reason="sso_refused")


def _unwell() -> InvalidPayload:
    return InvalidPayload("The provider does not answer as OpenID Connect says.", reason="sso_unwell")
