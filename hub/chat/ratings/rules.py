"""Whether visitors are asked how a conversation was, in which words, and when: set for the whole application."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, convert, to_builtins

from hub.accounts.grants import APPLICATION_MANAGE, CONVERSATIONS_MANAGE
from hub.chat.collections import CONVERSATION_LABELS, RATING_RULES
from hub.core.actor import Actor
from hub.core.errors import Conflict, NotFound
from hub.core.hub import Hub
from hub.core.kept import Kept
from hub.core.text import check_text
from hub.core.verb import verb
from storage.engine import Batch, Duplicate, GuardFailed, Missing, Scope

MOST_MINUTES = 7 * 1440
Text = Annotated[str, Meta(max_length=200)]
Id = Annotated[int, Meta(ge=1, le=2**53)]


class RatingRules(Struct, frozen=True, forbid_unknown_fields=True):
    """How visitors are asked; an empty question is the one that we have in its language.

    comment   whether some words may be added
    wait      minutes between the closing and the question
    mail      whether who is away gets the question by e-mail
    except_labels   conversations with one of these labels are never asked about: spam, tests
    """

    on: bool = False
    question_en: Text = ""
    question_pl: Text = ""
    comment: bool = True
    wait: Annotated[int, Meta(ge=0, le=MOST_MINUTES)] = 0
    mail: bool = True
    except_labels: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()


class Asking(Kept[RatingRules]):
    """The rules that this node was asked for."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "ratings", _read)


async def _read(hub: Hub, scope: Scope) -> RatingRules:
    found = dict(await hub.store.get(scope, RATING_RULES, scope.app) or {})
    found.pop("id", None)
    return convert(found, RatingRules)


@verb(CONVERSATIONS_MANAGE)
async def get_rating_rules(hub: Hub, actor: Actor) -> RatingRules:
    """Return whether and how visitors are asked after a conversation was closed."""
    return await hub.part(Asking).of(actor.scope.app)


@verb(APPLICATION_MANAGE)
async def set_rating_rules(hub: Hub, actor: Actor, given: RatingRules) -> RatingRules:
    """Say whether and how visitors are asked; it counts for conversations that are closed from now on.

    Raises NotFound for a label that is not there, InvalidPayload, and Conflict.
    """
    for name in ("question_en", "question_pl"):
        check_text(getattr(given, name), name)
    known = await hub.store.get_many(actor.scope, CONVERSATION_LABELS, given.except_labels)
    for label in given.except_labels:
        if label not in known:
            raise NotFound(f"There is no label {label} in this application.")
    app, fields = actor.scope.app, to_builtins(given)
    batch = Batch(actor.scope)
    batch.patch(RATING_RULES, app, set=fields)
    try:
        await hub.commit(batch)
    except Missing:
        batch = Batch(actor.scope)
        batch.insert(RATING_RULES, {"id": app, **fields})
        try:
            await hub.commit(batch)
        except (Duplicate, GuardFailed):
            raise Conflict from None
    hub.part(Asking).changed(app)
    return given
