"""Single sign-on by OpenID Connect: an application's own provider says who its agents are.

Authorization code with PKCE, state and nonce, all three bound to a secret that only the browser has which began. A
provider speaks for its application alone: whoever it names gets in there, and nowhere else, whatever address it says.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import jwt
from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.access import access_changed
from hub.accounts.applications import Application, application, application_of_widget, check_email
from hub.accounts.collections import AGENTS, APPLICATIONS, PEOPLE
from hub.accounts.grants import SECURITY_MANAGE
from hub.accounts.roles import give_role
from hub.accounts.sessions import SignedIn, Visit, open_session
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload, NotFound, UnknownApplication, WrongSignIn
from hub.core.fetch import Fetch, FetchError
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from storage.engine import INSTALLATION, Batch, Document, GuardFailed, Missing
from storage.filters import Eq, fold

_GOOD_FOR = 600_000
"""Milliseconds within which somebody comes back from the provider."""
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Public keys only: with a shared secret, or with none, anybody could sign."""
_LEEWAY = 60
_MOST_AGENTS = 1000
Short = Annotated[str, Meta(max_length=300)]


class SsoRule(Struct, frozen=True, forbid_unknown_fields=True):
    """The provider of an application. An absent `secret` stays as it is.

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
    """The rule without its secret; `redirect` is what the provider has to know, `address` is where agents begin."""

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
    return _shown(hub, await application(hub, actor.scope.app))


@verb(SECURITY_MANAGE)
async def set_sso(hub: Hub, actor: Actor, rule: SsoRule) -> Sso:
    """Say which provider speaks for the application's agents. Raises InvalidPayload where it does not answer as one."""
    app = await application(hub, actor.scope.app)
    issuer = check_text(rule.issuer.strip().rstrip("/"), "issuer")
    if rule.on:
        if not rule.client_id.strip():
            raise InvalidPayload("The provider gives a client id.", reason="sso_client")
        await _discover(hub, issuer)
    kept = (app.sso or {}).get("secret", "") if rule.secret is UNSET else rule.secret
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
    return _shown(hub, await application(hub, app.id))


async def begin_sso(hub: Hub, given: SsoBegin) -> SsoBegun:
    """Return where to send a browser. Raises NotFound where the application has no provider, InvalidPayload."""
    try:
        app = await application_of_widget(hub, given.application)
    except UnknownApplication:
        raise _none() from None
    rule = _rule(app)
    found = await _discover(hub, rule["issuer"])
    secret, now = hub.ids.token(), hub.clock.now()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(_verifier(hub, secret).encode()).digest()).rstrip(b"=").decode()
    asked = urlencode({
        "response_type": "code", "client_id": rule["client_id"], "redirect_uri": _redirect(hub), "scope": "openid email profile",
        "state": _state(hub, app.id, now, secret), "nonce": _nonce(hub, secret), "code_challenge": challenge,
        "code_challenge_method": "S256",
    })  # fmt: skip
    joint = "&" if "?" in found["authorization_endpoint"] else "?"
    return SsoBegun(f"{found['authorization_endpoint']}{joint}{asked}", secret)


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
    claims = await _claims(hub, rule, given)
    return await open_session(hub, await _agent_of(hub, app, rule, claims), visit, "sso")


async def _claims(hub: Hub, rule: Document, given: SsoFinish) -> dict[str, Any]:
    """Return what the provider says of somebody, its signature checked."""
    found = await _discover(hub, rule["issuer"])
    form = {
        "grant_type": "authorization_code", "code": given.code, "redirect_uri": _redirect(hub),
        "client_id": rule["client_id"], "code_verifier": _verifier(hub, given.secret),
    }  # fmt: skip
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if rule["secret"]:
        pair = f"{quote(rule['client_id'], safe='')}:{quote(rule['secret'], safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    try:
        answer = await hub.part(Fetch).request(
            "POST", found["token_endpoint"], headers=headers, body=urlencode(form).encode(), redirects=0, secure=True
        )
        token = answer.json().get("id_token") if answer.status == 200 else None
        keys = (await hub.part(Fetch).request("GET", found["jwks_uri"], secure=True)).json()
    except (FetchError, AttributeError):
        raise _unwell() from None
    if not isinstance(token, str):
        raise WrongSignIn("The provider does not know this code.", reason="sso_refused")
    try:
        key = _key_of(keys, jwt.get_unverified_header(token))
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=_ALGORITHMS, audience=rule["client_id"], issuer=[rule["issuer"], f"{rule['issuer']}/"],
            leeway=_LEEWAY, options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        raise WrongSignIn("What the provider says does not hold.", reason="sso_refused") from None
    nonce, audience = claims.get("nonce"), claims["aud"]
    party = claims.get("azp", rule["client_id"])
    ours = isinstance(nonce, str) and hmac.compare_digest(nonce.encode(), _nonce(hub, given.secret).encode())
    if (
        not ours
        or party != rule["client_id"]
        or (isinstance(audience, list) and len(audience) > 1 and "azp" not in claims)
    ):
        raise WrongSignIn("What the provider says does not hold.", reason="sso_refused")
    return claims


async def _agent_of(hub: Hub, app: Application, rule: Document, claims: dict[str, Any]) -> Document:
    subject = f"{app.id}:{rule['issuer']}:{claims['sub']}"
    known = await hub.store.key(INSTALLATION, "sso.subject", subject)
    agent = await hub.store.get(INSTALLATION, AGENTS, known) if known is not None else None
    if agent is not None and agent["app"] == app.id:
        return agent
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified") is False:
        raise WrongSignIn("The provider tells no address that it has verified.", reason="sso_email")
    email = check_email(email)
    if rule["domains"] and email.rpartition("@")[2].lower() not in rule["domains"]:
        raise WrongSignIn("This address is not of a domain that may sign in here.", reason="sso_domain")
    team = (await hub.store.find(INSTALLATION, AGENTS, Eq("app", app.id), limit=_MOST_AGENTS)).items
    found = [each for each in team if fold(each["email"]) == fold(email)]
    batch = Batch(INSTALLATION)
    if found:
        agent = found[0]
        batch.guard(AGENTS, agent["id"], Eq("app", app.id))
    elif rule["create"]:
        name = claims.get("name") if isinstance(claims.get("name"), str) else ""
        # A person of its own, which no password opens: the provider must not speak for an address in other applications.
        person = {"id": await hub.ids.next("person"), "email": email, "password": None}
        agent = {
            "id": await hub.ids.next("agent"), "app": app.id, "person": person["id"], "role": rule["role"], "email": email,
            "name": check_text(str(name).strip()[:100], "name") or email.partition("@")[0],
        }  # fmt: skip
        batch.insert(PEOPLE, person)
        batch.insert(AGENTS, agent)
        batch.claim("sso.made", subject, agent["id"])  # who comes twice at once becomes one agent
    else:
        raise WrongSignIn("You are no agent of this application. Ask for an invitation.", reason="sso_unknown")
    batch.hold("sso.subject", subject, agent["id"])
    try:
        outcome = await hub.commit(batch)
    except GuardFailed:
        raise Conflict from None
    if outcome.existing:
        raise Conflict
    access_changed(hub, app.id)
    return agent


async def _discover(hub: Hub, issuer: str) -> dict[str, str]:
    """Return the addresses of a provider. Raises InvalidPayload where it does not answer as one."""
    try:
        answer = await hub.part(Fetch).request("GET", f"{issuer}/.well-known/openid-configuration", secure=True)
        found = answer.json() if answer.status == 200 else {}
    except FetchError as error:
        raise InvalidPayload(f"The provider does not answer: {error}", reason="sso_unwell") from None
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    whole = isinstance(found, dict) and all(isinstance(found.get(name), str) for name in (*names, "issuer"))
    if not whole or str(found["issuer"]).rstrip("/") != issuer:
        raise _unwell()
    if not found["authorization_endpoint"].startswith(("https://", "http://")):
        raise _unwell()
    return {name: found[name] for name in names}


def _key_of(keys: Any, header: dict[str, Any]) -> Any:
    signing = [key for key in keys["keys"] if key.get("use", "sig") == "sig"]
    # A provider with one key need not name it.
    known = [key for key in signing if key.get("kid") == header["kid"]] if "kid" in header else signing
    if len(known) != 1:
        raise KeyError("kid")
    return jwt.PyJWK(known[0]).key


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


def _unwell() -> InvalidPayload:
    return InvalidPayload("The provider does not answer as OpenID Connect says.", reason="sso_unwell")


def _shown(hub: Hub, app: Application) -> Sso:
    rule = app.sso or {}
    return Sso(
        rule.get("on", False), rule.get("issuer", ""), rule.get("client_id", ""), bool(rule.get("secret")),
        rule.get("domains", []), rule.get("create", False), rule.get("role", "agent"), rule.get("enforce", False),
        _redirect(hub), f"{hub.settings.base_url()}/panel/sso?application={app.key}",
    )  # fmt: skip
