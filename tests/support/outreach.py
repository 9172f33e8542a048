"""What the other tenant calls the verbs of e-mails with, for the matrix of all verbs (tests/live/test_tenants.py)."""

from __future__ import annotations

from typing import Any

from hub.accounts import away
from hub.accounts.notice_rules import NoticeRules
from hub.accounts.opening import HoursRule
from hub.chat import deliveries
from hub.chat.widgets import widgets
from hub.chat.widgets.settings import WidgetSettings
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.outreach import emails, templates
from hub.outreach.inbox import checking as mailbox_checking
from hub.outreach.inbox import mailboxes
from hub.outreach.mail import checking, senders
from hub.outreach.push import mine, setting, visitors
from hub.outreach.push.devices import Browser, BrowserKeys
from hub.people.unsubscribing import Unsubscribe
from mobile_push.web_push import new_keys


async def template_of_acme(hub: Hub, actor: Actor) -> int:
    """Make a template, by the verb; return its id."""
    new = templates.NewTemplate(name="Acme's secret", content="Secret")
    return (await templates.create_template(hub, actor, new)).id


async def sender_of_acme(hub: Hub, actor: Actor) -> int:
    """Make a sender of mails, by the verb; return its id."""
    new = senders.NewSender(address="hello@acme.example", host="smtp.acme.example", password="Acme's secret", dkim=[])
    return (await senders.create_sender(hub, actor, new)).id


async def push_device_of_acme(hub: Hub, actor: Actor) -> int:
    """Let a browser of Acme's agent take push messages, by the verb; return its id."""
    browser = Browser("https://push.example/acme", BrowserKeys(new_keys().public, "A" * 22))
    return (await mine.add_push_device(hub, actor, browser)).id


async def mailbox_of_acme(hub: Hub, actor: Actor) -> int:
    """Add a mailbox that is switched off, by the verbs; return its id."""
    new = mailboxes.NewMailbox("support@acme.example", "127.0.0.1", "acme", "secret", port=1)
    made = await mailboxes.create_mailbox(hub, actor, new)
    await mailboxes.change_mailbox(hub, actor, mailboxes.MailboxChange(made.id, on=False))
    return made.id


async def widget_of_acme(hub: Hub, actor: Actor) -> int:
    """Make a widget by the verbs; return its id."""
    return (await widgets.create_widget(hub, actor, widgets.NewWidget(name="Acme's secret widget"))).id


OUTREACH_INPUTS: dict[str, Any] = {
    "outreach.templates.create_template": lambda ids: templates.NewTemplate(name="Theirs", content="x"),
    "outreach.templates.change_template": lambda ids: templates.TemplateChange(template=ids["template"], name="Theirs"),
    "outreach.templates.delete_template": lambda ids: templates.TemplateRef(ids["template"]),
    "outreach.templates.get_template": lambda ids: templates.TemplateRef(ids["template"]),
    "outreach.templates.list_templates": lambda ids: templates.TemplateList(),
    "outreach.templates.list_versions": lambda ids: templates.TemplateRef(ids["template"]),
    "outreach.emails.send_email": lambda ids: emails.SendEmail(contacts=[ids["contact"]], subject="x", content="x"),
    "outreach.emails.preview_template": lambda ids: emails.Preview(ids["template"]),
    "outreach.emails.list_emails": lambda ids: emails.EmailsOf(ids["contact"]),
    "chat.deliveries.list_message_deliveries": lambda ids: deliveries.ListChatDeliveries(ids["conversation"]),
    "chat.deliveries.send_delivery_again": lambda ids: deliveries.ChatDeliveryRef(1),
    "chat.widgets.widgets.list_widgets": None,
    "chat.widgets.widgets.get_widget": lambda ids: widgets.WidgetRef(ids["widget"]),
    "chat.widgets.widgets.create_widget": lambda ids: widgets.NewWidget(name="Globex's own"),
    "chat.widgets.widgets.change_widget": lambda ids: widgets.WidgetChange(widget=ids["widget"], name="Theirs"),
    "chat.widgets.widgets.delete_widget": lambda ids: widgets.WidgetRef(ids["widget"]),
    "chat.widgets.widgets.try_widget": lambda ids: widgets.WidgetTry(WidgetSettings(form=ids["form"])),
    "people.unsubscribing.unsubscribe": lambda ids: Unsubscribe(ids["contact"]),
    "outreach.mail.checking.check_mail": lambda ids: checking.MailTry("gina@globex.example", ids["mail_sender"]),
    "outreach.mail.senders.list_senders": None,
    "outreach.mail.senders.create_sender": lambda ids: senders.NewSender(
        address="hi@globex.example", host="smtp.globex.example", dkim=[]
    ),
    "outreach.mail.senders.change_sender": lambda ids: senders.SenderChange(sender=ids["mail_sender"], name="Theirs"),
    "outreach.mail.senders.delete_sender": lambda ids: senders.SenderRef(ids["mail_sender"]),
    "outreach.push.mine.get_push": None,
    "outreach.push.mine.add_push_device": lambda ids: Browser(
        f"https://push.example/{ids['app']}", BrowserKeys(new_keys().public, "A" * 22)
    ),
    "outreach.push.mine.remove_push_device": lambda ids: mine.DeviceRef(ids["push_device"]),
    "outreach.push.mine.try_push": lambda ids: mine.PushTry("https://push.example/acme", "abcdefgh"),
    "outreach.push.setting.get_push_setting": None,
    "outreach.push.setting.change_push_setting": lambda ids: setting.PushChange(visitors=True),
    "outreach.push.visitors.allow_push": lambda ids: Browser(
        "https://push.example/acme", BrowserKeys(new_keys().public, "A" * 22)
    ),
    "outreach.push.visitors.stop_push": lambda ids: visitors.Endpoint("https://push.example/acme"),
    "outreach.inbox.mailboxes.list_mailboxes": None,
    "outreach.inbox.mailboxes.create_mailbox": lambda ids: mailboxes.NewMailbox(
        "x@globex.example", "127.0.0.1", "x", "x"
    ),
    "outreach.inbox.mailboxes.change_mailbox": lambda ids: mailboxes.MailboxChange(ids["mailbox"], on=True),
    "outreach.inbox.mailboxes.delete_mailbox": lambda ids: mailboxes.MailboxRef(ids["mailbox"]),
    "outreach.inbox.mailboxes.list_taken": lambda ids: mailboxes.MailboxRef(ids["mailbox"]),
    "outreach.inbox.checking.check_mailbox": lambda ids: mailbox_checking.MailboxTry(ids["mailbox"]),
    "accounts.telling.get_notices": None,
    "accounts.telling.set_notices": lambda ids: NoticeRules(delay=5),
    "accounts.telling.get_hours": None,
    "accounts.telling.set_hours": lambda ids: HoursRule(on=True),
    "accounts.away.get_away": None,
    "accounts.away.set_away": lambda ids: away.AwayRule(delay=5),
}
OUTREACH_HARMLESS = {
    "create_template", "create_sender", "create_mailbox", "get_away", "set_away", "get_push", "add_push_device",
    "try_push", "get_push_setting", "change_push_setting", "stop_push", "get_notices", "set_notices", "get_hours",
    "set_hours", "create_widget", "list_widgets",
}  # fmt: skip
OUTREACH_EMPTY = {"list_templates", "list_senders", "list_mailboxes"}
