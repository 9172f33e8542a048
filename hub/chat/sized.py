"""What a message of the company may have beside its words: a size, buttons, and a picture that a pop-up shows large."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, to_builtins

from hub.chat.modals.content import safe_link
from hub.chat.records import MessageButton, Size
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload
from hub.core.text import check_text
from hub.people.forms.forms import Id
from storage.engine import Document

Buttons = Annotated[list[MessageButton], Meta(max_length=3)]


class Sized(Struct, frozen=True, kw_only=True):
    """How a message of the company shows itself.

    size      full in the open conversation, bubble as a card beside the launcher, popup in the middle of the page
    buttons   at most three: a link, or an answer that is sent by a click
    picture   the one of its attachments that is shown large
    """

    size: Size | None = None
    buttons: Buttons | None = None
    picture: Id | None = None


def check_sized(actor: Actor, new: Sized, attachments: list[int] | None) -> None:
    """Return when a message may show itself like this. Raises InvalidPayload."""
    for name in ("size", "buttons", "picture"):
        if getattr(new, name) and actor.kind == "contact":
            raise InvalidPayload(f"`{name}` is for messages of the company.")
    for place, button in enumerate(new.buttons or ()):
        if not check_text(button.label, "buttons").strip() or bool(button.url) == bool(button.reply.strip()):
            raise InvalidPayload(f"`buttons[{place}]` needs a label, and either `url` or `reply`.", reason="button")
        check_text(button.reply, "buttons")
        if button.url and not safe_link(button.url):
            raise InvalidPayload(f"`buttons[{place}].url` is no address to link to.", reason="modal_link")
    if new.picture is not None and new.picture not in (attachments or ()):
        raise InvalidPayload("`picture` is one of the message's attachments.")


def sized_fields(new: Sized) -> Document:
    """Return what a record keeps of it."""
    buttons = to_builtins(new.buttons) if new.buttons else None
    fields = {"size": new.size, "buttons": buttons, "picture": new.picture}
    return {name: value for name, value in fields.items() if value}
