"""The chat as push messages: to the browsers of a contact that allowed it, and to its mobile applications."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from hub.accounts.applications import application
from hub.accounts.grants import SYSTEM
from hub.chat.channels import Letter, Missed, Unreachable
from hub.chat.conversations import get_conversation
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.outreach.push.devices import devices_of
from hub.outreach.push.handing import KEPT_FOR, Handing, settle
from hub.outreach.push.reported import report_path
from hub.outreach.push.setting import push_setting
from hub.people.merging.replacing import standing_contact
from hub.people.speaking import language_of
from mobile_push.fcm import DataMessage, kind_of
from mobile_push.outcomes import Outcome
from storage.engine import Document, Scope

OPENS_THE_CHAT = "#switchboard"
"""Ends the address of a page on which the widget opens the chat."""
_WORDS = {
    "en": {"title": "{who} · {app}", "more": "({n}) {text}", "hidden": "wrote to you", "files": "sent a file"},
    "pl": {"title": "{who} · {app}", "more": "({n}) {text}", "hidden": "Nowa wiadomość", "files": "Przesłany plik"},
}
_TITLE, _BODY = 80, 240


class ContactPush(Struct, frozen=True):
    """A message to all devices of a contact: what it says, and where it leads."""

    contact: int
    conversation: int
    browser: int | None
    delivery: int
    title: str
    body: str
    url: str
    tag: str


class Push:
    """Reaches whoever has allowed it on a device. It does not wait: what is on a screen at once is worth most."""

    name = "push"
    patient = False
    elsewhere = False

    async def works(self, hub: Hub, scope: Scope) -> bool:
        """Tell whether the application wants it for visitors, or has a Firebase account."""
        setting = await push_setting(hub, scope)
        return setting["visitors"] or setting["fcm"] is not None

    async def reaches(self, hub: Hub, scope: Scope, missed: Missed) -> bool:
        """Tell whether the person has a device that the application sends to."""
        contact = missed.contact
        setting = await push_setting(hub, scope)
        if setting["fcm"] is not None and _keys(contact):
            return True
        return bool(setting["visitors"] and await devices_of(hub, scope, "contact", contact["id"]))

    async def write(self, hub: Hub, scope: Scope, missed: Missed, delivery: int) -> Letter:
        """Return the message, in the person's language: who wrote, and the first words."""
        app = await application(hub, scope.app)
        words = _WORDS[language_of(missed.contact, app.locale)]
        last = missed.messages[-1]
        text = " ".join(str(last["text"]).split()) or (words["files"] if last["attachments"] else "")
        if not (await push_setting(hub, scope))["preview"]:
            text = words["hidden"]
        if len(missed.messages) > 1:
            text = words["more"].format(n=len(missed.messages), text=text)
        title = words["title"].format(who=last["author"]["name"] or app.name, app=app.name)
        tag = f"c{scope.app}-{missed.conversation}"
        content = ContactPush(
            missed.contact["id"], missed.conversation, await _browser_of(hub, scope, missed.conversation), delivery,
            _cut(title, _TITLE), _cut(text, _BODY), _page(missed.contact), tag,
        )  # fmt: skip
        return Letter(f"{tag}-{missed.through}", content.title, content)

    async def send(self, hub: Hub, scope: Scope, letter: Letter) -> None:
        """Send it to all devices. Raises Unreachable where none takes messages any more, ChannelAway where one may later."""
        push: ContactPush = letter.content
        outcomes = [*await self._to_browsers(hub, scope, push), *await self._to_phones(hub, scope, push)]
        try:
            settle(outcomes)
        except LookupError as error:
            raise Unreachable(error.args[0]) from None

    async def _to_browsers(self, hub: Hub, scope: Scope, push: ContactPush) -> list[Outcome]:
        if not (await push_setting(hub, scope))["visitors"]:
            return []
        # Who is only known by a browser sees what was begun there, and is told of no more.
        devices = [
            each
            for each in await devices_of(hub, scope, "contact", push.contact)
            if each["browser"] is None or each["browser"] == push.browser
        ]
        shown = {
            "title": push.title, "body": push.body, "tag": push.tag, "url": push.url, "conversation": push.conversation,
            "report": report_path(hub, scope, push.delivery) if push.delivery else "",
        }  # fmt: skip
        return await hub.part(Handing).to_browsers(scope, devices, msgspec.json.encode(shown), push.tag)

    async def _to_phones(self, hub: Hub, scope: Scope, push: ContactPush) -> list[Outcome]:
        setting = await push_setting(hub, scope)
        if setting["fcm"] is None:
            return []
        contact = (await standing_contact(hub, Scope(scope.app), push.contact)) or {}
        data = {
            "user_com_notification": "user_com_notification", "id": str(push.delivery), "type": "1",
            "title": push.title, "message": push.body, "subtitle": push.body, "link": push.url or "None", "icon": "",
            "image": "", "screen_name": "",
        }  # fmt: skip
        messages = [DataMessage(key, kind_of(key), data, push.tag, KEPT_FOR) for key in _keys(contact)]
        return await hub.part(Handing).to_phones(scope, push.contact, setting, messages)


def _keys(contact: Document) -> list[str]:
    found = (str(each["push_key"]) for each in contact.get("devices") or () if each.get("push_key"))
    return list(dict.fromkeys(found))


async def _browser_of(hub: Hub, scope: Scope, conversation: int) -> int | None:
    """Return the browser in which a conversation was begun."""
    try:
        system = Actor("system", 0, "", Scope(scope.app), SYSTEM)
        browser: int | None = (await get_conversation(hub, system, conversation)).get("browser")
        return browser
    except NotFound:
        return None


def _page(contact: Document) -> str:
    """Return the page on which the person was last, bare of what it was called with, where the chat opens."""
    url = urlsplit(str((contact.get("page") or {}).get("url") or ""))
    if url.scheme not in ("http", "https") or not url.hostname:
        return ""
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}{OPENS_THE_CHAT}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
