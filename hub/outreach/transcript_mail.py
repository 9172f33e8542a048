"""A conversation as a mail, for its contact or for whom an agent named: sent by a job, so none is lost."""

from __future__ import annotations

import hashlib
from typing import Any

from hub.accounts.applications import application
from hub.chat.transcripts.exporting import transcript_of
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.jobs import Later
from hub.core.words import words_in
from hub.outreach.mail.mail import Mail, MailLater, MailRefused
from hub.outreach.mail.sending import can_mail, send_mail
from hub.people.timeline import remember
from storage.engine import Batch, Scope

MAIL = "outreach.transcript"
MOST = 1000
"""Messages in one mail; of more, the newest ones."""
_WAIT = 30_000
_WORTH = 2 * 86_400_000
"""Milliseconds for which such a mail is worth sending."""


async def send_transcript(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Mail a conversation as it is now (a job), up to where it was when it was asked for."""
    if payload["at"] + _WORTH <= hub.clock.now():
        hub.log.warning("a transcript was not sent in time", conversation=payload["conversation"])
        return
    if not await can_mail(hub, scope.app):
        raise Later(_WAIT)
    mail = await _mail(hub, scope, payload)
    if mail is None:
        return  # erased meanwhile
    word = "sent"
    try:
        await send_mail(hub, scope.app, mail)
    except (MailRefused, InvalidPayload) as error:
        hub.log.warning("a transcript was refused", conversation=payload["conversation"], error=str(error))
        word = "refused"
    except MailLater as later:
        tries = payload.get("tries", 0)
        raise Later(later.wait(tries), tries=tries + 1) from None
    batch = Batch(scope)
    facts = {"name": mail.subject, "conversation": payload["conversation"]}
    await remember(hub, batch, payload["by"], "contact", payload["contact"], "email", word, **facts)
    await hub.commit(batch)


async def _mail(hub: Hub, scope: Scope, payload: dict[str, Any]) -> Mail | None:
    id, through, language = payload["conversation"], payload["through"], payload["language"]
    written = [
        await transcript_of(hub, scope, id, form, language, max(0, through - MOST), through, parts=payload["parts"])
        for form in ("text", "html")
    ]
    if written[0] is None or written[1] is None:
        return None
    app, words = await application(hub, scope.app), words_in(language, "pages")
    whom = hashlib.blake2s(payload["to"].encode(), digest_size=8).hexdigest()
    return Mail(
        f"transcript-{app.id}-{id}-{through}-{whom}", payload["to"], app.name,
        words("transcriptSubject", company=app.name), written[0], written[1], language, payload["at"],
    )  # fmt: skip
