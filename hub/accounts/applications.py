"""Applications: the tenants. Found by widget key or API key, made by the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from msgspec import Struct, field

from hub.accounts import passwords
from hub.accounts.availability_rules import Availability, availability_of
from hub.accounts.collections import AGENTS, APPLICATIONS, PEOPLE
from hub.accounts.keyring import Kind
from hub.accounts.keys import SECRET, insert_key
from hub.core.errors import InvalidPayload, UnknownApplication
from hub.core.hub import Hub
from hub.core.text import check_text
from storage.engine import INSTALLATION, Batch, Document, Scope
from storage.filters import Eq, fold

ATTACHMENT_TYPES = (
    "image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml", "audio/*", "video/*", "text/plain", "text/csv",
    "text/html", "application/pdf", "application/zip", "application/json", "application/msword", "application/rtf",
    "application/vnd.*",
)  # fmt: skip
"""What an application accepts unless it says otherwise. SVG and HTML are only ever served as downloads."""


class NewApplication(Struct, frozen=True, forbid_unknown_fields=True):
    """What `init` is told."""

    name: str
    agent_email: str
    agent_password: str
    agent_name: str = ""
    locale: str = "en"
    origins: tuple[str, ...] = ()


class Application(Struct, frozen=True):
    """One company's data, keys and settings."""

    id: int
    name: str
    key: str
    locale: str
    origins: list[str]
    identity_secret: str
    attachment_limit: int
    attachment_types: list[str]
    created: int
    consent: Literal["given", "required", "denied"] = "given"
    typing_preview: bool = True
    link_previews: bool = False
    transcripts: bool = False
    away_mail: bool = True
    away_push: bool = True
    away_both: bool = False
    away_delay: int | None = None
    away_earlier: int = 0
    hours: dict[str, Any] | None = None
    second: bool = False
    audit_days: int | None = None
    zone: str = "UTC"
    website: str = ""
    deletion: dict[str, Any] | None = None
    erasing: bool = False
    sso: dict[str, Any] | None = None

    @property
    def scope(self) -> Scope:
        return Scope(self.id)


class Member(Struct, frozen=True):
    """An agent of an application, as others see it."""

    id: int
    name: str
    email: str = field(default="")
    availability: Availability = Availability()


async def create_application(hub: Hub, new: NewApplication) -> dict[str, Any]:
    """Make an application with its first agent and its keys; return them, secrets included, for the only time.

    A person who exists keeps the password, which must be the one given. Raises InvalidPayload.
    """
    email = check_email(new.agent_email)
    if not new.name.strip():
        raise InvalidPayload("The application needs a name.")
    app = await hub.ids.next("application")
    batch = Batch(INSTALLATION)
    person = await _person(hub, batch, email, new.agent_password)
    agent = {
        "id": await hub.ids.next("agent"), "app": app, "person": person, "role": "owner", "email": email,
        "name": check_text(new.agent_name, "agent_name") or _name_of(email),
    }  # fmt: skip
    if not (await hub.store.find(INSTALLATION, APPLICATIONS, limit=1)).items:
        agent["operator"] = True  # whoever begins an installation operates it (hub/accounts/operators.py)
    widget_key = hub.ids.token(6).upper()
    secrets: dict[Kind, str] = {"api_key": hub.ids.token(SECRET), "mobile_key": hub.ids.token(SECRET)}
    document = {
        "id": app, "name": check_text(new.name.strip(), "name"), "key": widget_key, "locale": new.locale,
        "origins": [check_origin(origin) for origin in new.origins], "identity_secret": hub.ids.token(48),
        "attachment_limit": hub.settings.attachment_limit, "attachment_types": list(ATTACHMENT_TYPES),
        "created": hub.clock.now(),
    }  # fmt: skip
    batch.claim("application.key", widget_key, app)
    batch.insert(APPLICATIONS, document)
    batch.insert(AGENTS, agent)
    for kind, secret in secrets.items():
        await insert_key(hub, batch, app, kind, secret, "Made by init")
    outcome = await hub.commit(batch)
    if outcome.existing:  # the person, or by a chance of one in 2 billion the widget key: take another turn
        return await create_application(hub, new)
    return {
        "application": {"id": app, "name": document["name"], "locale": new.locale, "origins": document["origins"]},
        "widget_key": widget_key, "api_key": secrets["api_key"], "mobile_key": secrets["mobile_key"],
        "identity_secret": document["identity_secret"],
        "agent": {"id": agent["id"], "name": agent["name"], "email": email},
    }  # fmt: skip


async def _person(hub: Hub, batch: Batch, email: str, password: str) -> int:
    known = await hub.store.key(INSTALLATION, "person.email", fold(email))
    if known is not None:
        person = await hub.store.get(INSTALLATION, PEOPLE, known)
        if not person or not await passwords.password_holds(person["password"], password):
            raise InvalidPayload(f"{email} already signs in here with another password. Give that one.")
        return known
    id = await hub.ids.next("person")
    batch.claim("person.email", fold(email), id)
    batch.insert(PEOPLE, {"id": id, "email": email, "password": await passwords.hash_password(password)})
    return id


async def application(hub: Hub, id: int) -> Application:
    """Return an application by id. Raises UnknownApplication."""
    document = await hub.store.get(INSTALLATION, APPLICATIONS, id)
    if document is None or document.get("erasing"):
        raise UnknownApplication
    return _application(document)


async def patch_application(hub: Hub, id: int, **fields: Any) -> None:
    """Set fields of an application; what its change means for others is for the caller to tell."""
    batch = Batch(INSTALLATION)
    batch.patch(APPLICATIONS, id, set=fields)
    await hub.commit(batch)


async def application_of_widget(hub: Hub, key: str) -> Application:
    """Return the application of a widget key. Raises UnknownApplication."""
    id = await hub.store.key(INSTALLATION, "application.key", check_text(key, "key").upper())
    if id is None:
        raise UnknownApplication
    return await application(hub, id)


async def standing(hub: Hub, ids: Iterable[int]) -> set[int]:
    """Return which of these applications are there, and not being deleted."""
    found = await hub.store.get_many(INSTALLATION, APPLICATIONS, ids)
    return {id for id, document in found.items() if not document.get("erasing")}


async def applications(hub: Hub) -> list[Application]:
    """Return all applications of the installation, the oldest first."""
    return [
        _application(each)
        async for chunk in hub.store.export(INSTALLATION, APPLICATIONS)
        for each in chunk
        if not each.get("erasing")
    ]


async def members(hub: Hub, app: int) -> list[Member]:
    """Return the agents of an application."""
    page = await hub.store.find(INSTALLATION, AGENTS, Eq("app", app), limit=1000)
    return [Member(agent["id"], agent["name"], agent["email"], availability_of(agent)) for agent in page.items]


async def owners(hub: Hub, app: int) -> list[Member]:
    """Return the agents who own an application."""
    page = await hub.store.find(INSTALLATION, AGENTS, Eq("app", app), limit=1000)
    return [Member(each["id"], each["name"], each["email"]) for each in page.items if each["role"] == "owner"]


async def member(hub: Hub, app: int, agent: int) -> Member | None:
    """Return one agent of an application, or None."""
    document = await hub.store.get(INSTALLATION, AGENTS, agent)
    if document is None or document["app"] != app:
        return None
    return Member(document["id"], document["name"], document["email"])


def check_email(email: str) -> str:
    """Return the address without outer space. Raises InvalidPayload where it can't be one."""
    email = check_text(email.strip(), "email")
    name, at, domain = email.rpartition("@")
    if not (name and at and domain) or len(email) > 254 or email.split() != [email]:
        raise InvalidPayload("This is not an e-mail address.", reason="email")
    return email


def check_origin(origin: str) -> str:
    """Return `scheme://host[:port]` in lower case. Raises InvalidPayload for anything else."""
    scheme, separator, host = origin.strip().lower().rstrip("/").partition("://")
    if scheme not in ("http", "https") or not separator or not host or "/" in host or "@" in host:
        raise InvalidPayload(f"{origin!r} is not an origin like https://shop.example.")
    return f"{scheme}://{host}"


def _application(document: Document) -> Application:
    return Application(**document)


def _name_of(email: str) -> str:
    return email.partition("@")[0].replace(".", " ").replace("_", " ").title()


async def application_ids(hub: Hub) -> list[int]:
    """Return the ids of all applications."""
    return [each.id for each in await applications(hub)]
