"""Over what a mail goes out: a sender of the application, or the installation's (`HUB_SMTP_URL`, `HUB_MAIL_FROM`)."""

from __future__ import annotations

from email.utils import parseaddr
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

from hub.core.hub import Hub
from hub.core.settings import Settings, SettingsError
from hub.outreach.collections import MAIL_SENDERS
from hub.outreach.mail.dkim import Key, read_key
from storage.engine import Document, Scope

Security = Literal["tls", "starttls", "none", "offered"]
"""TLS from the first byte, STARTTLS, neither, or STARTTLS where the server offers it (the installation's alone)."""
INSTALLATION = 0
"""The id of the installation's sender."""
_DOMAINS = 20


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
    return chosen_sender(hub.settings, await stored_senders(hub, app), id)


async def message_id(hub: Hub, app: int, mail: str, at: int, sender: int | None = None) -> str:
    """Return the `Message-ID` of a mail that was written down at a time (milliseconds): at every try the same one.

    Its domain is that of the address which the sender had then, whatever has become of the sender meanwhile.
    """
    return id_of(hub.settings, await stored_senders(hub, app), mail, at, sender)


async def stored_senders(hub: Hub, app: int) -> Document:
    """Return what is stored of an application's senders: all in one document, so that one of them is the default."""
    found = await hub.store.get(Scope(app), MAIL_SENDERS, app)
    return found or {"id": app, "senders": [], "default": None, "domains": [], "states": {}, "revision": 0}


def id_of(settings: Settings, stored: Document, mail: str, at: int, sender: int | None = None) -> str:
    """Return the `Message-ID` of a mail, as `message_id`, from what is stored."""
    domains = stored["domains"]
    if sender is not None:
        domains = next((each["domains"] for each in stored["senders"] if each["id"] == sender), [])
    then = next((domain for since, domain in reversed(domains) if since <= at), None)
    if then is None:
        chosen = chosen_sender(settings, stored, sender)
        then = domains[0][1] if domains else domain_of(chosen.address if chosen else "")
    return f"<{mail}@{then}>"


def with_domain(domains: list[list[Any]], domain: str, now: int) -> list[list[Any]]:
    """Return the domains of a sender, [since, domain] each, with the one that it has from now on."""
    return domains if domains and domains[-1][1] == domain else [*domains, [now, domain]][-_DOMAINS:]


def domain_of(address: str) -> str:
    """Return the domain of an address."""
    return address.rpartition("@")[2].lower()


def installation_sender(settings: Settings) -> Sender | None:
    """Return the sender of the settings, if they name a server and an address. Raises SettingsError for a key that is none."""
    name, address = parseaddr(settings.mail_from)
    if not settings.smtp_url or not address:
        return None
    url = urlsplit(settings.smtp_url)
    secure = url.scheme == "smtps"
    starts = parse_qs(url.query).get("starttls", ["0"])[-1] not in ("0", "false", "no")
    port = url.port or (465 if secure else 587 if starts else 25)
    keys = (_key_of(domain_of(address), settings.dkim_selector, settings.dkim_key),) if settings.dkim_key else ()
    return Sender(
        INSTALLATION, 0, name, address, url.hostname or "", port, "tls" if secure else "starttls" if starts else "offered",
        unquote(url.username or ""), unquote(url.password or ""), 0, keys, True,
    )  # fmt: skip


@lru_cache(maxsize=4)
def _key_of(domain: str, selector: str, pem: str) -> Key:
    try:
        return read_key(domain, selector, pem)
    except ValueError as error:
        raise SettingsError(f"HUB_DKIM_KEY can't be used: {error}") from None


def read_sender(stored: Document) -> Sender:
    """Return a sender from what is stored of it."""
    same = {name: stored[name] for name in ("id", "revision", "host", "port", "security", "user", "password", "rate")}
    keys = keys_of(stored) if stored["sign"] else ()
    return Sender(**same, name=stored["from_name"], address=stored["address"], keys=keys, trusted=False)


def keys_of(stored: Document) -> tuple[Key, ...]:
    """Return the keys of a sender, whether mails are signed with them or not."""
    domain = stored["dkim_domain"]
    return tuple(Key(domain, each["selector"], each["kind"], each["private"]) for each in stored["keys"])


def chosen_sender(settings: Settings, stored: Document, id: int | None) -> Sender | None:
    """Return a sender from what is stored, as `sender_of`."""
    known = {each["id"]: each for each in stored["senders"]}
    found = known.get(id) or known.get(stored["default"])
    return read_sender(found) if found and id != INSTALLATION else installation_sender(settings)
