"""Chat as e-mail: what a contact missed in the chat, as one mail in the thread of its conversation."""

from __future__ import annotations

from html import escape
from typing import Any

from msgspec.structs import replace

from hub.accounts.applications import application
from hub.chat.channels import ChannelAway, Letter, Missed, Unreachable
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.outreach.inbox.addresses import reply_address
from hub.outreach.inbox.threads import mail_thread
from hub.outreach.mail.mail import Mail, MailLater, MailRefused
from hub.outreach.mail.sender import message_id
from hub.outreach.mail.sending import can_mail, send_mail
from hub.people.passes import chat_link
from hub.people.reachability import may_mail
from hub.people.speaking import language_of
from hub.people.unsubscribing import unsubscribe_headers, unsubscribe_link
from storage.engine import Document, Scope

_WORDS = {
    "en": {
        "subject": "New messages from {app}", "button": "Answer in the chat",
        "why": "You get this mail because {who} wrote to you in the chat of {app} while you were away.",
        "files": "Files: {names}", "earlier": "Earlier", "off": "No more such mails",
        "begun": "You get this mail because {who} wrote to you.",
    },
    "pl": {
        "subject": "Nowe wiadomości: {app}", "button": "Odpowiedz na czacie",
        "why": "{app}: na czacie czeka wiadomość ({who}), a nie było Cię na stronie. Dlatego wysyłamy ten e-mail.",
        "files": "Pliki: {names}", "earlier": "Wcześniej", "off": "Nie chcę takich wiadomości",
        "begun": "Ten e-mail to wiadomość do Ciebie ({who}).",
    },
}  # fmt: skip

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>{subject}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:560px;margin:0 auto">
{messages}{button}{earlier}<p style="font-size:13px;opacity:.75;margin:28px 0 0">{why}{off}</p>
</div></body></html>
"""
_MESSAGE = """<div style="margin:0 0 20px"><p style="margin:0;font-weight:600">{who}</p>\
<p style="margin:4px 0 0;white-space:pre-wrap;overflow-wrap:anywhere">{text}</p></div>
"""
_BUTTON = """<p style="margin:28px 0"><a href="{link}" style="background:#4f46e5;color:#ffffff;padding:12px 20px;\
border-radius:8px;text-decoration:none;font-weight:600">{label}</a></p>
"""
_EARLIER = """<div style="margin:28px 0 0;padding:4px 0 0 16px;border-left:3px solid #c7cbd6;opacity:.8">\
<p style="margin:0 0 12px;font-size:13px">{label}</p>
{messages}</div>
"""
_OFF = """<br><a href="{link}" style="color:inherit">{label}</a>"""


class ChatMail:
    """Reaches whoever has an address, over the sender of the application.

    Who has unsubscribed still gets answers to what they wrote, and no message that answers nothing.
    """

    name = "email"
    patient = True
    elsewhere = False

    async def works(self, hub: Hub, scope: Scope) -> bool:
        """Tell whether there is a sender."""
        return await can_mail(hub, scope.app)

    async def reaches(self, hub: Hub, scope: Scope, missed: Missed) -> bool:
        """Tell whether the person has an address that mail reaches."""
        return may_mail(missed.contact)

    async def write(self, hub: Hub, scope: Scope, missed: Missed, delivery: int) -> Letter:
        """Return the mail, in the person's language: the same messages always make the same one, with the same id."""
        app = await application(hub, scope.app)
        mail = mail_of(hub, missed, app.id, app.name, language_of(missed.contact, app.locale))
        answers = await reply_address(hub, app.id, missed.conversation, ("contact", missed.contact["id"]))
        came = await mail_thread(hub, scope, missed.conversation, mail.at)
        subject = f"Re: {came.subject}" if came.subject else mail.subject
        mail = replace(mail, reply_to=answers, before=(*mail.before, *came.ids), subject=subject)
        return Letter(await message_id(hub, app.id, mail.id, mail.at), mail.subject, mail)

    async def send(self, hub: Hub, scope: Scope, letter: Letter) -> None:
        """Hand the mail to the server. Raises Unreachable where it says no for good, ChannelAway where it may later."""
        try:
            await send_mail(hub, scope.app, letter.content)
        except MailLater as later:
            raise ChannelAway(later.after, str(later)) from None
        except (MailRefused, InvalidPayload) as error:
            raise Unreachable(str(error)) from None


def mail_of(hub: Hub, missed: Missed, app: int, name: str, language: str) -> Mail:
    """Return what somebody missed as a mail."""
    words: dict[str, Any] = _WORDS[language]
    contact, said = missed.contact, missed.messages
    writers = ", ".join(dict.fromkeys(each["author"]["name"] or name for each in said))
    subject = words["subject"].format(app=name)
    why = words["why" if missed.answers else "begun"].format(app=name, who=writers)
    link = chat_link(hub, app, contact["id"], said[-1]["at"])
    off = "" if missed.answers else unsubscribe_link(hub, app, contact["id"], language)
    html = _PAGE.format(
        language=language, subject=escape(subject), why=escape(why), messages=_as_html(said, name, words),
        button=_BUTTON.format(link=escape(link), label=escape(words["button"])),
        earlier=_EARLIER.format(label=words["earlier"], messages=_as_html(missed.earlier, name, words))
        if missed.earlier else "",
        off=_OFF.format(link=escape(off), label=escape(words["off"])) if off else "",
    )  # fmt: skip
    text = f"{_as_text(said, name, words)}\n\n{words['button']}:\n{link}"
    if missed.earlier:
        quoted = _as_text(missed.earlier, name, words).replace("\n", "\n> ")
        text += f"\n\n{words['earlier']}:\n> {quoted}"
    text += f"\n\n-- \n{why}\n" + (f"{words['off']}: {off}\n" if off else "")
    return Mail(
        f"chat-{app}-{missed.conversation}-{missed.through}", contact["email"], f"{writers[:60]} ({name})",
        f"Re: {subject}" if missed.before else subject, text, html, language, said[-1]["at"],
        before=tuple(missed.before), headers=unsubscribe_headers(off) if off else (),
    )  # fmt: skip


def _as_html(messages: list[Document], name: str, words: dict[str, Any]) -> str:
    said = ((each["author"]["name"] or name, _text(each, words)) for each in messages)
    return "".join(_MESSAGE.format(who=escape(who), text=escape(text)) for who, text in said)


def _as_text(messages: list[Document], name: str, words: dict[str, Any]) -> str:
    return "\n\n".join(f"{each['author']['name'] or name}:\n{_text(each, words)}" for each in messages)


def _text(message: Document, words: dict[str, Any]) -> str:
    names = ", ".join(file["name"] for file in message["attachments"])
    # A mail has no button that answers; what leads somewhere leads there from here too.
    links = [f"{each['label']}: {each['url']}" for each in message.get("buttons") or () if "://" in each["url"]]
    parts = (message["text"], words["files"].format(names=names) if names else "", *links)
    return "\n".join(part for part in parts if part)
