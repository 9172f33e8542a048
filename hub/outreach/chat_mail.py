"""Chat as e-mail: what a contact missed in the chat, as one mail in the thread of its conversation."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urlsplit

from hub.accounts.applications import application
from hub.chat.fallback import Letter, Missed, Unreachable
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.outreach.mail.mail import Mail, MailRefused
from hub.outreach.mail.sender import message_id
from hub.outreach.mail.sending import can_mail, send_mail
from storage.engine import Document, Scope

_WORDS = {
    "en": {
        "subject": "New messages from {app}", "button": "Answer in the chat",
        "why": "You get this mail because {who} wrote to you in the chat of {app} while you were away.",
        "files": "Files: {names}",
    },
    "pl": {
        "subject": "Nowe wiadomości: {app}", "button": "Odpowiedz na czacie",
        "why": "{app}: na czacie czeka wiadomość ({who}), a nie było Cię na stronie. Dlatego wysyłamy ten e-mail.",
        "files": "Pliki: {names}",
    },
}  # fmt: skip

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>{subject}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:560px;margin:0 auto">
{messages}{button}<p style="font-size:13px;opacity:.75;margin:28px 0 0">{why}</p>
</div></body></html>
"""
_MESSAGE = """<div style="margin:0 0 20px"><p style="margin:0;font-weight:600">{who}</p>\
<p style="margin:4px 0 0;white-space:pre-wrap;overflow-wrap:anywhere">{text}</p></div>
"""
_BUTTON = """<p style="margin:28px 0"><a href="{link}" style="background:#4f46e5;color:#ffffff;padding:12px 20px;\
border-radius:8px;text-decoration:none;font-weight:600">{label}</a></p>
"""


class ChatMail:
    """Reaches whoever has an address, over the sender of the application.

    Who has unsubscribed gets these too: they are answers to what the person wrote, and no newsletter.
    """

    name = "email"

    def works(self, hub: Hub) -> bool:
        """Tell that an installation may have it: whether an application has a sender, `reaches` tells."""
        return True

    async def reaches(self, hub: Hub, scope: Scope, contact: Document) -> bool:
        """Tell whether the person has an address, and the application a sender."""
        return bool(contact.get("email")) and await can_mail(hub, scope.app)

    async def write(self, hub: Hub, scope: Scope, missed: Missed) -> Letter:
        """Return the mail, in the person's language."""
        app = await application(hub, scope.app)
        mail = mail_of(missed, app.id, app.name, language_of(missed.contact, app.locale))
        return Letter(await message_id(hub, app.id, mail.id, mail.at), mail.subject, (app.id, mail))

    async def send(self, hub: Hub, letter: Letter) -> None:
        """Hand the mail to the server. Raises Unreachable where it says no for good."""
        try:
            await send_mail(hub, *letter.content)
        except (MailRefused, InvalidPayload) as error:
            raise Unreachable(str(error)) from None


def language_of(contact: Document, otherwise: str) -> str:
    """Return the language of a mail: that of the person's browser where we speak it, else the application's."""
    spoken = str((contact.get("facts") or {}).get("language") or "").lower()[:2]
    return spoken if spoken in _WORDS else otherwise if otherwise in _WORDS else "en"


def mail_of(missed: Missed, app: int, name: str, language: str) -> Mail:
    """Return what somebody missed as a mail: the same messages always make the same one, with the same id."""
    words: dict[str, Any] = _WORDS[language]
    writers = ", ".join(dict.fromkeys(each["author"]["name"] or name for each in missed.messages))
    subject = words["subject"].format(app=name)
    why = words["why"].format(app=name, who=writers)
    link = _link(missed.contact)
    said = [(each["author"]["name"] or name, _text(each, words)) for each in missed.messages]
    button = _BUTTON.format(link=escape(link), label=escape(words["button"])) if link else ""
    html = _PAGE.format(
        language=language, subject=escape(subject), button=button, why=escape(why),
        messages="".join(_MESSAGE.format(who=escape(who), text=escape(text)) for who, text in said),
    )  # fmt: skip
    text = "\n\n".join(f"{who}:\n{text}" for who, text in said)
    text += f"\n\n{words['button']}:\n{link}" if link else ""
    return Mail(
        f"chat-{app}-{missed.conversation}-{missed.through}", missed.contact["email"], f"{writers[:60]} ({name})",
        f"Re: {subject}" if missed.before else subject, text + f"\n\n-- \n{why}\n", html, language,
        missed.messages[-1]["at"], before=tuple(missed.before),
    )  # fmt: skip


def _text(message: Document, words: dict[str, Any]) -> str:
    names = ", ".join(file["name"] for file in message["attachments"])
    return "\n".join(part for part in (message["text"], words["files"].format(names=names) if names else "") if part)


def _link(contact: Document) -> str:
    """Return the page on which the person was last, where the chat waits for them."""
    url = str((contact.get("page") or {}).get("url") or "")
    return url if urlsplit(url).scheme in ("http", "https") else ""
