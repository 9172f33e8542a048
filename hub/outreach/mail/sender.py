"""Over what a mail goes out: a sender of the application, or the installation's (`HUB_SMTP_URL`, `HUB_MAIL_FROM`)."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

from hub.core.hub import Hub
from hub.core.settings import Settings
from hub.outreach.collections import MAIL_SENDERS
from storage.engine import Document, Scope

Security = Literal["tls", "starttls", "none", "offered"]
"""TLS from the first byte, STARTTLS, neither, or STARTTLS where the server offers it (the installation's alone)."""
INSTALLATION = 0
"""The id of the installation's sender."""
_DOMAINS = 20


class Key(Struct, frozen=True):
    """A key that mails are signed with (DKIM), as PEM."""

    domain: str
    selector: str
    kind: Literal["rsa", "ed25519"]
    private: str


class Sender(Struct, frozen=True):
    """A sender, ready to be used. `revision` changes with its settings; `rate` is mails per minute, 0 for no limit.

    `trusted` is the operator's own, which may be anywhere; those of applications are on the public internet.
    """

    id: int
    revision: int
    name: str
    address: str
    host: str
    port: int
    security: Security
    user: str
    password: str
    rate: int
    keys: tuple[Key, ...]
    trusted: bool


async def sender_of(hub: Hub, app: int, id: int | None = None) -> Sender | None:
    """Return a sender of an application, its default one, or the installation's; None where there is none."""
    return _chosen(hub.settings, await stored_senders(hub, app), id)


async def message_id(hub: Hub, app: int, mail: str, at: int, sender: int | None = None) -> str:
    """Return the `Message-ID` of a mail that was written down at a time (milliseconds): at every try the same one.

    Its domain is that of the address which the sender had then, whatever has become of the sender meanwhile.
    """
    return id_of(hub.settings, await stored_senders(hub, app), mail, at, sender)


async def stored_senders(hub: Hub, app: int) -> Document:
    """Return what is stored of an application's senders: all in one document, so that one of them is the default."""
    found = await hub.store.get(Scope(app), MAIL_SENDERS, app)
    return found or {"id": app, "senders": [], "default": None, "domains": [], "revision": 0}


def id_of(settings: Settings, stored: Document, mail: str, at: int, sender: int | None = None) -> str:
    """Return the `Message-ID` of a mail, as `message_id`, from what is stored."""
    domains = stored["domains"]
    if sender is not None:
        domains = next((each["domains"] for each in stored["senders"] if each["id"] == sender), [])
    then = next((domain for since, domain in reversed(domains) if since <= at), None)
    if then is None:
        chosen = _chosen(settings, stored, sender)
        then = domains[0][1] if domains else domain_of(chosen.address if chosen else "")
    return f"<{mail}@{then}>"


def with_domain(domains: list[list[Any]], domain: str, now: int) -> list[list[Any]]:
    """Return the domains of a sender, [since, domain] each, with the one that it has from now on."""
    return domains if domains and domains[-1][1] == domain else [*domains, [now, domain]][-_DOMAINS:]


def domain_of(address: str) -> str:
    """Return the domain of an address."""
    return address.rpartition("@")[2].lower()


def installation_sender(settings: Settings) -> Sender | None:
    """Return the sender of the settings, if they name a server and an address."""
    name, address = parseaddr(settings.mail_from)
    if not settings.smtp_url or not address:
        return None
    url = urlsplit(settings.smtp_url)
    secure = url.scheme == "smtps"
    starts = parse_qs(url.query).get("starttls", ["0"])[-1] not in ("0", "false", "no")
    port = url.port or (465 if secure else 587 if starts else 25)
    return Sender(
        INSTALLATION, 0, name, address, url.hostname or "", port, "tls" if secure else "starttls" if starts else "offered",
        unquote(url.username or ""), unquote(url.password or ""), 0, (), True,
    )  # fmt: skip


def read_sender(stored: Document) -> Sender:
    """Return a sender from what is stored of it."""
    same = {name: stored[name] for name in ("id", "revision", "host", "port", "security", "user", "password", "rate")}
    keys = tuple(Key(stored["dkim_domain"], each["selector"], each["kind"], each["private"]) for each in stored["keys"])
    return Sender(
        **same, name=stored["from_name"], address=stored["address"], keys=keys if stored["sign"] else (), trusted=False
    )


def _chosen(settings: Settings, stored: Document, id: int | None) -> Sender | None:
    wanted = stored["default"] if id is None else id
    found = next((each for each in stored["senders"] if each["id"] == wanted), None)
    return read_sender(found) if found else installation_sender(settings)
