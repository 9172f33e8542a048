"""What waits for an agent, as an e-mail: the new messages, a button into the panel, one thread for each conversation."""

from __future__ import annotations

from html import escape
from typing import Any

from msgspec.structs import replace

from hub.accounts.team import Team
from hub.chat.channels import ChannelAway, Unreachable
from hub.chat.notice_words import text_of
from hub.chat.notices import Notice
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.outreach.inbox.addresses import reply_address
from hub.outreach.mail.mail import Mail, MailLater, MailRefused
from hub.outreach.mail.sending import can_mail, send_mail
from storage.engine import Scope

_WORDS = {
    "en": {
        "subject": "Conversation with {who}",
        "message": "{who} waits for an answer", "unassigned": "{who} waits, and nobody has the conversation yet",
        "button": "Open the conversation", "file": "Sent a file",
        "why": "You get this because you were not in the panel of {app}. Say in its settings what you are told, and when:",
        "settings": "Notifications",
    },
    "pl": {
        "subject": "Rozmowa: {who}",
        "message": "{who} czeka na odpowiedź", "unassigned": "{who} czeka, a nikt jeszcze nie prowadzi tej rozmowy",
        "button": "Otwórz rozmowę", "file": "Wysłano plik",
        "why": "Wysyłamy to, bo panel ({app}) nie był u Ciebie otwarty. O czym i kiedy Cię powiadamiać, ustawisz tutaj:",
        "settings": "Powiadomienia",
    },
}  # fmt: skip

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>{subject}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:560px;margin:0 auto">
<p style="margin:0 0 20px;font-size:18px;font-weight:600">{title}</p>
{messages}<p style="margin:28px 0"><a href="{link}" style="background:#4f46e5;color:#ffffff;padding:12px 20px;\
border-radius:8px;text-decoration:none;font-weight:600">{button}</a></p>
<p style="font-size:13px;opacity:.75;margin:28px 0 0">{why} <a href="{settings_link}" style="color:inherit">{settings}</a></p>
</div></body></html>
"""
_MESSAGE = """<div style="margin:0 0 16px;padding:0 0 0 12px;border-left:3px solid #4f46e5"><p style="margin:0;font-weight:600">\
{who}</p><p style="margin:4px 0 0;white-space:pre-wrap;overflow-wrap:anywhere">{text}</p></div>
"""


class NoticeMail:
    """Reaches every agent at the address they sign in with, over the sender of the application."""

    name = "email"

    def works(self, hub: Hub) -> bool:
        """Tell that there may be a sender: whether there is one differs from application to application."""
        return True

    async def reaches(self, hub: Hub, scope: Scope, agent: int) -> bool:
        """Tell whether the application has a sender, and the agent is in its team still."""
        return agent in (await hub.part(Team).of(scope.app)).agents and await can_mail(hub, scope.app)

    async def send(self, hub: Hub, scope: Scope, agent: int, notice: Notice) -> str:
        """Hand the mail to the server and return its id.

        Raises Unreachable where it says no for good, ChannelAway where it may take it later.
        """
        team = await hub.part(Team).of(scope.app)
        mail = mail_of(notice, team.name, team.agents[agent].email, hub.settings.base_url())
        mail = replace(mail, reply_to=await reply_address(hub, scope.app, notice.conversation, ("agent", agent)))
        try:
            return await send_mail(hub, scope.app, mail)
        except MailLater as later:
            raise ChannelAway(later.after, str(later)) from None
        except (MailRefused, InvalidPayload) as error:
            raise Unreachable(str(error)) from None


def mail_of(notice: Notice, app: str, to: str, base: str) -> Mail:
    """Return a notice as a mail; the same delivery always makes the same one, with the same id."""
    words: dict[str, Any] = _WORDS[notice.language]
    # Some mail programs keep a thread together by its subject: it is the same for all that is told of a conversation.
    subject = " ".join(words["subject"].format(who=notice.who).split())
    subject = f"Re: {subject}" if notice.before else subject
    title = words[notice.kind].format(who=notice.title) if notice.kind in words else notice.title
    link, settings_link = f"{base}/panel{notice.url}", f"{base}/panel/settings/notices"
    said = [(each["author"]["name"] or notice.title, text_of(each, words["file"])) for each in notice.messages]
    why = words["why"].format(app=app)
    html = _PAGE.format(
        language=notice.language, subject=escape(subject), title=escape(title), link=escape(link), why=escape(why),
        button=escape(words["button"]), settings_link=escape(settings_link), settings=escape(words["settings"]),
        messages="".join(_MESSAGE.format(who=escape(who), text=escape(text)) for who, text in said),
    )  # fmt: skip
    text = "\n\n".join([title, *(f"{who}:\n{text}" for who, text in said), f"{words['button']}:\n{link}"])
    text += f"\n\n-- \n{why}\n{settings_link}\n"
    return Mail(
        f"notice-{notice.delivery}",
        to,
        app,
        subject,
        text,
        html,
        notice.language,
        notice.at,
        before=tuple(notice.before),
    )
