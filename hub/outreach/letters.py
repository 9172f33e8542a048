"""Mails with one thing to do: some words, a button, and a line below it. Sent by a job, so none is lost."""

from __future__ import annotations

from html import escape
from typing import Any

from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.jobs import Later
from hub.outreach.mail.mail import Mail, MailLater, MailRefused
from hub.outreach.mail.sending import can_mail, send_mail
from storage.engine import Scope

LETTER = "outreach.letter"
_WAIT = 30_000
"""Milliseconds after which a mail that waits for a mail server looks again whether there is one."""

_WORTH = 7 * 86_400_000
"""Milliseconds for which a letter is worth sending, where a job of an earlier version does not say when it was ordered."""

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>{subject}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:520px;margin:0 auto">
<p>{text}</p>
<p style="margin:28px 0"><a href="{link}" style="background:#4f46e5;color:#ffffff;padding:12px 20px;border-radius:8px;\
text-decoration:none;font-weight:600">{button}</a></p>
<p style="font-size:13px;opacity:.75">{after}</p>
<p style="font-size:13px;opacity:.75;word-break:break-all">{link}</p>
</div></body></html>
"""


async def send_letter(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Send a letter (a job). Without a mail server it waits, until it is not worth sending any more."""
    now = hub.clock.now()
    if payload["until"] <= now:
        hub.log.warning("a mail was not sent in time", contact=payload["contact"])
        return
    if not await can_mail(hub, scope.app):
        raise Later(_WAIT)
    try:
        await send_mail(hub, scope.app, mail_of(payload))
    except (MailRefused, InvalidPayload) as error:
        hub.log.warning("a mail was refused", contact=payload["contact"], error=str(error))
    except MailLater as later:
        hub.log.warning("a mail waits for the mail server", contact=payload["contact"], error=str(later))
        tries = payload.get("tries", 0)
        raise Later(later.wait(tries), tries=tries + 1) from None


def mail_of(letter: dict[str, Any]) -> Mail:
    """Return a letter as a mail, its words as text and escaped as HTML."""
    words = {name: escape(str(letter[name])) for name in ("language", "subject", "button", "link", "after")}
    html = _PAGE.format(**words, text=escape(letter["text"]).replace("\n", "<br>"))
    at = letter.get("at") or letter["until"] - _WORTH
    text = f"{letter['text']}\n\n{letter['button']}:\n{letter['link']}\n\n{letter['after']}\n"
    return Mail(letter["id"], letter["to"], letter["from"], letter["subject"], text, html, letter["language"], at)
