"""What an application wants of push messages: whether visitors may have them, what they say, and its Firebase account."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from hub.accounts.grants import EMAILS_SEND
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.outreach.collections import PUSH_SETTINGS
from hub.outreach.push.keys import has_operator
from mobile_push.fcm import checked_account
from storage.engine import Batch, Document, Duplicate, Scope

DEFAULTS: Document = {"visitors": False, "preview": True, "fcm": None, "problem": None}
_LARGEST = 20_000
_TRIES = 4


class PushChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes; what is absent stays. `fcm` is the text of a service account's key file, null forgets it.

    visitors   offer visitors of the website to be told of answers
    preview    messages say what was written; else only that somebody wrote
    """

    visitors: bool | UnsetType = UNSET
    preview: bool | UnsetType = UNSET
    fcm: str | UnsetType | None = UNSET


class FcmAccount(Struct, frozen=True):
    """A Firebase project and its service account, without the secret."""

    project: str
    email: str


class PushSetting(Struct, frozen=True):
    """What an application wants of push messages.

    problem    what Firebase said last, where it refused the account
    operator   whether push services are told whom to write to; Apple's refuses who does not say
    """

    visitors: bool
    preview: bool
    fcm: FcmAccount | None
    problem: str | None
    operator: bool


@verb(EMAILS_SEND)
async def get_push_setting(hub: Hub, actor: Actor) -> PushSetting:
    """Return what the application wants of push messages."""
    return _shown(hub, await push_setting(hub, actor.scope))


@verb(EMAILS_SEND)
async def change_push_setting(hub: Hub, actor: Actor, change: PushChange) -> PushSetting:
    """Change what the application wants of push messages. Raises InvalidPayload for what is no key file."""
    scope = Scope(actor.scope.app)
    changes: Document = {
        name: value for name in PushChange.__struct_fields__ if (value := getattr(change, name)) is not UNSET
    }
    if "fcm" in changes:
        changes |= {"fcm": _account(hub, changes["fcm"]), "problem": None}
    for _ in range(_TRIES):
        batch = Batch(scope)
        if await hub.store.get(scope, PUSH_SETTINGS, scope.app) is None:
            batch.insert(PUSH_SETTINGS, {"id": scope.app, **DEFAULTS, **changes})
        elif changes:
            batch.patch(PUSH_SETTINGS, scope.app, set=changes)
        try:
            await hub.commit(batch)
        except Duplicate:  # somebody else was the first
            continue
        return _shown(hub, await push_setting(hub, scope))
    raise Conflict


async def push_setting(hub: Hub, scope: Scope) -> Document:
    """Return the setting of an application, with everything that it leaves to the defaults."""
    return DEFAULTS | (await hub.store.get(Scope(scope.app), PUSH_SETTINGS, scope.app) or {})


async def note_problem(hub: Hub, scope: Scope, problem: str | None) -> None:
    """Keep what Firebase said of the account, so that its owner sees it."""
    batch = Batch(Scope(scope.app))
    batch.patch(PUSH_SETTINGS, scope.app, set={"problem": problem})
    await hub.commit(batch)


def _account(hub: Hub, text: str | None) -> dict[str, str] | None:
    if text is None:
        return None
    if len(text) > _LARGEST:
        raise InvalidPayload("This is not the key file of a service account: it is too large.", reason="fcm")
    try:
        given: Any = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
        raise InvalidPayload("This is not the key file of a service account: it is no JSON.", reason="fcm") from None
    try:
        return checked_account(given if isinstance(given, dict) else {}, tokens=_own_tokens(hub))
    except ValueError as error:
        raise InvalidPayload(str(error), reason="fcm") from None


def _own_tokens(hub: Hub) -> str:
    """Return where tokens may be fetched beside Google: at the operator's own address of Firebase."""
    url = hub.settings.fcm_url
    return "" if url.startswith("https://fcm.googleapis.com/") else url.rstrip("/") + "/"


def _shown(hub: Hub, document: Document) -> PushSetting:
    account = document["fcm"]
    return PushSetting(
        document["visitors"], document["preview"],
        FcmAccount(account["project_id"], account["client_email"]) if account else None, document["problem"],
        has_operator(hub.settings),
    )  # fmt: skip
