"""What people say of a sender, and what of it can be."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from hub.accounts.applications import check_email
from hub.core.errors import InvalidPayload
from hub.core.text import check_text
from hub.outreach.mail.dkim import Kind
from hub.outreach.mail.message import envelope_address
from hub.outreach.mail.sender import domain_of
from storage.engine import Document

Secured = Literal["tls", "starttls", "none"]
Port = Annotated[int, Meta(ge=1, le=65_535)]
Rate = Annotated[int, Meta(ge=0, le=100_000)]
Kinds = Annotated[list[Kind], Meta(max_length=2)]

_PORTS = {"tls": 465, "starttls": 587, "none": 25}
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_LONGEST = {"name": 100, "from_name": 100, "host": 253, "user": 254, "password": 1_000}


class Asked(Struct, frozen=True, kw_only=True):
    """Of a sender that is made.

    security   `tls` from the first byte, `starttls`, or `none`
    rate       mails a minute, 0 for no limit
    sign       sign with DKIM: switch it on when the records are published
    dkim       the kinds of keys
    """

    name: str = ""
    address: str = ""
    from_name: str = ""
    host: str = ""
    port: Port | None = None
    security: Secured = "starttls"
    user: str = ""
    password: str = ""
    rate: Rate = 0
    default: bool = False
    sign: bool = False
    dkim_domain: str = ""
    dkim: Kinds = field(default_factory=lambda: ["rsa"])


class Change(Struct, frozen=True, kw_only=True):
    """What is said of a sender that is there; a kind of key that is left out goes, and comes back as a new one."""

    name: str | UnsetType = UNSET
    address: str | UnsetType = UNSET
    from_name: str | UnsetType = UNSET
    host: str | UnsetType = UNSET
    port: Port | UnsetType | None = UNSET
    security: Secured | UnsetType = UNSET
    user: str | UnsetType = UNSET
    password: str | UnsetType = UNSET
    rate: Rate | UnsetType = UNSET
    default: bool | UnsetType = UNSET
    sign: bool | UnsetType = UNSET
    dkim_domain: str | UnsetType = UNSET
    dkim: Kinds | UnsetType = UNSET


def port_of(security: str) -> int:
    """Return the usual port."""
    return _PORTS[security]


def checked(given: Change, before: Document | None = None) -> Document:
    """Return the fields that are given, as they are stored. Raises InvalidPayload."""
    before = before or {}
    fields: Document = {}
    for name in ("name", "from_name", "host", "user", "password", "security", "rate", "sign"):
        value = getattr(given, name)
        if value is not UNSET:
            fields[name] = _text(name, value) if isinstance(value, str) else value
    if "host" in fields:
        fields["host"] = _host(fields["host"])
    if given.address is not UNSET:
        fields["address"] = _address(given.address)
    if given.port is not UNSET:
        fields["port"] = given.port or port_of(fields.get("security") or before["security"])
    if given.dkim_domain is not UNSET:
        domain = domain_of(fields.get("address") or before["address"])
        fields["dkim_domain"] = _aligned(given.dkim_domain.strip().lower().rstrip("."), domain)
    moved = any(name in fields and fields[name] != before.get(name) for name in ("host", "port"))
    if before.get("password") and moved and "password" not in fields:
        raise InvalidPayload("Give the `password` again: it was given for another server.", reason="mail_password")
    return fields


def _text(name: str, value: str) -> str:
    value = check_text(value if name == "password" else value.strip(), name)
    if len(value) > _LONGEST.get(name, 253):
        raise InvalidPayload(f"`{name}` has at most {_LONGEST[name]} characters.")
    if not value.isprintable():
        raise InvalidPayload(f"`{name}` is one line.")
    return value


def _host(host: str) -> str:
    host = host.lower().rstrip(".").strip("[]")
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        known = host.encode("idna").decode()
    except UnicodeError:
        known = ""
    if not _DOMAIN.fullmatch(known):
        raise InvalidPayload("`host` is the name of a server, like smtp.example.com.", reason="mail_host")
    return known


def _address(address: str) -> str:
    known = envelope_address(check_email(address))
    name, _, domain = known.rpartition("@")
    if not _NAME.fullmatch(name) or not _DOMAIN.fullmatch(domain):
        raise InvalidPayload("`address` is not an e-mail address.", reason="email")
    return f"{name}@{domain.lower()}"


def _aligned(domain: str, own: str) -> str:
    if domain and own != domain and not (own.endswith(f".{domain}") and "." in domain):
        raise InvalidPayload(f"`dkim_domain` is {own}, or a domain above it.", reason="mail_dkim_domain", domain=own)
    return domain
