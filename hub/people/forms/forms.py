"""Forms as a company makes them: made, changed, listed, deleted."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CONTACTS_READ, FORMS_MANAGE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import FORM_TALLIES, FORMS, SUBMISSIONS
from hub.people.defining import at_most, checked_name
from hub.people.forms.fields import Field, Text, check_fields, check_words
from hub.people.forms.mailing import WayOut
from hub.people.labels.tags import tag_named
from hub.people.vocabulary import Vocabulary, everything, vocabulary
from storage.engine import Batch, Document, Missing, Scope
from storage.filters import All, Eq

MOST = 500
Id = Annotated[int, Meta(ge=1, le=2**53)]
Display = Literal["inline", "popup", "chat"]
Seconds = Annotated[float, Meta(ge=0, le=3600)]


class Success(Struct, frozen=True, forbid_unknown_fields=True):
    """What follows a submission: words of thanks, or another page (http or https)."""

    text: Text = {}
    redirect: Annotated[str, Meta(max_length=2000)] = ""


class Popup(Struct, frozen=True, forbid_unknown_fields=True):
    """When a pop-up shows itself: whichever of these comes first; without any of them at once.

    delay     seconds on the page
    scroll    how far the page was scrolled, in percent
    leaving   the pointer leaves the page at the top
    urls      globs of the pages on which it may; none for all
    once      how often for one person: once, once a visit, or on each page until it is filled in
    """

    delay: Seconds | None = None
    scroll: Annotated[int, Meta(ge=1, le=100)] | None = None
    leaving: bool = False
    urls: Annotated[list[Annotated[str, Meta(min_length=1, max_length=500)]], Meta(max_length=20)] = []
    once: Literal["visitor", "session", "page"] = "visitor"


class Look(Struct, frozen=True, forbid_unknown_fields=True):
    """How a form looks: its accent (the site's where it is empty), its greatest width and its corners in pixels."""

    accent: Annotated[str, Meta(pattern="^(#[0-9a-fA-F]{6})?$")] = ""
    width: Annotated[int, Meta(ge=240, le=960)] = 440
    radius: Annotated[int, Meta(ge=0, le=32)] = 12


class Letter(Struct, frozen=True, forbid_unknown_fields=True):
    """The mail that asks for a confirmation."""

    subject: Text = {}
    text: Text = {}


class NewForm(Struct, frozen=True, forbid_unknown_fields=True):
    """A form to be made. With `double_opt_in` tags, lists and consents wait until the mail was answered."""

    name: str
    fields: list[Field]
    on: bool = True
    title: Text = {}
    intro: Text = {}
    button: Text = {}
    success: Success = Success()
    display: Display = "inline"
    popup: Popup = Popup()
    look: Look = Look()
    double_opt_in: bool = False
    letter: Letter = Letter()
    tags: Annotated[list[str], Meta(max_length=20)] = []
    lists: Annotated[list[Id], Meta(max_length=20)] = []


class FormChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a form. What is absent stays as it is."""

    form: Id
    name: str | UnsetType = UNSET
    fields: list[Field] | UnsetType = UNSET
    on: bool | UnsetType = UNSET
    title: Text | UnsetType = UNSET
    intro: Text | UnsetType = UNSET
    button: Text | UnsetType = UNSET
    success: Success | UnsetType = UNSET
    display: Display | UnsetType = UNSET
    popup: Popup | UnsetType = UNSET
    look: Look | UnsetType = UNSET
    double_opt_in: bool | UnsetType = UNSET
    letter: Letter | UnsetType = UNSET
    tags: Annotated[list[str], Meta(max_length=20)] | UnsetType = UNSET
    lists: Annotated[list[Id], Meta(max_length=20)] | UnsetType = UNSET


class FormRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which form."""

    form: Id


class Form(Struct, frozen=True):
    """A form as the panel shows it.

    views, submissions, confirmed, spam   how often it was shown, filled in and confirmed, and what programs sent
    can_mail   whether mails have a sender, which a double opt-in needs
    """

    id: int
    name: str
    on: bool
    fields: list[Field]
    title: Text
    intro: Text
    button: Text
    success: Success
    display: Display
    popup: Popup
    look: Look
    double_opt_in: bool
    letter: Letter
    tags: list[str]
    lists: list[int]
    views: int
    submissions: int
    confirmed: int
    spam: int
    can_mail: bool
    created: str
    updated: str


@verb(CONTACTS_READ)
async def list_forms(hub: Hub, actor: Actor) -> list[Form]:
    """Return all forms, newest first, with how often each was shown and filled in."""
    scope = Scope(actor.scope.app)
    words = await vocabulary(hub, scope)
    return [await _shown(hub, scope, words, each) for each in reversed(await everything(hub, scope, FORMS))]


@verb(CONTACTS_READ)
async def get_form(hub: Hub, actor: Actor, which: FormRef) -> Form:
    """Return a form. Raises NotFound."""
    scope = Scope(actor.scope.app)
    return await _shown(hub, scope, await vocabulary(hub, scope), await stored_form(hub, scope, which.form))


@verb(FORMS_MANAGE)
async def create_form(hub: Hub, actor: Actor, new: NewForm) -> Form:
    """Make a form. Raises InvalidPayload, naming what does not fit."""
    scope = Scope(actor.scope.app)
    at_most(len(await everything(hub, scope, FORMS)), MOST, "forms")
    now = hub.clock.now()
    document = await _checked(hub, scope, new) | {"id": await hub.ids.next("form"), "created": now, "updated": now}
    batch = Batch(scope)
    batch.insert(FORMS, document)
    batch.insert(FORM_TALLIES, {"id": document["id"], "views": 0, "spam": 0})
    await hub.commit(batch)
    hub.part(Shown).changed(scope.app)
    return await _shown(hub, scope, await vocabulary(hub, scope), document)


@verb(FORMS_MANAGE)
async def change_form(hub: Hub, actor: Actor, change: FormChange) -> Form:
    """Change a form; what was submitted before stays as it was. Raises NotFound, InvalidPayload."""
    scope = Scope(actor.scope.app)
    words = await vocabulary(hub, scope)
    before = await stored_form(hub, scope, change.form)
    given = {name: value for name in NewForm.__struct_fields__ if (value := getattr(change, name)) is not UNSET}
    whole = msgspec.structs.replace(definition_of(words, before), **given)
    batch = Batch(scope)
    fields = await _checked(hub, scope, whole)
    changed = batch.patch(FORMS, before["id"], set=fields | {"updated": hub.clock.now()})
    try:
        after = (await hub.commit(batch))[changed]
    except Missing:
        raise NotFound from None
    hub.part(Shown).changed(scope.app)
    return await _shown(hub, scope, await vocabulary(hub, scope), after)


@verb(FORMS_MANAGE)
async def delete_form(hub: Hub, actor: Actor, which: FormRef) -> None:
    """Delete a form. What people answered stays in their timelines. Raises NotFound."""
    scope = Scope(actor.scope.app)
    await stored_form(hub, scope, which.form)
    batch = Batch(scope)
    batch.delete(FORMS, which.form)
    batch.delete(FORM_TALLIES, which.form)
    await hub.commit(batch)
    hub.part(Shown).changed(scope.app)


async def stored_form(hub: Hub, scope: Scope, id: int) -> Document:
    """Return the stored form. Raises NotFound."""
    document = await hub.store.get(scope, FORMS, id)
    if document is None:
        raise NotFound("There is no form by that id.")
    return document


def definition_of(words: Vocabulary, document: Document) -> NewForm:
    """Return a stored form as it would be made."""
    given: dict[str, Any] = {name: document[name] for name in NewForm.__struct_fields__ if name in document}
    given["tags"] = [tag.name for tag in words.tag_names(document["tags"])]
    given["lists"] = [id for id in document["lists"] if id in words.lists]
    return msgspec.convert(given, NewForm)


class Shown:
    """The forms that are switched on, by application, as long as nobody changes one: every visitor asks for them."""

    CHANNEL = "forms"

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._known: dict[int, list[Document]] = {}
        hub.bus.subscribe(self.CHANNEL, lambda body: self._drop(int(body)))

    async def of(self, scope: Scope) -> list[Document]:
        """Return the forms that are switched on."""
        found = self._known.get(scope.app)
        if found is None:
            found = [each for each in await everything(self._hub, Scope(scope.app), FORMS) if each["on"]]
            self._known[scope.app] = found
        return found

    def changed(self, app: int) -> None:
        """Forget what was read, here and on the other nodes."""
        self._drop(app)
        self._hub.bus.publish(self.CHANNEL, str(app).encode())

    def _drop(self, app: int) -> None:
        self._known.pop(app, None)


async def _checked(hub: Hub, scope: Scope, new: NewForm) -> Document:
    """Return the form as it is stored. Raises InvalidPayload."""
    words = await vocabulary(hub, scope)
    name = checked_name(new.name, 128)
    check_fields(words, new.fields)
    texts = {
        "title": new.title, "intro": new.intro, "button": new.button, "success.text": new.success.text,
        "letter.subject": new.letter.subject, "letter.text": new.letter.text,
    }  # fmt: skip
    for where, text in texts.items():
        check_words(text, where)
    if any("\n" in words or "\r" in words for words in new.letter.subject.values()):
        raise InvalidPayload("`letter.subject` is one line.")
    _check_redirect(new.success.redirect)
    for url in new.popup.urls:
        check_text(url, "popup.urls")
    if new.double_opt_in and not any(field.kind == "email" and field.required for field in new.fields):
        raise InvalidPayload("A double opt-in needs a required field of the kind email, to which the mail goes.")
    unknown = [id for id in new.lists if id not in words.lists]
    if unknown:
        raise InvalidPayload(f"`lists`: there is no list by the id {unknown[0]}.")
    tags = [(await tag_named(hub, scope, tag)).tag.id for tag in dict.fromkeys(new.tags)]
    return msgspec.to_builtins(new) | {"name": name, "tags": tags}


def _check_redirect(address: str) -> None:
    """Raise InvalidPayload unless it is empty or the address of a page: nothing that a browser would run."""
    if not address:
        return
    check_text(address, "success.redirect")
    try:
        parts = urlsplit(address)
        fits = parts.scheme in ("http", "https") and parts.hostname and address.split() == [address]
    except ValueError:
        fits = None
    if not fits:
        raise InvalidPayload("`success.redirect` is an address like https://shop.example/thanks.")


async def _shown(hub: Hub, scope: Scope, words: Vocabulary, document: Document) -> Form:
    id, store = document["id"], hub.store
    tally = await store.get(scope, FORM_TALLIES, id) or {}
    whole = definition_of(words, document)
    return Form(
        id=id, **{name: getattr(whole, name) for name in NewForm.__struct_fields__}, views=tally.get("views", 0),
        submissions=await store.count(scope, SUBMISSIONS, Eq("form", id)),
        confirmed=await store.count(scope, SUBMISSIONS, All((Eq("form", id), Eq("status", "confirmed")))),
        spam=tally.get("spam", 0), can_mail=await hub.part(WayOut).is_open(hub, scope.app),
        created=rfc3339(document["created"]), updated=rfc3339(document["updated"]),
    )  # fmt: skip
