"""Single sign-on by OpenID Connect: an application's own provider says who its agents are.

Authorization code with PKCE, state and nonce, all three bound to a secret that only the browser has which began. A
provider speaks for its application alone: whoever it names gets in there, and nowhere else, whatever address it says.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Annotated, Any
from urllib.parse import urlencode

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.access import access_changed
from hub.accounts.applications import Application, application, application_of_widget, check_email
from hub.accounts.collections import AGENTS, APPLICATIONS, PEOPLE
from hub.accounts.forgetting import PLACE, SUBJECT
from hub.accounts.grants import OWNER, SECURITY_MANAGE
from hub.accounts.providers import Providers, claims_of
from hub.accounts.roles import expect_held, give_role
from hub.accounts.sessions import SignedIn, Visit, open_session
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload, NotFound, UnknownApplication, WrongSignIn
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from storage.engine import INSTALLATION, Batch, Document, GuardFailed, Missing
from storage.filters import Eq, fold

_GOOD_FOR = 600_000
"""Milliseconds within which somebody comes back from the provider."""
_MOST_AGENTS = 1000
Short = Annotated[str, Meta(max_length=300)]


class SsoRule(Struct, frozen=True, forbid_unknown_fields=True):
    """The provider of an application. An absent `secret` stays as it is while the issuer does.

    domains   addresses of these only; an empty list takes any
    create    whoever the provider names and who is no agent yet becomes one, with `role`
    enforce   agents sign in no other way, but for owners
    """

    on: bool
    issuer: Short = ""
    client_id: Short = ""
    secret: Annotated[str, Meta(max_length=500)] | UnsetType = UNSET
    domains: Annotated[list[Short], Meta(max_length=50)] = []
    create: bool = False
    role: Annotated[str, Meta(max_length=32)] = "agent"
    enforce: bool = False


class Sso(Struct, frozen=True):
    """The rule without its secret; `redirect` is what the provider has to know, `address` is where agents begin.

    `yours` says that whoever asks may change it.
    """

    on: bool
    issuer: str
    client_id: str
    has_secret: bool
    domains: list[str]
    create: bool
    role: str
    enforce: bool
    redirect: str
    address: str
    yours: bool


class SsoBegin(Struct, frozen=True, forbid_unknown_fields=True):
    """The widget key of the application that somebody wants to sign in to."""

    application: Short


class SsoBegun(Struct, frozen=True):
    """Where the browser goes, and the secret that it keeps until it comes back."""

    url: str
    secret: str


class SsoFinish(Struct, frozen=True, forbid_unknown_fields=True):
    """What the provider sent back with the browser, and the secret that it kept."""

    code: Annotated[str, Meta(max_length=4_000)]
    state: Short
    secret: Short


@verb(SECURITY_MANAGE)
async def get_sso(hub: Hub, actor: Actor) -> Sso:
    """Return the provider of the application."""
    return _shown(hub, actor, await application(hub, actor.scope.app))


@verb(SECURITY_MANAGE)
async def set_sso(hub: Hub, actor: Actor, rule: SsoRule) -> Sso:
    """Say which provider speaks for the application's agents.

    Raises Forbidden for whoever may less than an owner: a provider lets in whom it names, owners too. Raises InvalidPayload
    where it does not answer as one.
    """
    expect_held(actor, OWNER)
    app = await application(hub, actor.scope.app)
    issuer = check_text(rule.issuer.strip().rstrip("/"), "issuer")
    if rule.on:
        if not rule.client_id.strip():
            raise InvalidPayload("The provider gives a client id.", reason="sso_client")
        await hub.part(Providers).read(issuer)
    before = app.sso or {}
    # Kept for the provider that gave it only: another one must not be told it.
    stays = before.get("secret", "") if before.get("issuer") == issuer else ""
    kept = stays if rule.secret is UNSET else rule.secret
    batch = Batch(INSTALLATION)
    await give_role(hub, batch, actor, rule.role)
    batch.patch(APPLICATIONS, app.id, set={"sso": {
        "on": rule.on, "issuer": issuer, "client_id": rule.client_id.strip(), "secret": kept,
        "domains": sorted({domain.strip().lower().lstrip("@") for domain in rule.domains if domain.strip()}),
        "create": rule.create, "role": rule.role, "enforce": rule.enforce,
    }})  # fmt: skip
    try:
        await hub.commit(batch)
    except (GuardFailed, Missing):
        raise Conflict from None
    access_changed(hub, app.id)
    return _shown(hub, actor, await application(hub, app.id))


async def begin_sso(hub: Hub, given: SsoBegin) -> SsoBegun:
    """Return where to send a browser. Raises NotFound where the application has no provider, InvalidPayload."""
    try:
        app = await application_of_widget(hub, given.application)
    except UnknownApplication:
        raise _none() from None
    rule = _rule(app)
    found = await hub.part(Providers).of(rule["issuer"])
    secret, now = hub.ids.token(), hub.clock.now()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(_verifier(hub, secret).encode()).digest()).rstrip(b"=").decode()
    asked = urlencode({
        "response_type": "code", "client_id": rule["client_id"], "redirect_uri": _redirect(hub), "scope": "openid email profile",
        "state": _state(hub, app.id, now, secret), "nonce": _nonce(hub, secret), "code_challenge": challenge,
        "code_challenge_method": "S256",
    })  # fmt: skip
    joint = "&" if "?" in found.authorization else "?"
    return SsoBegun(f"{found.authorization}{joint}{asked}", secret)


async def finish_sso(hub: Hub, given: SsoFinish, visit: Visit) -> SignedIn:
    """Let in whom the provider names. Raises WrongSignIn, NotFound, InvalidPayload."""
    id, _, rest = given.state.partition(".")
    at, _, _ = rest.partition(".")
    numbers = all(part.isascii() and part.isdecimal() and len(part) < 17 for part in (id, at))
    if not numbers or not hmac.compare_digest(
        given.state.encode("utf-8", "replace"), _state(hub, int(id), int(at), given.secret).encode()
    ):
        raise WrongSignIn("This did not begin here. Try again.", reason="sso_state")
    if hub.clock.now() - int(at) > _GOOD_FOR:
        raise WrongSignIn("This took too long. Try again.", reason="sso_state")
    app = await application(hub, int(id))
    rule = _rule(app)
    claims = await claims_of(
        hub, rule, given.code, _redirect(hub), _verifier(hub, given.secret), _nonce(hub, given.secret)
    )
    return await open_session(hub, await _agent_of(hub, app, rule, claims), visit, "sso")


async def _agent_of(hub: Hub, app: Application, rule: Document, claims: dict[str, Any]) -> Document:
    subject = f"{app.id}:{rule['issuer']}:{claims['sub']}"
    known = await hub.store.key(INSTALLATION, SUBJECT, subject)
    agent = await hub.store.get(INSTALLATION, AGENTS, known) if known is not None else None
    if agent is not None and agent["app"] == app.id:
        return agent
    batch = Batch(INSTALLATION)
    agent = await _newcomer(hub, batch, app, rule, claims, f"{subject}:{known or 0}")
    batch.patch(AGENTS, agent["id"], add={"subjects": subject})
    batch.hold(SUBJECT, subject, agent["id"])
    try:
        outcome = await hub.commit(batch)
    except GuardFailed:
        raise Conflict from None
    if outcome.existing:
        raise Conflict
    access_changed(hub, app.id)
    return agent


async def _newcomer(
    hub: Hub, batch: Batch, app: Application, rule: Document, claims: dict[str, Any], place: str
) -> Document:
    """Return the agent whom a provider names for the first time, who is one already or whom the batch makes.

    `place` is taken by whoever is made: of those who come by one name at once, one becomes an agent. An agent who was
    removed leaves it free, because the last one's id is in it.
    """
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified") is False:
        raise WrongSignIn("The provider tells no address that it has verified.", reason="sso_email")
    email = check_email(email)
    if rule["domains"] and email.rpartition("@")[2].lower() not in rule["domains"]:
        raise WrongSignIn("This address is not of a domain that may sign in here.", reason="sso_domain")
    team = (await hub.store.find(INSTALLATION, AGENTS, Eq("app", app.id), limit=_MOST_AGENTS)).items
    found = [each for each in team if fold(each["email"]) == fold(email)]
    if found:
        batch.guard(AGENTS, found[0]["id"], Eq("app", app.id))
        return found[0]
    if not rule["create"]:
        raise WrongSignIn("You are no agent of this application. Ask for an invitation.", reason="sso_unknown")
    name = claims.get("name") if isinstance(claims.get("name"), str) else ""
    # A person of its own, which no password opens: the provider must not speak for an address in other applications.
    person = {"id": await hub.ids.next("person"), "email": email, "password": None}
    agent = {
        "id": await hub.ids.next("agent"), "app": app.id, "person": person["id"], "role": rule["role"], "email": email,
        "name": check_text(str(name).strip()[:100], "name") or email.partition("@")[0], "place": place,
    }  # fmt: skip
    batch.insert(PEOPLE, person)
    batch.insert(AGENTS, agent)
    batch.claim(PLACE, place, agent["id"])
    return agent


def _rule(app: Application) -> Document:
    if not app.sso or not app.sso["on"]:
        raise _none()
    return app.sso


def _state(hub: Hub, app: int, at: int, secret: str) -> str:
    return f"{app}.{at}.{hub.signer.sign('sso state', app, at, secret)}"


def _nonce(hub: Hub, secret: str) -> str:
    return hub.signer.sign("sso nonce", secret)


def _verifier(hub: Hub, secret: str) -> str:
    return "".join(hub.signer.sign("sso verifier", number, secret) for number in range(3))


def _redirect(hub: Hub) -> str:
    return f"{hub.settings.base_url()}/panel/sso"


def _none() -> NotFound:
    return NotFound("This application has no single sign-on.", reason="link")


def _shown(hub: Hub, actor: Actor, app: Application) -> Sso:
    rule = app.sso or {}
    return Sso(
        rule.get("on", False), rule.get("issuer", ""), rule.get("client_id", ""), bool(rule.get("secret")),
        rule.get("domains", []), rule.get("create", False), rule.get("role", "agent"), rule.get("enforce", False),
        _redirect(hub), f"{hub.settings.base_url()}/panel/sso?application={app.key}",
        actor.grants >= OWNER,
    )  # fmt: skip
