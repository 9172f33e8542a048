"""The API keys of an application: made with a name, scopes and perhaps an end, shown once, renamed, revoked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from hub.accounts import grants
from hub.accounts.collections import KEYS
from hub.accounts.events import KeyCreated, KeyRenamed, KeyRevoked
from hub.accounts.grants import KEYS_MANAGE
from hub.accounts.keyring import Keyring, Kind
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from storage.engine import INSTALLATION, Batch, Document, GuardFailed, Missing
from storage.filters import Eq

SECRET = 64
"""Letters and digits of a key, as clients of User.com expect them."""
_SHOWN = 4
"""Characters that are kept of a key, so that people recognise it."""
_NAME = 100
MOST = 100
"""Keys of one application."""
Word = Literal["rest", "mobile"]
_KINDS: dict[Word, Kind] = {"rest": "api_key", "mobile": "mobile_key"}
_WORDS = {kind: word for word, kind in _KINDS.items()}

Id = Annotated[int, Meta(ge=1, le=2**53)]


class NewKey(Struct, frozen=True, forbid_unknown_fields=True):
    """A key to be made. Without `scopes` it may all that a key of its kind may; without `expires` it has no end."""

    name: str
    kind: Literal["rest", "mobile"] = "rest"
    scopes: list[str] | None = None
    expires: datetime | None = None


class KeyChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Another name for a key."""

    key: Id
    name: str


class KeyRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which key."""

    key: Id


class ApiKey(Struct, frozen=True):
    """A key as owners see it: `tail` is its end; `scopes` null for everything; `used` to the minute, null for never."""

    id: int
    name: str
    kind: Word
    tail: str
    scopes: list[str] | None
    created: str
    by: str
    expires: str | None
    used: str | None


class ApiKeys(Struct, frozen=True):
    """All keys of the application, the newest first, and what a key can be allowed."""

    keys: list[ApiKey]
    scopes: list[str]


class MadeKey(Struct, frozen=True):
    """A new key, with its secret for the only time."""

    key: ApiKey
    secret: str


@verb(KEYS_MANAGE)
async def list_keys(hub: Hub, actor: Actor) -> ApiKeys:
    """Return the API keys of the application."""
    found = sorted(await _keys_of(hub, actor), key=lambda key: key["id"], reverse=True)
    return ApiKeys([_shown(key) for key in found], sorted(grants.KEY))


@verb(KEYS_MANAGE)
async def create_key(hub: Hub, actor: Actor, new: NewKey) -> MadeKey:
    """Make an API key and return its secret, which nobody can see again. Raises InvalidPayload."""
    name = _name(new.name)
    expires = _moment(hub, new.expires)
    if new.kind == "mobile" and new.scopes is not None:
        raise InvalidPayload("A `mobile` key has no `scopes`: it says who uses a mobile application, and nothing else.")
    if new.scopes is not None:
        unknown = sorted(set(new.scopes) - grants.KEY)
        if unknown:
            raise InvalidPayload(f"`scopes`: a key can't be allowed `{unknown[0][:64]}`.")
        if not new.scopes:
            raise InvalidPayload("`scopes`: choose at least one thing that the key may do.")
    if len(await _keys_of(hub, actor)) >= MOST:
        raise InvalidPayload(f"An application has at most {MOST} keys. Revoke one that nobody uses.")
    batch, secret = Batch(INSTALLATION), hub.ids.token(SECRET)
    scopes = None if new.scopes is None else sorted(set(new.scopes))
    more = {"scopes": scopes, "expires": expires, "by": actor.name}
    key = await insert_key(hub, batch, actor.scope.app, _KINDS[new.kind], secret, name, **more)
    await hub.commit(batch)
    hub.publish(KeyCreated(app=actor.scope.app, key=key["id"], name=name, agent=actor.id))
    return MadeKey(_shown(key), secret)


@verb(KEYS_MANAGE)
async def rename_key(hub: Hub, actor: Actor, change: KeyChange) -> ApiKey:
    """Give an API key another name. Raises NotFound, InvalidPayload."""
    key = await _key(hub, actor, change.key)
    name = _name(change.name)
    batch = Batch(INSTALLATION)
    changed = batch.patch(KEYS, key["id"], set={"name": name})
    try:
        outcome = await hub.commit(batch)
    except Missing:
        raise NotFound from None
    hub.publish(KeyRenamed(app=actor.scope.app, key=key["id"], name=name, agent=actor.id))
    return _shown(outcome[changed])


@verb(KEYS_MANAGE)
async def revoke_key(hub: Hub, actor: Actor, which: KeyRef) -> None:
    """Take an API key away: from now on it opens nothing, on other nodes within five seconds. Raises NotFound."""
    key = await _key(hub, actor, which.key)
    batch = Batch(INSTALLATION)
    batch.guard(KEYS, key["id"])
    batch.delete(KEYS, key["id"])
    if key.get("hash"):
        batch.release(key["kind"], key["hash"])
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise NotFound from None
    hub.part(Keyring).revoked(key["id"])
    hub.publish(KeyRevoked(app=actor.scope.app, key=key["id"], name=key["name"], agent=actor.id))


async def insert_key(hub: Hub, batch: Batch, app: int, kind: Kind, secret: str, name: str, **more: Any) -> Document:
    """Add a key to the batch, as a hash; return what is kept of it."""
    hash = hub.signer.hash(secret)
    key: Document = {
        "id": await hub.ids.next("key"), "app": app, "kind": kind, "name": name, "created": hub.clock.now(),
        "hash": hash, "tail": secret[-_SHOWN:], "scopes": None, "expires": None, "used": None, "by": "", **more,
    }  # fmt: skip
    batch.claim(kind, hash, {"app": app, "key": key["id"]})
    batch.insert(KEYS, key)
    return key


def _name(name: str) -> str:
    name = check_text(name.strip(), "name")
    if not name or len(name) > _NAME:
        raise InvalidPayload(f"`name`: a key needs a name of 1 to {_NAME} characters, so that people know whose it is.")
    return name


def _moment(hub: Hub, expires: datetime | None) -> int | None:
    if expires is None:
        return None
    moment = int((expires if expires.tzinfo else expires.replace(tzinfo=UTC)).timestamp() * 1000)
    if moment <= hub.clock.now():
        raise InvalidPayload("`expires` has to be a time to come.")
    return moment


async def _keys_of(hub: Hub, actor: Actor) -> list[Document]:
    return (await hub.store.find(INSTALLATION, KEYS, Eq("app", actor.scope.app), limit=1000)).items


async def _key(hub: Hub, actor: Actor, id: int) -> Document:
    key = await hub.store.get(INSTALLATION, KEYS, id)
    if key is None or key["app"] != actor.scope.app:
        raise NotFound("There is no key by that id.")
    return key


def _shown(key: Document) -> ApiKey:
    at = {name: None if key.get(name) is None else rfc3339(key[name]) for name in ("expires", "used")}
    return ApiKey(
        id=key["id"], name=key["name"], kind=_WORDS[key["kind"]], tail=key.get("tail") or "", scopes=key.get("scopes"),
        created=rfc3339(key["created"]), by=key.get("by") or "", **at,
    )  # fmt: skip
