"""What the mobile SDKs of User.com call, under /api/sdk/v1 with the key of the SDK (row X3).

The device is known by the key of its contact, which the answer to a ping brings and X-User-Key carries from then on.
"""

from __future__ import annotations

from typing import Any, cast

import msgspec
from aiohttp import web
from msgspec import Struct

from hub.accounts import grants
from hub.accounts.keyring import actor_of_mobile_key
from hub.chat.seen import Deed, mark_seen
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.doors.api.compat import FieldErrors, compatible, milliseconds, read_body
from hub.doors.peers import peer_of
from hub.people.editing import name_of
from hub.people.tracking import custom_events, mobile
from hub.people.tracking.places import Places
from storage.engine import Scope

_LONGEST_ID, _LONGEST_NUMBER = 128, 15
MESSAGES = ("push-notification", "in-app-message")
ACTIONS = ("displayed", "clicked", "dismissed")
_SYSTEMS = {"ios": "iOS", "android": "Android"}
_DEVICE = {
    "os": ("os_type",), "os_version": ("os_version", "version"), "model": ("model", "device"),
    "manufacturer": ("manufacturer",), "app_version": ("app_version",), "lib_version": ("lib_version",),
    "identifier": ("identifier", "ios_idfa"), "push_key": ("fcm_key",),
}  # fmt: skip
"""what is kept of a device ← what the SDKs call it"""
_NO_ATTRIBUTES = {"userKey", "user_key", "device"}


class Ping(Struct):
    """Who uses the application on which device."""

    customer: dict[str, Any] | None = None
    device: dict[str, Any] | None = None


class UserKey(Struct):
    """What the device sends as X-User-Key from now on."""

    id: int
    key: str


class Pong(Struct):
    """The contact of the device."""

    user: UserKey


class SdkEvent(Struct):
    """Something that happened in the application; a product event says what in `event_type`."""

    event: str | None = None
    timestamp: str | int | float | None = None
    data: dict[str, Any] | None = None
    event_type: str | None = None
    logout: bool | None = None


class SdkEventItem(Struct):
    """The event as it was kept."""

    id: int
    created: bool


class MessageAction(Struct):
    """What was done with a message; the address of the link that was clicked."""

    url: str | None = None


class FcmToken(Struct):
    """The token that push messages came by."""

    fcm_key: str


class Nothing(Struct):
    """An empty object: the SDKs decode every answer."""


@compatible(key=actor_of_mobile_key)
async def ping(hub: Hub, actor: Actor, request: web.Request) -> Pong:
    """Say who uses the application, on which device."""
    body = await read_body(request, Ping)
    customer = body.customer or {}
    known = request.headers.get("X-User-Key", "").strip() or _text(customer.get("userKey", customer.get("user_key")))
    peer = peer_of(hub.settings, {
        "REMOTE_ADDR": request.remote or "", "HTTP_X_FORWARDED_FOR": request.headers.get("X-Forwarded-For", ""),
    })  # fmt: skip
    greeted = await mobile.greet_device(hub, actor, mobile.DevicePing(
        user_key=known[:_LONGEST_ID], user_id=_text(customer.get("user_id"))[:255] or None,
        email=_text(customer.get("email"))[:254] or None,
        attributes={name: value for name, value in customer.items() if name not in _NO_ATTRIBUTES},
        device=_device(body.device or {}), place=hub.part(Places).facts_of(peer),
    ))  # fmt: skip
    return Pong(UserKey(greeted.id, greeted.key))


@compatible(key=actor_of_mobile_key)
async def create_event(hub: Hub, actor: Actor, request: web.Request) -> SdkEventItem:
    """Keep an event, or a product event under the name of its type."""
    body = await read_body(request, SdkEvent)
    name = body.event
    if name == "product" and body.event_type:
        name = body.event_type
    if not name:
        raise FieldErrors(event="This field is required.")
    return await _keep(hub, actor, request, name, body.data or {}, body.timestamp)


@compatible(key=actor_of_mobile_key)
async def create_product_event(hub: Hub, actor: Actor, request: web.Request) -> SdkEventItem:
    """Keep a product event under the name of its type, with all that it says."""
    given = await _object(request)
    kind = next((field for field in ("event_type", "event", "product") if _text(given.get(field))), "")
    name = _text(given.get(kind)) or "product"  # refused it would be sent again for ever
    data = {field: value for field, value in given.items() if field not in (kind, "timestamp")}
    return await _keep(hub, actor, request, name, data, given.get("timestamp"))


@compatible(key=actor_of_mobile_key)
async def create_screen_event(hub: Hub, actor: Actor, request: web.Request) -> SdkEventItem:
    """Keep that a screen was opened or left."""
    body = await read_body(request, SdkEvent)
    return await _keep(hub, actor, request, body.event or "ScreenEvent", body.data or {}, body.timestamp)


@compatible(key=actor_of_mobile_key)
async def act_on_message(hub: Hub, actor: Actor, request: web.Request) -> SdkEventItem:
    """Keep that a push message or an in-app message was displayed, clicked or dismissed."""
    kind, id, action = (request.match_info[part] for part in ("type", "id", "action"))
    if kind not in MESSAGES or action not in ACTIONS or len(id) > _LONGEST_ID:
        raise NotFound
    body = await read_body(request, MessageAction)
    device = await _contact(hub, actor, request)
    if kind == "push-notification" and id.isascii() and id.isdecimal() and len(id) <= _LONGEST_NUMBER:
        await mark_seen(hub, device.scope, int(id), cast(Deed, action), contact=device.id)
    return await _keep(hub, actor, request, f"{kind} {action}", {"id": id, "url": body.url}, None)


@compatible(key=actor_of_mobile_key)
async def delete_fcm_token(hub: Hub, actor: Actor, request: web.Request) -> Nothing:
    """Forget the token that push messages reach the device by."""
    body = await read_body(request, FcmToken)
    key = request.headers.get("X-User-Key", "").strip()
    await mobile.forget_push_key(hub, actor, mobile.ForgetPush(key, body.fcm_key))
    return Nothing()


async def _keep(
    hub: Hub, actor: Actor, request: web.Request, name: str, data: dict[str, Any], timestamp: Any
) -> SdkEventItem:
    device = await _contact(hub, actor, request)
    at = None if timestamp in (None, "") else _milliseconds(timestamp)
    kept = await custom_events.send_event(hub, device, custom_events.NewEvent(name, data, at))
    return SdkEventItem(kept.id, kept.is_new)


async def _contact(hub: Hub, actor: Actor, request: web.Request) -> Actor:
    """Return the contact of the device as who acts. Raises NotFound for a key that no ping has brought."""
    contact = await mobile.contact_of_key(hub, actor.scope, request.headers.get("X-User-Key", "").strip())
    if contact is None:
        raise NotFound
    return Actor("contact", contact["id"], name_of(contact), Scope(actor.scope.app, contact["id"]), grants.CONTACT)


def _device(told: dict[str, Any]) -> dict[str, str]:
    """Return what is kept of a device, by our names; the SDKs of the platforms have their own."""
    kept = {
        name: next(filter(None, (_text(told.get(each)) for each in theirs)), "") for name, theirs in _DEVICE.items()
    }
    kept["os"] = _SYSTEMS.get(kept["os"].lower(), kept["os"])
    return {name: text for name, text in kept.items() if text}


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _milliseconds(timestamp: Any) -> int:
    """Return UTC milliseconds of ISO 8601, or of UNIX seconds."""
    if isinstance(timestamp, int | float) and abs(timestamp) < 10**11:
        return int(timestamp * 1000)
    if not isinstance(timestamp, str):
        raise FieldErrors(timestamp="Datetime has wrong format. Use ISO 8601.")
    return milliseconds(timestamp, "timestamp")


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        given = msgspec.json.decode(await request.read() or b"{}")
    except web.HTTPRequestEntityTooLarge:
        raise FieldErrors(non_field_errors="The body is larger than 1 MB.") from None
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise FieldErrors(non_field_errors=f"JSON parse error - {error}") from None
    if not isinstance(given, dict):
        raise FieldErrors(non_field_errors="Invalid data. Expected a dictionary.")
    return given
