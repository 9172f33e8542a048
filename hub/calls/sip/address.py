"""What stands in SIP's headers: URIs, addresses with names and tags, and Via."""

from __future__ import annotations

import re

from msgspec import Struct

from hub.calls.sip.message import Malformed, split

_URI = re.compile(r"^(?P<scheme>sips?|tel):(?:(?P<user>[^@]*)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:;?@\[\]]+)(?::(?P<port>\d{1,5}))?"
                  r"(?P<params>;[^?]*)?(?:\?.*)?$", re.I)  # fmt: skip
_VIA = re.compile(r"^SIP\s*/\s*2\.0\s*/\s*(\w+)\s+(\[[0-9A-Fa-f:.]+\]|[^:;\s\[\]]+)(?:\s*:\s*(\d{1,5}))?$", re.I)
_NUMBER = re.compile(r"^\+?[0-9*#]{1,32}$")


class Uri(Struct, frozen=True):
    """`sip:user@host:port;params`, or the number of a `tel:` as user. A port of 0 says that none is named."""

    scheme: str
    user: str
    host: str
    port: int
    params: dict[str, str]


class Address(Struct, frozen=True):
    """Somebody in From, To, Contact or Route: the words before the address, the URI as it stands, what follows it."""

    name: str
    uri: str
    params: dict[str, str]


class Via(Struct, frozen=True):
    """A station that a message passed. Its branch names the transaction."""

    transport: str
    host: str
    port: int
    params: dict[str, str]


def uri_of(text: str) -> Uri:
    """Return the parts of a URI. Raises Malformed."""
    found = _URI.match(text.strip())
    if found is None:
        raise Malformed("uri")
    scheme, user, host = found["scheme"].lower(), found["user"] or "", found["host"]
    if scheme == "tel":
        scheme, user, host = "tel", host, ""
    return Uri(scheme, user.partition(";")[0], host.strip("[]").lower(), _port(found["port"]), _params(found["params"]))


def address_of(text: str) -> Address:
    """Return an address with its name and its parameters. Raises Malformed."""
    text = text.strip()
    before, bracket, rest = text.rpartition("<")
    if not bracket:
        # Without brackets, what follows the semicolon belongs to the header and not to the URI (section 20).
        uri, _, params = text.partition(";")
        return Address("", uri.strip(), _params(params))
    uri, bracket, params = rest.partition(">")
    if not bracket:
        raise Malformed("address")
    name = before.strip()
    if name[:1] == '"':
        name = name.strip('"').replace('\\"', '"').replace("\\\\", "\\")
    return Address(name, uri.strip(), _params(params))


def tag_of(header: str) -> str:
    """Return the tag of From or To, "" for none. Raises Malformed."""
    return address_of(header).params.get("tag", "")


def via_of(text: str) -> Via:
    """Return the parts of a Via. Raises Malformed."""
    station, _, params = text.partition(";")
    found = _VIA.match(station.strip())
    if found is None:
        raise Malformed("via")
    return Via(found[1].upper(), found[2].strip("[]").lower(), _port(found[3]), _params(params))


def number_of(header: str) -> str:
    """Return the phone number, or whatever name stands before the @, of an address or URI; "" where there is none.

    Who calls can write anything there: it is no proof of anything, and no longer than a number may be.
    """
    try:
        return uri_of(address_of(header).uri).user[:64].replace("%23", "#").replace("%2B", "+")
    except Malformed:
        return ""


def is_number(text: str) -> bool:
    """Tell whether a text is a number that can be dialled: digits, star, hash, a plus in front."""
    return _NUMBER.match(text) is not None


def bracketed(host: str) -> str:
    """Return a host as it stands in a URI: addresses of IPv6 have brackets."""
    return f"[{host}]" if ":" in host else host


def _port(text: str | None) -> int:
    port = int(text or 0)
    if port > 65_535:
        raise Malformed("port")
    return port


def _params(text: str | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in split(text or "", ";"):
        name, _, value = entry.partition("=")
        found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found
