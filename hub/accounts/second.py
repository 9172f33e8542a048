"""The second factor of a sign-in: codes from a phone, recovery codes for when it is lost, and passkeys."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Meta, Struct

from hub.accounts import passwords, totp
from hub.accounts.access import Access, access_changed, grants_of
from hub.accounts.applications import application
from hub.accounts.collections import AGENTS, PASSKEYS, PEOPLE
from hub.accounts.grants import AGENTS_MANAGE, PROFILE
from hub.accounts.guessing import Guesses
from hub.accounts.roles import expect_held
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, Forbidden, InvalidPayload, NotFound, TokenInvalid, WrongSignIn
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import INSTALLATION, Batch, Document, GuardFailed
from storage.filters import Eq, In

CODES = 10
_CODE = 10
"""Characters of a recovery code: 51 bits, each good once."""
_SET_UP = 15 * 60_000
"""Milliseconds within which the code of a new phone has to be given."""
Factor = Literal["totp", "recovery", "passkey"]


class Proof(Struct, frozen=True, forbid_unknown_fields=True):
    """The password, asked again where somebody else at an open window must not pass; empty for who has none."""

    password: str = ""


class TotpCode(Struct, frozen=True, forbid_unknown_fields=True):
    """The code that the phone shows."""

    code: str


class AgentSecond(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose second factors."""

    agent: Annotated[int, Meta(ge=1, le=2**53)]


class OwnPasskey(Struct, frozen=True):
    """A passkey, as its owner sees it."""

    id: int
    name: str
    created: str
    used: str | None


class SecondFactors(Struct, frozen=True):
    """What somebody has beside the password. `required` by the application; `missing` says that nothing else is allowed yet.

    `password` says whether they have one: who only comes by single sign-on has none.
    """

    totp: bool
    since: str | None
    recovery_left: int
    passkeys: list[OwnPasskey]
    required: bool
    missing: bool
    password: bool


class TotpSetup(Struct, frozen=True):
    """What a phone is told, as a picture and in letters."""

    secret: str
    address: str
    picture: totp.Picture


class RecoveryCodes(Struct, frozen=True):
    """Codes for when the phone is lost, for the only time; each works once."""

    codes: list[str]


@verb(PROFILE)
async def get_second_factors(hub: Hub, actor: Actor) -> SecondFactors:
    """Return what one has beside the password."""
    person = await person_of_actor(hub, actor)
    keys = sorted(await passkeys_of(hub, person["id"]), key=lambda key: key["id"])
    own = [shown_passkey(key) for key in keys]
    kept = person.get("totp")
    required = (await hub.part(Access).of(actor.scope.app)).second
    return SecondFactors(
        kept is not None, rfc3339(kept["since"]) if kept else None, len(person.get("recovery") or []), own, required,
        required and actor.grants == {PROFILE} and not await has_second(hub, person), person["password"] is not None,
    )  # fmt: skip


@verb(PROFILE)
async def begin_totp(hub: Hub, actor: Actor, proof: Proof) -> TotpSetup:
    """Return a secret for a phone; it counts when `confirm_totp` is given its first code. Raises WrongSignIn."""
    person = await proven(hub, actor, proof)
    secret = totp.new_secret()
    batch = Batch(INSTALLATION)
    batch.patch(PEOPLE, person["id"], set={"totp_new": {"secret": secret, "at": hub.clock.now()}})
    await hub.commit(batch)
    app = await application(hub, actor.scope.app)
    address = totp.address_of(secret, person["email"], f"Switchboard ({app.name})")
    return TotpSetup(secret, address, totp.picture_of(address))


@verb(PROFILE)
async def confirm_totp(hub: Hub, actor: Actor, given: TotpCode) -> RecoveryCodes:
    """Let the phone's codes count from now on; return recovery codes. Raises InvalidPayload for a wrong code."""
    person = await person_of_actor(hub, actor)
    new, now = person.get("totp_new"), hub.clock.now()
    if not new or now - new["at"] > _SET_UP:
        raise InvalidPayload("Begin again: it took too long.", reason="totp_late")
    async with hub.part(Guesses).of_person(person["id"]):
        step = totp.step_of(new["secret"], given.code, now, 0)
        if step is None:
            raise WrongSignIn("This is not the code that the phone should show.", reason="code")
    codes, hashes = _new_codes(hub, person["id"])
    batch = _of_person(person)
    kept = {"secret": new["secret"], "last": step, "since": now}
    batch.patch(PEOPLE, person["id"], set={"totp": kept, "totp_new": None, "recovery": hashes}, inc={"turn": 1})
    await _commit(hub, batch)
    access_changed(hub, actor.scope.app)
    return RecoveryCodes(codes)


@verb(PROFILE)
async def remove_totp(hub: Hub, actor: Actor, proof: Proof) -> None:
    """Let the phone's codes count no more, nor the recovery codes. Raises WrongSignIn."""
    person = await proven(hub, actor, proof)
    batch = _of_person(person)
    batch.patch(PEOPLE, person["id"], set={"totp": None, "totp_new": None, "recovery": []}, inc={"turn": 1})
    await _commit(hub, batch)
    access_changed(hub, actor.scope.app)


@verb(PROFILE)
async def renew_recovery_codes(hub: Hub, actor: Actor, proof: Proof) -> RecoveryCodes:
    """Return new recovery codes; the old ones are dead. Raises WrongSignIn, InvalidPayload where no phone is set up."""
    person = await proven(hub, actor, proof)
    if not person.get("totp"):
        raise InvalidPayload("Set up a phone first.", reason="no_totp")
    codes, hashes = _new_codes(hub, person["id"])
    batch = _of_person(person)
    batch.patch(PEOPLE, person["id"], set={"recovery": hashes}, inc={"turn": 1})
    await _commit(hub, batch)
    return RecoveryCodes(codes)


@verb(AGENTS_MANAGE)
async def reset_second_factors(hub: Hub, actor: Actor, whose: AgentSecond) -> None:
    """Take an agent's second factors away, where phone and codes are lost.

    Raises NotFound; Forbidden for one who may more than oneself, and for one who signs in to other applications too: there
    others decide.
    """
    agent = await hub.store.get(INSTALLATION, AGENTS, whose.agent)
    if agent is None or agent["app"] != actor.scope.app:
        raise NotFound("There is no agent by that id.")
    expect_held(actor, await grants_of(hub, agent))
    if len((await hub.store.find(INSTALLATION, AGENTS, Eq("person", agent["person"]), limit=2)).items) > 1:
        raise Forbidden("This person signs in to other applications, too.", reason="elsewhere")
    person = await hub.store.get(INSTALLATION, PEOPLE, agent["person"])
    assert person is not None
    batch = _of_person(person)
    batch.patch(PEOPLE, person["id"], set={"totp": None, "totp_new": None, "recovery": []}, inc={"turn": 1})
    for key in await passkeys_of(hub, person["id"]):
        batch.release("passkey", key["credential"])
        batch.delete(PASSKEYS, key["id"])
    await _commit(hub, batch)
    access_changed(hub, actor.scope.app)


async def ways_of(hub: Hub, person: Document) -> list[Factor]:
    """Return by what somebody proves more than the password; nothing where the password is enough."""
    ways: list[Factor] = []
    if person.get("totp"):
        ways += ["totp", "recovery"] if person.get("recovery") else ["totp"]
    return ["passkey", *ways] if await passkeys_of(hub, person["id"]) else ways


async def has_second(hub: Hub, person: Document) -> bool:
    """Tell whether somebody has a second factor."""
    return bool(await ways_of(hub, person))


async def who_has_second(hub: Hub, people: Iterable[int]) -> set[int]:
    """Return which of these people have a second factor, in two reads."""
    found = (await hub.store.get_many(INSTALLATION, PEOPLE, set(people))).values()
    have = {person["id"] for person in found if person.get("totp")}
    left = tuple(sorted({person["id"] for person in found} - have))
    if left:
        async for chunk in hub.store.export(INSTALLATION, PASSKEYS, In("person", left)):
            have |= {key["person"] for key in chunk}
    return have


async def check_code(hub: Hub, person: Document, code: str) -> None:
    """Take a code of a phone or a recovery code, which is used up by it. Raises WrongSignIn, RateLimited."""
    async with hub.part(Guesses).of_person(person["id"]):
        batch, kept = _of_person(person), person.get("totp")
        step = totp.step_of(kept["secret"], code, hub.clock.now(), kept["last"]) if kept else None
        used = _recovery_of(hub, person, code)
        if step is not None:
            batch.patch(PEOPLE, person["id"], set={"totp.last": step}, inc={"turn": 1})
        elif used is not None:
            batch.patch(PEOPLE, person["id"], remove={"recovery": used}, inc={"turn": 1})
        else:
            raise WrongSignIn("This code is wrong, or was used already.", reason="code")
        try:
            await hub.commit(batch)
        except GuardFailed:  # the same code at the same moment: one of them counts
            raise WrongSignIn("This code is wrong, or was used already.", reason="code") from None


def _recovery_of(hub: Hub, person: Document, code: str) -> str | None:
    hash = hub.signer.hash(f"recovery:{person['id']}:{''.join(code.split()).replace('-', '').lower()}")
    found = [kept for kept in person.get("recovery") or [] if hmac.compare_digest(kept, hash)]
    return found[0] if found else None


def _new_codes(hub: Hub, person: int) -> tuple[list[str], list[str]]:
    """Return recovery codes as people write them down, and what is kept of them."""
    plain = [hub.ids.token(_CODE).lower() for _ in range(CODES)]
    hashes = [hub.signer.hash(f"recovery:{person}:{code}") for code in plain]
    return [f"{code[:5]}-{code[5:]}" for code in plain], hashes


async def passkeys_of(hub: Hub, person: int) -> list[Document]:
    """Return what is stored of somebody's passkeys."""
    return (await hub.store.find(INSTALLATION, PASSKEYS, Eq("person", person))).items


def shown_passkey(key: Document) -> OwnPasskey:
    """Return a stored passkey as its owner sees it."""
    used = None if key["used"] is None else rfc3339(key["used"])
    return OwnPasskey(key["id"], key["name"], rfc3339(key["created"]), used)


async def person_of_actor(hub: Hub, actor: Actor) -> Document:
    """Return the person behind an agent. Raises TokenInvalid."""
    agent = await hub.store.get(INSTALLATION, AGENTS, actor.id) if actor.kind == "agent" else None
    person = await hub.store.get(INSTALLATION, PEOPLE, agent["person"]) if agent else None
    if person is None:
        raise TokenInvalid
    return person


async def proven(hub: Hub, actor: Actor, proof: Proof) -> Document:
    """Return the person behind an agent who has given the password again. Raises WrongSignIn, RateLimited."""
    person = await person_of_actor(hub, actor)
    if person["password"] is not None:
        async with hub.part(Guesses).of_person(person["id"]):
            if not await passwords.password_holds(person["password"], proof.password):
                raise WrongSignIn("The password of now is another one.", reason="current")
    return person


def _of_person(person: Document) -> Batch:
    """Return a batch that counts only while nobody else changed what the person signs in with."""
    batch = Batch(INSTALLATION)
    batch.guard(PEOPLE, person["id"], Eq("turn", person.get("turn")))
    return batch


async def _commit(hub: Hub, batch: Batch) -> None:
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise Conflict from None
