"""Passkeys (WebAuthn): registered by name, used alone or as a second factor.

A challenge is signed and carries when it was made, so nothing is kept of those that nobody answers; an answer counts once,
because a passkey takes only challenges that are younger than the last one it answered.
"""

from __future__ import annotations

import json
from typing import Annotated, Any
from urllib.parse import urlsplit

from msgspec import Meta, Struct

from hub.accounts.access import access_changed
from hub.accounts.agents import checked_name
from hub.accounts.collections import AGENTS, PASSKEYS, PEOPLE
from hub.accounts.grants import PROFILE
from hub.accounts.second import OwnPasskey, Proof, passkeys_of, person_of_actor, proven, shown_passkey
from hub.accounts.sessions import Visit, open_session
from hub.accounts.sign_in import Entered, choose_and_enter, note_failed, of_step
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound, WrongSignIn
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import INSTALLATION, Batch, Document, GuardFailed
from storage.filters import Eq

MOST = 20
_GOOD_FOR = 300_000
"""Milliseconds within which a challenge is answered."""
Id = Annotated[int, Meta(ge=1, le=2**53)]
Origin = Annotated[str, Meta(max_length=300)]


class PasskeyBegin(Proof, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The password again, and the address of the page that asks."""

    origin: Origin


class PasskeyAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """The address of the page on which somebody wants to sign in."""

    origin: Origin


class PasskeyChallenge(Struct, frozen=True):
    """What the browser is asked, as WebAuthn writes it in JSON, and what comes back with its answer."""

    state: str
    options: dict[str, Any]


class NewPasskey(Struct, frozen=True, forbid_unknown_fields=True):
    """What the browser answered, and what the passkey is called."""

    state: str
    origin: Origin
    credential: dict[str, Any]
    name: str


class PasskeyChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Another name for a passkey."""

    passkey: Id
    name: str


class PasskeyGone(Proof, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which passkey to remove, with the password again."""

    passkey: Id


class PasskeyGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """What the browser answered; `step` where the password came before, `application` where there are several."""

    state: str
    origin: Origin
    credential: dict[str, Any]
    step: str | None = None
    application: int | None = None


@verb(PROFILE)
async def begin_passkey(hub: Hub, actor: Actor, given: PasskeyBegin) -> PasskeyChallenge:
    """Return what the browser is asked to make a passkey. Raises WrongSignIn, InvalidPayload."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    person = await proven(hub, actor, given)
    known = await passkeys_of(hub, person["id"])
    if len(known) >= MOST:
        raise InvalidPayload(f"There are at most {MOST} passkeys. Remove one that is not used.")
    state, challenge = _challenge(hub, person["id"])
    options = generate_registration_options(
        rp_id=_site(hub, given.origin), rp_name="Switchboard", user_id=f"person-{person['id']}".encode(),
        user_name=person["email"], user_display_name=actor.name, challenge=challenge,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=_bytes(key["credential"])) for key in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )  # fmt: skip
    return PasskeyChallenge(state, json.loads(options_to_json(options)))


@verb(PROFILE)
async def add_passkey(hub: Hub, actor: Actor, new: NewPasskey) -> OwnPasskey:
    """Keep a passkey that the browser has made. Raises InvalidPayload where its answer does not hold."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    person, name = await person_of_actor(hub, actor), checked_name(new.name)
    challenge, issued = _answered(hub, new.state, person["id"])
    site = _site(hub, new.origin)
    try:
        made = verify_registration_response(
            credential=new.credential, expected_challenge=challenge, expected_rp_id=site, expected_origin=new.origin,
            require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise InvalidPayload("The browser's answer does not hold. Try again.", reason="passkey") from None
    now, credential = hub.clock.now(), _text(made.credential_id)
    key: Document = {
        "id": await hub.ids.next("passkey"), "person": person["id"], "name": name, "credential": credential,
        "public_key": _text(made.credential_public_key), "count": made.sign_count, "site": site, "created": now,
        "used": None, "issued": issued,
    }  # fmt: skip
    batch = Batch(INSTALLATION)
    batch.claim("passkey", credential, key["id"])
    batch.guard(PEOPLE, person["id"])
    batch.insert(PASSKEYS, key)
    if (await hub.commit(batch)).existing:
        raise InvalidPayload("This passkey is here already.", reason="passkey")
    access_changed(hub, actor.scope.app)
    return shown_passkey(key)


@verb(PROFILE)
async def rename_passkey(hub: Hub, actor: Actor, change: PasskeyChange) -> OwnPasskey:
    """Give a passkey another name. Raises NotFound, InvalidPayload."""
    key = await _own(hub, actor, change.passkey)
    batch = Batch(INSTALLATION)
    batch.guard(PASSKEYS, key["id"])
    changed = batch.patch(PASSKEYS, key["id"], set={"name": checked_name(change.name)})
    return shown_passkey((await hub.commit(batch))[changed])


@verb(PROFILE)
async def remove_passkey(hub: Hub, actor: Actor, which: PasskeyGone) -> None:
    """Let a passkey open nothing any more. Raises NotFound, WrongSignIn."""
    key = await _own(hub, actor, which.passkey)
    await proven(hub, actor, which)
    batch = Batch(INSTALLATION)
    batch.guard(PASSKEYS, key["id"])
    batch.release("passkey", key["credential"])
    batch.delete(PASSKEYS, key["id"])
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise NotFound from None
    access_changed(hub, actor.scope.app)


async def ask_for_passkey(hub: Hub, asked: PasskeyAsked) -> PasskeyChallenge:
    """Return what the browser is asked to sign in with a passkey, whosever it is."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    state, challenge = _challenge(hub, 0)
    options = generate_authentication_options(
        rp_id=_site(hub, asked.origin), challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return PasskeyChallenge(state, json.loads(options_to_json(options)))


async def enter_with_passkey(hub: Hub, given: PasskeyGiven, visit: Visit) -> Entered:
    """Let in whom a passkey belongs to. Raises WrongSignIn."""
    challenge, issued = _answered(hub, given.state, 0)
    credential = given.credential.get("id")
    id = await hub.store.key(INSTALLATION, "passkey", credential) if isinstance(credential, str) else None
    key = await hub.store.get(INSTALLATION, PASSKEYS, id) if id is not None else None
    person = await hub.store.get(INSTALLATION, PEOPLE, key["person"]) if key else None
    if key is None or person is None:
        raise WrongSignIn("This passkey is not known here.", reason="passkey")
    count = _verified(hub, given, key, challenge)
    if count is None or issued <= key["issued"]:
        await note_failed(hub, person, visit, "passkey")
        raise WrongSignIn("This passkey's answer does not hold. Try again.", reason="passkey")
    agent = None
    if given.step is not None:
        of, agent = await of_step(hub, given.step)
        if of["id"] != person["id"]:
            raise WrongSignIn("This passkey is somebody else's.", reason="passkey")
    elif given.application is None and await _has_several(hub, person):
        return await choose_and_enter(
            hub, person, None, visit, "passkey"
        )  # the same answer comes again with the choice
    batch = Batch(INSTALLATION)
    batch.guard(PASSKEYS, key["id"], Eq("issued", key["issued"]))
    batch.patch(PASSKEYS, key["id"], set={"issued": issued, "count": count, "used": hub.clock.now()})
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise WrongSignIn("This passkey's answer does not hold. Try again.", reason="passkey") from None
    if agent is not None:
        return await open_session(hub, agent, visit, "passkey")
    return await choose_and_enter(hub, person, given.application, visit, "passkey")


async def _has_several(hub: Hub, person: Document) -> bool:
    return len((await hub.store.find(INSTALLATION, AGENTS, Eq("person", person["id"]), limit=2)).items) > 1


def _verified(hub: Hub, given: PasskeyGiven, key: Document, challenge: bytes) -> int | None:
    """Return how often the passkey was used, where its answer holds."""
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    if _site(hub, given.origin) != key["site"]:
        return None
    try:
        answer = verify_authentication_response(
            credential=given.credential, expected_challenge=challenge, expected_rp_id=key["site"],
            expected_origin=given.origin, credential_public_key=_bytes(key["public_key"]),
            credential_current_sign_count=key["count"], require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return answer.new_sign_count


def _site(hub: Hub, origin: str) -> str:
    """Return the host that passkeys belong to. Raises InvalidPayload for the address of a page that is not ours.

    Where the operator has not said under which address people come (`HUB_PUBLIC_URL`), the page's own is taken: the
    browser sees to it that a page uses passkeys of its own host only.
    """
    parts = urlsplit(origin)
    ours = urlsplit(hub.settings.public_url) if hub.settings.public_url else None
    if ours and (parts.scheme, parts.netloc) != (ours.scheme, ours.netloc):
        raise InvalidPayload("Passkeys belong to the address of this server.", reason="passkey_site")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidPayload("Passkeys belong to the address of a page.", reason="passkey_site")
    return parts.hostname


def _challenge(hub: Hub, person: int) -> tuple[str, bytes]:
    secret, now = hub.ids.token(), hub.clock.now()
    return f"{now}.{person}.{secret}.{hub.signer.sign('passkey', now, person, secret)}", secret.encode()


def _answered(hub: Hub, state: str, person: int) -> tuple[bytes, int]:
    """Return a challenge and when it was made. Raises WrongSignIn for one that is not ours, or too old."""
    at, _, rest = state.partition(".")
    whose, _, rest = rest.partition(".")
    secret, _, signature = rest.partition(".")
    ours = at.isascii() and at.isdecimal() and len(at) < 17 and whose == str(person)
    if not ours or not hub.signer.holds(signature, "passkey", int(at), person, secret):
        raise WrongSignIn("This took too long. Try again.", reason="step")
    if hub.clock.now() - int(at) > _GOOD_FOR:
        raise WrongSignIn("This took too long. Try again.", reason="step")
    return secret.encode(), int(at)


async def _own(hub: Hub, actor: Actor, id: int) -> Document:
    person = await person_of_actor(hub, actor)
    key = await hub.store.get(INSTALLATION, PASSKEYS, id)
    if key is None or key["person"] != person["id"]:
        raise NotFound("There is no passkey by that id.")
    return key


def _text(value: bytes) -> str:
    from webauthn.helpers import bytes_to_base64url

    return bytes_to_base64url(value)


def _bytes(text: str) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    return base64url_to_bytes(text)
