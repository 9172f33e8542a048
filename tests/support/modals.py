"""Modals for tests: made over REST as the panel does; and what one tenant tries with another's."""

from __future__ import annotations

from typing import Any

from hub.chat.modals import modals, reaching, showing
from hub.chat.modals.content import Block
from hub.core.actor import Actor
from hub.core.hub import Hub
from tests.support.forms import rest

SALE: dict[str, Any] = {"kind": "heading", "text": {"en": "Summer sale", "pl": "Letnia wyprzedaż"}}
BUTTON: dict[str, Any] = {"kind": "button", "text": {"en": "See it"}, "act": "link", "url": "https://shop.example/sale"}


async def make_modal(company: Any, *blocks: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """Let the company's first agent make a modal; return it."""
    body = {"name": "Sale", "blocks": list(blocks) or [SALE, BUTTON], "on": True} | settings
    return dict(await rest(company, "POST", "modals", body))


async def make_message(
    company: Any, text: str = "Can I help?", *more: dict[str, Any], **settings: Any
) -> dict[str, Any]:
    """Let the company's first agent make an automatic message; return it."""
    return await make_modal(company, {"kind": "text", "text": {"en": text}}, *more, kind="message", **settings)


async def modal_of_acme(hub: Hub, actor: Actor) -> int:
    """Make a modal that is switched on and means everybody; return its id."""
    words = Block("heading", {"en": "Acme's secret sale"})
    return (await modals.create_modal(hub, actor, modals.NewModal("Acme's secret", [words], on=True))).id


MODAL_INPUTS: dict[str, Any] = {
    "chat.modals.modals.list_modals": None,
    "chat.modals.modals.get_modal": lambda ids: modals.ModalRef(ids["modal"]),
    "chat.modals.modals.create_modal": lambda ids: modals.NewModal("Theirs", [Block("heading", {"en": "Theirs"})]),
    "chat.modals.modals.change_modal": lambda ids: modals.ModalChange(ids["modal"], name="Theirs"),
    "chat.modals.modals.delete_modal": lambda ids: modals.ModalRef(ids["modal"]),
    "chat.modals.reaching.count_reach": lambda ids: modals.ModalRef(ids["modal"]),
    "chat.modals.reaching.show_modal": lambda ids: reaching.ShowModal(ids["modal"], ids["contact"]),
    "chat.modals.reaching.show_modal_to_all": lambda ids: modals.ModalRef(ids["modal"]),
    "chat.modals.showing.list_due_modals": lambda ids: showing.ModalsHere(),
    "chat.modals.showing.open_modal": lambda ids: showing.OpenModal(ids["modal"]),
    "chat.modals.showing.tell_modal": lambda ids: showing.ModalDone(ids["modal"], "seen"),
}
