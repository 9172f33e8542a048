"""The application itself, as its owners set it up: what it is called, which websites it serves, which files it takes."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.applications import Application, application, check_origin, patch_application
from hub.accounts.events import ApplicationChanged
from hub.accounts.grants import APPLICATION_MANAGE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.core.weeks import zone_of

NAME = 100
_SECRET = 48
_SHOWN = 4
MOST_ORIGINS = 100
_FAMILY = re.compile(r"^[a-z0-9][a-z0-9!#$&^_.+-]*/([a-z0-9][a-z0-9!#$&^_.+-]*\*?|\*)$")
_WEBSITE = re.compile(r"^https?://[^\s/@]+(/\S*)?$")

Origins = Annotated[list[str], Meta(max_length=MOST_ORIGINS)]
Types = Annotated[list[str], Meta(min_length=1, max_length=100)]


class Deletion(Struct, frozen=True):
    """That the application is to be deleted: when, and who ordered it at what time."""

    at: str
    ordered: str
    by: str


class ApplicationProfile(Struct, frozen=True):
    """An application as its owners see it.

    secret            the end of the identity secret: the whole one is shown when it is made
    attachment_most   the bytes that a file may have in this installation
    deletion_days     days between the order to delete it and its end
    """

    id: int
    name: str
    locale: str
    zone: str
    website: str
    key: str
    secret: str
    origins: list[str]
    attachment_limit: int
    attachment_most: int
    attachment_types: list[str]
    created: str
    deletion_days: float
    deletion: Deletion | None


class ApplicationChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of an application; what is absent stays as it is."""

    name: str | UnsetType = UNSET
    locale: Literal["en", "pl"] | UnsetType = UNSET
    zone: Annotated[str, Meta(min_length=1, max_length=64)] | UnsetType = UNSET
    website: Annotated[str, Meta(max_length=500)] | UnsetType = UNSET
    origins: Origins | UnsetType = UNSET
    attachment_limit: Annotated[int, Meta(ge=1)] | UnsetType = UNSET
    attachment_types: Types | UnsetType = UNSET


class MadeSecret(Struct, frozen=True):
    """A new identity secret, for the only time."""

    secret: str


@verb(APPLICATION_MANAGE)
async def get_application(hub: Hub, actor: Actor) -> ApplicationProfile:
    """Return the application with its settings."""
    return profile_of(hub, await application(hub, actor.scope.app))


@verb(APPLICATION_MANAGE)
async def change_application(hub: Hub, actor: Actor, change: ApplicationChange) -> ApplicationProfile:
    """Change the application; pages that are open keep what they were told. Raises InvalidPayload."""
    await patch_application(hub, actor.scope.app, **_checked(hub, change))
    return profile_of(hub, await announced(hub, actor.scope.app))


@verb(APPLICATION_MANAGE)
async def rotate_identity_secret(hub: Hub, actor: Actor) -> MadeSecret:
    """Make a new secret that visitors' identities are signed with: what was signed with the old one holds no more."""
    secret = hub.ids.token(_SECRET)
    await patch_application(hub, actor.scope.app, identity_secret=secret)
    return MadeSecret(secret)


async def announced(hub: Hub, app: int) -> Application:
    """Tell the team what the application is now, and return it."""
    now = await application(hub, app)
    hub.publish(ApplicationChanged(app=app, application=shown_to_team(hub, now)))
    return now


def shown_to_team(hub: Hub, app: Application) -> dict[str, Any]:
    """Return what every agent is told of the application."""
    return {
        "id": app.id, "name": app.name, "key": app.key, "locale": app.locale, "origins": app.origins,
        "attachments": {"max_size": _limit(hub, app), "types": app.attachment_types},
        "deletion": deletion_of(app),
    }  # fmt: skip


def deletion_of(app: Application) -> Deletion | None:
    """Return when the application is to be deleted; None where it is not."""
    kept = app.deletion
    return Deletion(rfc3339(kept["at"]), rfc3339(kept["ordered"]), kept["by"]) if kept else None


def profile_of(hub: Hub, app: Application) -> ApplicationProfile:
    """Return an application as its owners see it."""
    return ApplicationProfile(
        id=app.id, name=app.name, locale=app.locale, zone=app.zone, website=app.website, key=app.key,
        secret=app.identity_secret[-_SHOWN:], origins=app.origins, attachment_limit=_limit(hub, app),
        attachment_most=hub.settings.attachment_limit, attachment_types=app.attachment_types,
        created=rfc3339(app.created), deletion_days=hub.settings.deletion_days, deletion=deletion_of(app),
    )  # fmt: skip


def _limit(hub: Hub, app: Application) -> int:
    return min(app.attachment_limit, hub.settings.attachment_limit)


def _checked(hub: Hub, change: ApplicationChange) -> dict[str, Any]:
    """Return what to store of a change. Raises InvalidPayload."""
    found: dict[str, Any] = {}
    for field in change.__struct_fields__:
        value = getattr(change, field)
        if value is not UNSET:
            found[field] = _CHECKS[field](hub, value) if field in _CHECKS else value
    return found


def _name(hub: Hub, name: str) -> str:
    name = check_text(" ".join(name.split()), "name")
    if not name or len(name) > NAME:
        raise InvalidPayload(f"`name`: an application needs a name of 1 to {NAME} characters.", reason="name")
    return name


def _zone(hub: Hub, zone: str) -> str:
    zone_of(zone)
    return zone


def _website(hub: Hub, website: str) -> str:
    website = check_text(website.strip(), "website")
    if website and not _WEBSITE.match(website):
        raise InvalidPayload("`website` is an address like https://shop.example.", reason="website")
    return website


def _origins(hub: Hub, origins: list[str]) -> list[str]:
    return list(dict.fromkeys(_origin(origin) for origin in origins))


def _origin(origin: str) -> str:
    try:
        return check_origin(check_text(origin, "origins"))
    except InvalidPayload as error:
        raise InvalidPayload(error.message, reason="origin", origin=origin[:200]) from None


def _most(hub: Hub, limit: int) -> int:
    most = hub.settings.attachment_limit
    if limit > most:
        raise InvalidPayload(
            f"`attachment_limit`: this installation takes files of at most {most} bytes.",
            reason="attachment_limit", most=round(most / 1_048_576, 1),
        )  # fmt: skip
    return limit


def _types(hub: Hub, types: list[str]) -> list[str]:
    found = list(dict.fromkeys(each.strip().lower() for each in types))
    for each in found:
        if not _FAMILY.match(each) or len(each) > 127:
            raise InvalidPayload(
                f"`attachment_types`: {each[:60]!r} is no type like image/png or image/*.",
                reason="type",
                type=each[:60],
            )
    return found


_CHECKS: dict[str, Any] = {
    "name": _name, "zone": _zone, "website": _website, "origins": _origins, "attachment_limit": _most,
    "attachment_types": _types,
}  # fmt: skip
