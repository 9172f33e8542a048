"""What the other tenant calls the verbs of e-mails with, for the matrix of all verbs (tests/live/test_tenants.py)."""

from __future__ import annotations

from typing import Any

from hub.accounts import away
from hub.accounts.notice_rules import NoticeRules
from hub.accounts.opening import HoursRule
from hub.chat import deliveries
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.outreach import emails, templates
from hub.outreach.mail import checking
from hub.people.unsubscribing import Unsubscribe


async def template_of_acme(hub: Hub, actor: Actor) -> int:
    """Make a template, by the verb; return its id."""
    new = templates.NewTemplate(name="Acme's secret", content="Secret")
    return (await templates.create_template(hub, actor, new)).id


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
    "outreach.mail.checking.check_mail": lambda ids: checking.MailTry("gina@globex.example"),
    "chat.deliveries.list_message_deliveries": lambda ids: deliveries.ListChatDeliveries(ids["conversation"]),
    "chat.deliveries.send_delivery_again": lambda ids: deliveries.ChatDeliveryRef(1),
    "people.unsubscribing.unsubscribe": lambda ids: Unsubscribe(ids["contact"]),
    "accounts.telling.get_notices": None,
    "accounts.telling.set_notices": lambda ids: NoticeRules(delay=5),
    "accounts.telling.get_hours": None,
    "accounts.telling.set_hours": lambda ids: HoursRule(on=True),
    "accounts.away.get_away": None,
    "accounts.away.set_away": lambda ids: away.AwayRule(delay=5),
}
OUTREACH_HARMLESS = {
    "create_template", "check_mail", "get_away", "set_away", "get_notices", "set_notices", "get_hours", "set_hours",
}  # fmt: skip
OUTREACH_EMPTY = {"list_templates"}
