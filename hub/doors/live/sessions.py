"""Who a socket is, found out once, when it connects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from hub.accounts.application_settings import shown_to_team
from hub.accounts.applications import Application, application, application_of_widget, members
from hub.accounts.availability_rules import state_at
from hub.accounts.events import rooms_of_agent
from hub.accounts.grants import CALLS_TALK, CONVERSATIONS_READ
from hub.accounts.groups import groups_of
from hub.accounts.sign_in import session_of
from hub.calls.log import live_calls
from hub.calls.phone.calling import reaches_phones
from hub.calls.rules import CallRulesKept, may_call
from hub.chat.conversations import NOTHING_COUNTED, count_views, own_conversations
from hub.chat.modals.showing import has_modals
from hub.chat.presence import Presence
from hub.chat.widgets.looks import widgets_for
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, OriginRefused
from hub.core.event import Face
from hub.core.hub import Hub
from hub.core.sharing import Sharing
from hub.doors.peers import origin_of, peer_of
from hub.outreach.push.visitors import key_for_visitors
from hub.people.contacts import ContactRef
from hub.people.forms.showing import popups
from hub.people.passes import identity_of_pass
from hub.people.tracking.pages import PageView
from hub.people.visitors import Hello, arrive, shown_to_itself
from hub.support.first_hour import Beginnings
from storage.engine import Scope


class AgentHello(Struct, frozen=True, forbid_unknown_fields=True):
    """What an agent's socket brings in its connect auth."""

    token: str


class Session(Struct, frozen=True):
    """A connected socket: who it is, the rooms it hears, and what it is told first.

    `own` says that the contact is proven, or was made by this browser, and not only claimed.
    """

    face: Face
    actor: Actor
    rooms: tuple[str, ...]
    greeting: dict[str, Any]
    page: PageView | None = None
    expires: int = 0
    sign_in: int = 0
    own: bool = False


async def open_visitor(hub: Hub, environ: Mapping[str, Any], auth: Any) -> Session:
    """Return the session of a visitor's socket. Raises UnknownApplication, OriginRefused, IdentityInvalid and others."""
    hello = _shape(auth, Hello)
    app = await hub.part(Sharing).read(("widget", hello.key), lambda: application_of_widget(hub, hello.key))
    # Whoever comes by the link of a mail is on a page of ours, on whatever address this server is reached by.
    origin = origin_of(environ)
    own = is_own(origin, environ)
    if not own and not origin_allowed(app, origin) and identity_of_pass(hub, app.id, hello.identity) is None:
        raise OriginRefused
    if origin and not own:
        hub.part(Beginnings).seen(app.id, origin)
    agent_string = environ.get("HTTP_USER_AGENT", "")
    arrival = await arrive(hub, app, hello, agent_string, peer_of(hub.settings, environ))
    greeting = await _to_visitor(hub, app, arrival.user_key, arrival.visitor_token, arrival.shown, arrival.own)
    rooms = (own_room(arrival.actor.scope), f"{app.id}:visitors")
    page = hello.page if hello.consent else None
    return Session("visitor", arrival.actor, rooms, greeting, page, own=arrival.own)


def own_room(scope: Scope) -> str:
    """Return the room of what concerns this visitor alone: the contact's where it is proven, else its browser's."""
    return f"{scope.app}:contact:{scope.contact}" if scope.browser is None else f"{scope.app}:browser:{scope.browser}"


async def greeted_anew(hub: Hub, session: Session) -> Session:
    """Return the session of a visitor whose contact is another one now, with what to tell it. Raises NotFound."""
    scope = session.actor.scope
    key, shown = await shown_to_itself(hub, session.actor, session.own)
    app = await application(hub, scope.app)
    greeting = await _to_visitor(hub, app, key, session.greeting["visitor_token"], shown, session.own)
    return replace(session, actor=replace(session.actor, name=shown.name), greeting=greeting)


async def _to_visitor(hub: Hub, app: Application, key: str, token: str, shown: ContactRef, own: bool) -> dict[str, Any]:
    team = [_face(each) for each in await _team(hub, app)]
    rules, push = await popups(hub, app.id), await key_for_visitors(hub, app.scope)
    modals = {"modals": True} if await has_modals(hub, app.id) else {}
    widgets = await widgets_for(hub, app.id, shown.id if own else None)
    return {
        "user_key": key,
        "visitor_token": token,
        "contact": shown,
        "application": {
            "name": app.name, "locale": app.locale, "online": any(agent["online"] for agent in team),
            "agents": team, "attachments": _attachment_rules(hub, app),
            "edit_minutes": hub.settings.contact_edit_minutes, **({"popups": rules} if rules else {}),
            **({"push": push} if push else {}), **modals, **({} if widgets is None else {"widgets": widgets}),
            **({"preview": True} if app.typing_preview else {}),
            **({"transcripts": True} if app.transcripts else {}),
        },
    }  # fmt: skip


async def open_agent(hub: Hub, environ: Mapping[str, Any], auth: Any) -> Session:
    """Return the session of an agent's socket. Raises TokenInvalid or TokenExpired."""
    sign_in = await session_of(hub, _shape(auth, AgentHello).token)
    actor = sign_in.actor
    app = await application(hub, actor.scope.app)
    greeting = {
        "agent": {"id": actor.id, "name": actor.name, "email": sign_in.email},
        "application": shown_to_team(hub, app),
        "agents": await _team(hub, app),
    }  # fmt: skip
    return Session(
        "agent", actor, rooms_of_agent(app.id, actor.id, actor.grants), greeting, None, sign_in.expires, sign_in.id
    )


async def greet(hub: Hub, session: Session) -> dict[str, Any]:
    """Return the `session` event. Made after the rooms were entered, so nothing falls between it and the live events."""
    actor = session.actor
    rules = await hub.part(CallRulesKept).of(actor.scope.app)
    live = await live_calls(hub, actor) if rules.on and CALLS_TALK in actor.grants else []
    # A call that goes on when the opening hours end is found again by the next page, too.
    takes = bool(live) or (CALLS_TALK in actor.grants and await may_call(hub, actor))
    calls: dict[str, Any] = {"calls": live} if takes else {}
    if session.face == "visitor":
        if takes and rules.launcher:
            calls["call_button"] = True
        return session.greeting | {"conversations": await own_conversations(hub, actor)} | calls
    counts = await count_views(hub, actor) if CONVERSATIONS_READ in actor.grants else NOTHING_COUNTED
    return session.greeting | {
        "permissions": sorted(actor.grants), "groups": await groups_of(hub, actor.scope.app), "counts": counts,
    } | calls | ({"phones": True} if takes and await reaches_phones(hub, actor.scope) else {})  # fmt: skip


def is_own(origin: str | None, environ: Mapping[str, Any]) -> bool:
    """Tell whether a page is one of this server's own: the demo, or the one for trying the chat."""
    return origin is not None and origin.partition("://")[2].lower() == str(environ.get("HTTP_HOST", "")).lower()


def origin_allowed(app: Application, origin: str | None) -> bool:
    """Tell whether a page of this origin may use the application's key.

    An empty list allows any. Browsers always send an origin; programs that send none carry no foreign user's rights.
    """
    return not app.origins or origin is None or origin.lower() in app.origins


async def _team(hub: Hub, app: Application) -> list[dict[str, Any]]:
    # Asked for each agent: a set of who is online would cost each visitor a look at all the others.
    online = hub.part(Presence).online
    team = await hub.part(Sharing).read(("team", app.id), lambda: members(hub, app.id))
    now, found = hub.clock.now(), []
    for agent in team:
        state, _ = state_at(agent.availability, now)
        here = online(app.id, "agent", agent.id)
        found.append({"id": agent.id, "name": agent.name, "online": here, "state": state})
    return found


def _face(agent: dict[str, Any]) -> dict[str, Any]:
    """Return an agent as visitors know it: there or not, whatever the reason."""
    online = agent["online"] and agent["state"] != "away"
    return {"id": agent["id"], "name": agent["name"], "online": online}


def _attachment_rules(hub: Hub, app: Application) -> dict[str, Any]:
    return {"max_size": min(app.attachment_limit, hub.settings.attachment_limit), "types": app.attachment_types}


def _shape(auth: Any, type: Any) -> Any:
    if not isinstance(auth, dict):
        raise InvalidPayload("The connection needs an auth object; docs/protocol.md shows it.")
    try:
        return msgspec.convert(auth, type)
    except msgspec.ValidationError as error:
        raise InvalidPayload(f"The auth object does not fit: {error}.") from None
