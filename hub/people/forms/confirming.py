"""The second half of a double opt-in: a mail with a signed link, and a page with one button.

Programs that look for malware follow every link of a mail, so opening the link changes nothing; the button does.
"""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import urlencode

from msgspec import Struct

from hub.accounts.applications import application
from hub.accounts.grants import CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.errors import Conflict, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.core.words import words_in
from hub.people.collections import ANSWERED, CONTACTS, FORMS, SUBMISSIONS
from hub.people.contacts import announce_contact, get_contact
from hub.people.editing import change_contact, touched
from hub.people.events import FormConfirmed
from hub.people.forms.fields import Language, said
from hub.people.forms.granting import grant
from hub.people.forms.submissions import submission_of
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq

PATH = "/forms/confirm"
GOOD_FOR = 7 * 86_400_000
"""Milliseconds for which the link of a mail is good."""
_TRIES = 10


class Link(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the address of a mail's link: application, submission, when it ends, and the signature."""

    a: int
    s: int
    e: int
    k: str


class Confirmation(Struct, frozen=True):
    """What a link leads to. `expired` and `gone` can't be confirmed any more."""

    status: Literal["asked", "confirmed", "expired", "gone"]
    language: Language
    company: str
    form: str
    text: str = ""
    redirect: str = ""


class ConfirmSubmission(Struct, frozen=True, forbid_unknown_fields=True):
    """Which submission its contact has confirmed."""

    submission: int


async def letter_for(hub: Hub, scope: Scope, form: Document, submission: Document) -> dict[str, Any]:
    """Return the mail that asks for a confirmation, as a job carries it: texts, the link and until when it is worth sending."""
    language: Language = submission["language"]
    words = words_in(language, "pages")
    company = (await application(hub, scope.app)).name
    now = hub.clock.now()
    ends = now + GOOD_FOR
    link = {
        "a": scope.app,
        "s": submission["id"],
        "e": ends,
        "k": hub.signer.sign("form.confirm", scope.app, submission["id"], ends),
    }
    return {
        "id": hub.ids.token(24).lower(), "contact": submission["contact"], "to": submission["email"], "from": company,
        "at": now, "until": ends, "language": language,
        "subject": said(form["letter"]["subject"], language) or words("confirmSubject", company=company),
        "text": said(form["letter"]["text"], language) or words("confirmText", company=company, form=form["name"]),
        "button": words("confirmButton"), "link": f"{_address(hub)}{PATH}?{urlencode(link)}",
        "after": words("confirmNot", days=GOOD_FOR // 86_400_000),
    }  # fmt: skip


def _address(hub: Hub) -> str:
    """Return where this server is reached: never what a request says, which would let strangers write the link."""
    settings = hub.settings
    return settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"


async def read_link(hub: Hub, link: Link) -> tuple[Confirmation, Document | None]:
    """Return what a link leads to, and the stored submission. Raises NotFound for one that we never made."""
    if not hub.signer.holds(link.k, "form.confirm", link.a, link.s, link.e):
        raise NotFound
    submission = await hub.store.get(Scope(link.a), SUBMISSIONS, link.s)
    company = (await application(hub, link.a)).name
    if submission is None:
        return Confirmation("gone", "en", company, ""), None
    form = await hub.store.get(Scope(link.a), FORMS, submission["form"])
    language: Language = submission["language"]
    status: Literal["asked", "confirmed", "expired", "gone"] = "asked"
    if submission["status"] == "confirmed":
        status = "confirmed"
    elif form is None:
        status = "gone"
    elif link.e <= hub.clock.now():
        status = "expired"
    success: dict[str, Any] = form["success"] if form else {"text": {}, "redirect": ""}
    return Confirmation(
        status, language, company, submission["name"], said(success["text"], language), success["redirect"]
    ), submission


@verb(CONTACTS_WRITE)
async def confirm_submission(hub: Hub, actor: Actor, which: ConfirmSubmission) -> None:
    """Keep that a contact confirmed what it submitted; again is no error. Raises NotFound, Conflict."""
    scope = Scope(actor.scope.app)
    for _ in range(_TRIES):
        submission = await hub.store.get(scope, SUBMISSIONS, which.submission)
        if submission is None:
            raise NotFound
        if submission["status"] != "asked" or await _confirm(hub, scope, submission):
            return
    raise Conflict


async def _confirm(hub: Hub, scope: Scope, submission: Document) -> bool:
    form = await hub.store.get(scope, FORMS, submission["form"])
    if form is None:
        raise NotFound
    contact = await get_contact(hub, scope, submission["contact"])
    batch = Batch(scope)
    batch.guard(SUBMISSIONS, submission["id"], Eq("status", "asked"))
    batch.guard(CONTACTS, contact["id"], Eq("revision", contact["revision"]))
    batch.patch(SUBMISSIONS, submission["id"], set={"status": "confirmed"})
    changes = await grant(hub, batch, contact, form, submission)
    change_contact(hub, batch, contact["id"], changes)
    record = {"id": await hub.ids.next("submission"), "at": hub.clock.now(), "word": "confirmed"}
    shown = {name: submission[name] for name in ("form", "name")}
    batch.append(ANSWERED, contact["id"], record | shown | {"status": "confirmed", "answers": [], "page": ""})
    try:
        await hub.commit(batch)
    except (GuardFailed, Missing):
        return False
    touched(hub, scope, contact["id"], changes)
    after = await get_contact(hub, scope, contact["id"])
    hub.publish(FormConfirmed(app=scope.app, submission=submission_of(submission | {"status": "confirmed"}, after)))
    await announce_contact(hub, scope, after)
    return True
