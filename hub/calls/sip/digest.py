"""Digest authentication: a password is proven without being sent (RFC 7616; RFC 8760 for SIP). MD5 and SHA-256, qop auth."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence

from msgspec import Struct

from hub.calls.sip.message import split

_ALGORITHMS = {"SHA-256": hashlib.sha256, "MD5": lambda data: hashlib.md5(data, usedforsecurity=False)}
"""Best first. Providers still offer MD5 alone, and then it is what there is."""
_FRESH = 60.0
_MOST_NONCES = 1_000


class Challenge(Struct, frozen=True):
    """What a server asks for before it does what it was asked."""

    realm: str
    nonce: str
    algorithm: str
    qop: bool
    opaque: str
    stale: bool


class Credentials:
    """A user and a password, and how often each nonce was used (the server refuses a count that it has seen)."""

    def __init__(self, user: str, password: str, realm: str = "") -> None:
        self.user, self._password, self._realm = user, password, realm
        self._nonce, self._count = "", 0

    def answer(self, headers: list[str], method: str, uri: str) -> str | None:
        """Return the value of Authorization for the best of these challenges, None where none can be answered.

        A challenge for another realm than the one that was set is not answered: who asks is not whom we have a password for.
        """
        challenges = [each for each in map(challenge_of, headers) if each and self._realm in ("", each.realm)]
        if not challenges:
            return None
        best = min(challenges, key=lambda each: list(_ALGORITHMS).index(each.algorithm))
        self._count = self._count + 1 if best.nonce == self._nonce else 1
        self._nonce = best.nonce
        facts = {"username": self.user, "realm": best.realm, "nonce": best.nonce, "uri": uri}
        extra = {"qop": "auth", "nc": f"{self._count:08x}", "cnonce": secrets.token_hex(8)} if best.qop else {}
        facts["response"] = _response(facts | extra, best.algorithm, self._password, method)
        quoted = [f'{name}="{_escaped(value)}"' for name, value in facts.items()]
        bare = [f'{name}="{value}"' if name == "cnonce" else f"{name}={value}" for name, value in extra.items()]
        opaque = [f'opaque="{_escaped(best.opaque)}"'] if best.opaque else []
        return "Digest " + ", ".join([*quoted, f"algorithm={best.algorithm}", *bare, *opaque])


class Guard:
    """The other side: asks who calls us for the password, and remembers no more than the nonces it gave."""

    def __init__(
        self,
        user: str,
        password: str,
        realm: str,
        now: Callable[[], float],
        algorithms: Sequence[str] = ("SHA-256", "MD5"),
    ) -> None:
        self._user, self._password, self._realm, self._now, self._algorithms = user, password, realm, now, algorithms
        self._given: dict[str, tuple[float, int]] = {}

    def challenges(self, stale: bool = False) -> list[str]:
        """Return values of WWW-Authenticate, the better algorithm first; both for the same nonce."""
        nonce = secrets.token_hex(16)
        while len(self._given) >= _MOST_NONCES:
            del self._given[next(iter(self._given))]
        self._given[nonce] = (self._now(), 0)
        end = ", stale=true" if stale else ""
        return [
            f'Digest realm="{_escaped(self._realm)}", nonce="{nonce}", algorithm={each}, qop="auth"{end}'
            for each in self._algorithms
        ]

    def check(self, header: str, method: str) -> str:
        """Return "ok", "stale" for a right password with a nonce that is too old or was used, "no" for anything else."""
        facts = _facts(header)
        algorithm = facts.get("algorithm", "MD5").upper()
        if (
            facts.get("username") != self._user
            or facts.get("realm") != self._realm
            or algorithm not in self._algorithms
        ):
            return "no"
        if facts.get("qop") != "auth" or not {"nonce", "uri", "nc", "cnonce", "response"} <= set(facts):
            return "no"
        right = _response(facts, algorithm, self._password, method)
        if not hmac.compare_digest(right.encode(), facts["response"].lower().encode("utf-8", "replace")):
            return "no"
        since, used = self._given.get(facts["nonce"], (0.0, 0))
        count = (
            int(facts["nc"], 16) if len(facts["nc"]) == 8 and set(facts["nc"].lower()) <= set("0123456789abcdef") else 0
        )
        if facts["nonce"] not in self._given or self._now() - since > _FRESH or count <= used:
            return "stale"
        self._given[facts["nonce"]] = (since, count)
        return "ok"


def challenge_of(header: str) -> Challenge | None:
    """Return a challenge that we can answer, None for another scheme, algorithm or quality."""
    facts = _facts(header)
    algorithm = facts.get("algorithm", "MD5").upper()
    qualities = [each.strip() for each in facts.get("qop", "").split(",") if each.strip()]
    if not facts.get("nonce") or algorithm not in _ALGORITHMS or (qualities and "auth" not in qualities):
        return None
    stale = facts.get("stale", "").lower() == "true"
    return Challenge(facts.get("realm", ""), facts["nonce"], algorithm, bool(qualities), facts.get("opaque", ""), stale)


def _facts(header: str) -> dict[str, str]:
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() != "digest":
        return {}
    pairs = (entry.partition("=") for entry in split(rest))
    return {name.strip().lower(): _plain(value.strip()) for name, _, value in pairs}


def _response(facts: dict[str, str], algorithm: str, password: str, method: str) -> str:
    def digest(*parts: str) -> str:
        return _ALGORITHMS[algorithm](":".join(parts).encode("utf-8", "surrogateescape")).hexdigest()

    secret = digest(facts["username"], facts["realm"], password)
    request = digest(method, facts["uri"])
    if facts.get("qop") != "auth":
        return digest(secret, facts["nonce"], request)
    return digest(secret, facts["nonce"], facts["nc"], facts["cnonce"], "auth", request)


def _plain(value: str) -> str:
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    return value[1:-1].replace('\\"', '"').replace("\\\\", "\\")


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
