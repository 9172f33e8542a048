"""What a modal says: blocks one below the other, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct

from hub.chat.links import attachment_of
from hub.chat.records import Attachment
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.people.forms.fields import Text, check_words
from hub.people.forms.forms import Id
from storage.engine import Document

MOST_BLOCKS, MOST_BUTTONS = 20, 3
LINK = re.compile(r"\[([^\[\]\n]+)\]\(([^()\s]+)\)")
Act = Literal["link", "chat", "close", "reply"]


class Block(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a modal.

    kind   heading; text (`**bold**`, `[words](https://…)`); image; button; form
    text   the words; of an image what it shows, of a button its label
    file   of an image: an uploaded attachment, else `url`, an address that begins with https
    act    of a button: follow `url`, open the chat, close, or send `reply` as the visitor's message
    form   of a form: its id
    """

    kind: Literal["heading", "text", "image", "button", "form"]
    text: Text = {}
    file: Id | None = None
    url: Annotated[str, Meta(max_length=2000)] = ""
    act: Act = "close"
    reply: Text = {}
    form: Id | None = None


class ShownBlock(Struct, frozen=True):
    """A part of a modal as a page shows it; `picture` is its uploaded image, with an address that is good for a while."""

    kind: Literal["heading", "text", "image", "button", "form"]
    text: Text
    url: str
    act: Act
    reply: Text
    picture: Attachment | None
    form: int | None


def check_blocks(blocks: list[Block], kind: Literal["modal", "message"]) -> None:
    """Return when a modal may say this. Raises InvalidPayload, naming the block."""
    if not blocks:
        raise InvalidPayload("It says nothing yet: add a text, an image, a button or a form.", reason="modal_empty")
    if sum(each.kind == "button" for each in blocks) > MOST_BUTTONS:
        raise InvalidPayload(f"At most {MOST_BUTTONS} buttons go together.", reason="buttons", most=MOST_BUTTONS)
    for place, block in enumerate(blocks):
        _check(block, f"blocks[{place}]")
    if kind == "message":
        _check_message(blocks)


def _check_message(blocks: list[Block]) -> None:
    """A message is a text, a picture and buttons that lead somewhere or answer."""
    kinds = [each.kind for each in blocks]
    if kinds.count("text") != 1 or kinds.count("image") > 1 or {"heading", "form"} & set(kinds):
        raise InvalidPayload("A message has one text, and may have an image and buttons.")
    if any(each.kind == "button" and each.act not in ("link", "reply") for each in blocks):
        raise InvalidPayload("A button of a message is a link or an answer.")


def _check(block: Block, where: str) -> None:
    check_words(block.text, f"{where}.text")
    check_words(block.reply, f"{where}.reply")
    said = any(words.strip() for words in block.text.values())
    if block.kind in ("heading", "text", "button") and not said:
        raise InvalidPayload(f"`{where}.text` is empty.", reason="modal_words")
    for words in block.text.values() if block.kind == "text" else ():
        for _, address in LINK.findall(words):
            if "{{" not in address and not safe_link(address):
                raise InvalidPayload(f"`{where}.text`: {address[:100]} is no address to link to.", reason="modal_link")
    if block.kind == "image" and block.file is None and not (block.url.startswith("https://") and safe_link(block.url)):
        raise InvalidPayload(f"`{where}` needs a file, or an address that begins with https://.", reason="modal_image")
    if block.kind == "button" and block.act == "link" and not safe_link(block.url):
        raise InvalidPayload(f"`{where}.url` is no address to link to.", reason="modal_link")
    if block.kind == "button" and block.act == "reply" and not any(each.strip() for each in block.reply.values()):
        raise InvalidPayload(f"`{where}.reply` is empty.", reason="modal_words")
    if block.kind == "form" and block.form is None:
        raise InvalidPayload(f"`{where}.form` names no form.", reason="modal_form")


def safe_link(address: str) -> bool:
    """Tell whether a browser may follow an address: a page, a mail or a call, and nothing that it would run."""
    check_text(address, "url")
    if any(sign in address for sign in "\\\t\n\r ") or not address:
        return False
    if address.startswith("/") and not address.startswith("//"):
        return True
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return (parts.scheme in ("http", "https") and bool(parts.hostname)) or parts.scheme in ("mailto", "tel")


def shown_blocks(
    hub: Hub, app: int, document: Document, said: Callable[[str], str] = lambda words: words
) -> list[ShownBlock]:
    """Return the parts of a stored modal as a page shows them, each text as `said` puts it."""
    files = document["files"]

    def words(text: Text) -> Text:
        return {language: said(each) for language, each in text.items()}

    return [
        ShownBlock(
            kind=each["kind"], text=words(each["text"]), url=each["url"], act=each["act"], reply=words(each["reply"]),
            picture=attachment_of(hub, app, files[str(each["file"])]) if each["file"] else None, form=each["form"],
        )
        for each in document["blocks"]
    ]  # fmt: skip
