"""Says how a conversation was: in the chat, or on the page that a mail leads to. The first answer of a closing stays."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.applications import application
from hub.accounts.grants import CONVERSATIONS_MANAGE, CONVERSATIONS_READ, CONVERSATIONS_REPLY
from hub.chat.announce import announce_state
from hub.chat.collections import CONVERSATIONS, RATINGS
from hub.chat.conversations import Id, get_conversation
from hub.chat.events import ConversationRated
from hub.chat.present import rating_of
from hub.chat.ratings.links import Language, RatingLink, check_rating_link
from hub.chat.ratings.rules import Asking
from hub.chat.records import Rating
from hub.chat.states import ConversationRef
from hub.core.actor import Actor
from hub.core.errors import Conflict, Forbidden, NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.core.words import words_in
from hub.people.merging.replacing import standing_contact
from hub.people.speaking import language_of
from hub.people.timeline import remember
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq

COMMENT = 2000
_SATISFIED = 4
_TRIES = 5
Score = Annotated[int, Meta(ge=1, le=5)]


class AnswerRating(Struct, frozen=True, forbid_unknown_fields=True):
    """How it was, from 1 (very bad) to 5 (very good), and why."""

    conversation: Id
    rating: Id
    score: Score
    comment: Annotated[str, Meta(max_length=COMMENT)] = ""


class RatingQuestion(Struct, frozen=True):
    """What is asked: the words in the person's language and in each that we speak; `comment` says that some may be added."""

    question: str
    questions: dict[str, str]
    comment: bool
    rating: Rating | None


class RatingsOfConversation(Struct, frozen=True):
    """What was asked and answered about a conversation, the newest first."""

    ratings: list[Rating]


def satisfied(score: int) -> bool:
    """Tell whether a score says that somebody was content: the two best ones."""
    return score >= _SATISFIED


@verb(CONVERSATIONS_READ)
async def open_rating(hub: Hub, actor: Actor, asked: ConversationRef) -> RatingQuestion:
    """Return what is asked about a conversation that was closed; `rating` is null where nothing is. Raises NotFound."""
    document = await get_conversation(hub, actor, asked.conversation)
    return await _question(hub, actor.scope, document, rating_of(document.get("rating")))


async def _question(hub: Hub, scope: Scope, conversation: Document, rating: Rating | None) -> RatingQuestion:
    app = await application(hub, scope.app)
    rules = await hub.part(Asking).of(scope.app)
    questions: dict[str, str] = {
        each: getattr(rules, f"question_{each}") or words_in(each, "pages")("rateText", company=app.name)
        for each in ("en", "pl")
    }
    contact = await standing_contact(hub, scope, conversation["contact"]) or {}
    return RatingQuestion(questions[language_of(contact, app.locale)], questions, rules.comment, rating)


@verb(CONVERSATIONS_REPLY)
async def answer_rating(hub: Hub, actor: Actor, given: AnswerRating) -> Rating:
    """Say how a conversation was; what was answered before stays, and is returned.

    Raises NotFound, InvalidPayload, and Forbidden for whoever is not the contact.
    """
    conversation = await get_conversation(hub, actor, given.conversation)
    if actor.kind not in ("contact", "system"):
        raise Forbidden("Only the contact says how the conversation was.")
    comment = check_text(given.comment, "comment").strip()
    comment = comment if (await hub.part(Asking).of(actor.scope.app)).comment else ""
    for _ in range(_TRIES):
        asked = await hub.store.get(actor.scope, RATINGS, given.rating)
        if asked is None or asked["conversation"] != conversation["id"]:
            raise NotFound
        if asked["answered"] is not None:
            return _shown(asked)
        try:
            return await _keep(hub, actor, conversation, asked, given.score, comment)
        except GuardFailed:  # answered elsewhere, or the conversation moved on
            conversation = await get_conversation(hub, actor, given.conversation)
        except Missing:
            raise NotFound from None
    raise Conflict


async def _keep(hub: Hub, actor: Actor, conversation: Document, asked: Document, score: int, comment: str) -> Rating:
    now, id = hub.clock.now(), conversation["id"]
    batch = Batch(Scope(actor.scope.app))
    batch.guard(RATINGS, asked["id"], Eq("answered", None))
    answer = {"score": score, "comment": comment, "answered": now}
    batch.patch(RATINGS, asked["id"], set=answer | {"labels": conversation.get("labels") or []})
    latest = (conversation.get("rating") or {}).get("id") == asked["id"]
    batch.guard(CONVERSATIONS, id, Eq("rating.id", (conversation.get("rating") or {}).get("id")))
    shown = {f"rating.{name}": value for name, value in answer.items()} if latest else {}
    changed = batch.patch(CONVERSATIONS, id, set=shown | {"touched": now}, inc={"revision": 1})
    by = {"kind": "contact", "id": conversation["contact"], "name": ""}
    await remember(
        hub, batch, by, "contact", conversation["contact"], "rating", "answered", conversation=id, score=score
    )
    facts = {"conversation": id, "contact": conversation["contact"], "rating": asked["id"], "score": score}
    await hub.follow_up(batch, ConversationRated, facts)
    outcome = await hub.commit(batch)
    rating = _shown(asked | answer)
    announce_state(hub, actor.scope, outcome[changed])
    hub.publish(
        ConversationRated(
            app=actor.scope.app, conversation=id, contact=conversation["contact"], browser=conversation["browser"],
            rating=rating, assignee=(asked["agent"] or {}).get("id"),
        )
    )  # fmt: skip
    return rating


def _shown(document: Document) -> Rating:
    rating = rating_of(document)
    assert rating is not None
    return rating


@verb(CONVERSATIONS_MANAGE)
async def ratings_of_conversation(hub: Hub, actor: Actor, asked: ConversationRef) -> RatingsOfConversation:
    """Return what was asked and answered after each closing of a conversation. Raises NotFound."""
    await get_conversation(hub, actor, asked.conversation)
    page = await hub.store.find(actor.scope, RATINGS, Eq("conversation", asked.conversation), limit=100)
    return RatingsOfConversation([_shown(each) for each in sorted(page.items, key=lambda each: -each["id"])])


class RatingPage(Struct, frozen=True):
    """What the page behind a link shows: who asks what, and what was answered."""

    company: str
    language: Language
    question: str
    comment: bool
    conversation: int
    rating: Rating


async def read_rating_link(hub: Hub, link: RatingLink) -> RatingPage:
    """Return where a link leads. Raises NotFound for one that we never made, or of a conversation that was erased."""
    check_rating_link(hub, link)
    scope = Scope(link.a)
    asked = await hub.store.get(scope, RATINGS, link.r)
    conversation: Any = asked and await hub.store.get(scope, CONVERSATIONS, asked["conversation"])
    if asked is None or conversation is None:
        raise NotFound
    app = await application(hub, link.a)
    question = await _question(hub, scope, conversation, None)
    return RatingPage(app.name, link.l, question.questions[link.l], question.comment, conversation["id"], _shown(asked))
