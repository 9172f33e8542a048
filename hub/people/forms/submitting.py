"""Takes what somebody filled in: once, checked, and all that follows from it in one batch."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from hub.accounts.grants import FORMS_FILL
from hub.core.actor import Actor
from hub.core.errors import Conflict
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import ANSWERED, SUBMISSIONS
from hub.people.contacts import announce_contact, get_contact
from hub.people.editing import at, claim_unique, touched
from hub.people.events import ConfirmationAsked, FormSubmitted
from hub.people.forms.answers import Value, attribute_values, checked_answers
from hub.people.forms.confirming import letter_for
from hub.people.forms.fields import Field, Language, said
from hub.people.forms.forms import Id
from hub.people.forms.granting import grant
from hub.people.forms.showing import fields_of, form_that_is_on
from hub.people.forms.submissions import readable, submission_of
from hub.people.forms.tallies import Tallies
from hub.people.forms.traps import Pace, is_spam
from hub.people.forms.whose import whose
from hub.people.segments.needs import needs_of
from hub.people.tracking.occurrences import change_with
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import fold

_TRIES = 10


class FilledForm(Struct, frozen=True, forbid_unknown_fields=True):
    """A form as somebody filled it in. The client id makes sending it twice the same as once.

    answers   by the key of the field: text, a number, true, or a list of choices
    token     of the form as it was shown
    trap      what stands in the field that people do not see
    page      the address of the page
    """

    form: Id
    client_id: Annotated[str, Meta(min_length=1, max_length=64)]
    token: Annotated[str, Meta(max_length=100)]
    answers: dict[str, Any]
    trap: Annotated[str, Meta(max_length=1000)] = ""
    page: Annotated[str, Meta(max_length=2048)] = ""
    language: Language = "en"


class TakenForm(Struct, frozen=True):
    """What comes next: words of thanks, another page, or (status `asked`) the mail that asks for a confirmation."""

    status: Literal["done", "asked"]
    text: str
    redirect: str


@verb(FORMS_FILL)
async def submit_form(hub: Hub, actor: Actor, filled: FilledForm) -> TakenForm:
    """Take a form that somebody filled in. What a program filled in is answered like that, and not kept.

    Raises NotFound, FormInvalid, InvalidPayload, RateLimited, TokenExpired.
    """
    scope = Scope(actor.scope.app)
    form = await form_that_is_on(hub, scope, filled.form)
    if is_spam(hub, scope.app, form["id"], filled.token, filled.trap):
        hub.part(Tallies).count(scope.app, form["id"], "spam")
        return _taken(form, filled.language)
    who = actor.scope.browser or actor.scope.contact
    if who is not None:
        await hub.part(Pace).take(f"{scope.app}:{'browser' if actor.scope.browser else 'contact'}:{who}")
    words, fields = await vocabulary(hub, scope), fields_of(form)
    answers = checked_answers(fields, filled.answers)
    values = attribute_values(words, fields, answers)
    check_text(filled.page, "page")
    for _ in range(_TRIES):
        if await hub.store.key(scope, "form.client", _client(filled)) is not None:
            return _taken(form, filled.language)  # the answer to the first time was lost
        if await _keep(hub, actor, form, filled, answers, values):
            return _taken(form, filled.language)
    raise Conflict


async def _keep(
    hub: Hub, actor: Actor, form: Document, filled: FilledForm, answers: dict[str, Value], values: dict[str, Any]
) -> bool:
    """Keep a submission with all that follows from it; False where somebody changed something of it at the moment."""
    scope, fields, now = Scope(actor.scope.app), fields_of(form), hub.clock.now()
    email = _address(fields, answers)
    contact, own = await whose(hub, actor, email)
    batch = Batch(scope)
    document: Document = {
        "id": await hub.ids.next("submission"), "form": form["id"], "name": form["name"], "contact": contact["id"],
        "client": _client(filled), "status": "asked" if form["double_opt_in"] else "done",
        "answers": readable(fields, answers, filled.language), "page": filled.page, "language": filled.language,
        "consents": [
            {"purpose": field.purpose, "version": field.version, "label": said(field.label, filled.language)}
            for field in fields if field.kind == "consent" and answers.get(field.key)
        ],
        "email": _address(fields, answers, any_of_them=True), "at": now,
    }  # fmt: skip
    batch.claim("form.client", document["client"], document["id"])
    batch.insert(SUBMISSIONS, document)
    shown = {name: document[name] for name in ("id", "form", "name", "answers", "page", "status", "at")}
    batch.append(ANSWERED, contact["id"], shown | {"word": "submitted"})
    changes = await _changes(hub, scope, contact, own, actor.scope.browser is None and own, values, email)
    await claim_unique(hub, batch, contact, changes)
    if not form["double_opt_in"]:
        changes |= await grant(hub, batch, contact, form, document)
    needs = needs_of(await vocabulary(hub, scope))
    fields_changed = change_with(hub, batch, contact, needs, [("form", now), (f"form:{form['id']}", now)], changes)
    await hub.follow_up(batch, FormSubmitted, {"submission": shown, "contact": contact["id"]})
    if form["double_opt_in"]:
        await hub.follow_up(batch, ConfirmationAsked, await letter_for(hub, scope, form, document))
    try:
        outcome = await hub.commit(batch)
    except (GuardFailed, Missing):
        return False
    if outcome.existing:  # the address went to somebody else, or the same form came twice at once
        return False
    touched(hub, scope, contact["id"], fields_changed)
    after = await get_contact(hub, scope, contact["id"])
    hub.publish(FormSubmitted(app=scope.app, submission=submission_of(document, after)))
    await announce_contact(hub, scope, after)
    return True


async def _changes(
    hub: Hub, scope: Scope, contact: Document, own: bool, proven: bool, values: dict[str, Any], email: str | None
) -> Document:
    """Return the fields of the contact that the answers change: of somebody who is only named, what is not known yet."""
    changes = {
        path: value
        for path, (_, value) in values.items()
        if path != "email" and at(contact, path) != value and (own or at(contact, path) in (None, "", []))
    }
    is_free = email is not None and await hub.store.key(scope, "contact.email", fold(email)) is None
    if email is not None and is_free and (proven or not contact.get("email")):
        changes["email"] = email
    return changes


def _address(fields: list[Field], answers: dict[str, Value], *, any_of_them: bool = False) -> str | None:
    """Return the address that fills the attribute, which says who somebody is; or whichever a mail can go to."""
    found = [field for field in fields if field.kind == "email" and field.key in answers]
    found.sort(key=lambda field: field.attribute is None)
    return str(answers[found[0].key]) if found and (any_of_them or found[0].attribute) else None


def _client(filled: FilledForm) -> str:
    return f"{filled.form}:{filled.client_id}"


def _taken(form: Document, language: Language) -> TakenForm:
    asked: Literal["done", "asked"] = "asked" if form["double_opt_in"] else "done"
    return TakenForm(asked, said(form["success"]["text"], language), form["success"]["redirect"])
