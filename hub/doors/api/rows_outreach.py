"""E-mails and their templates, and who is told when, in our own API, one line each."""

from __future__ import annotations

from hub.accounts import away, telling
from hub.chat import deliveries
from hub.chat.widgets import widgets
from hub.doors.api.route import panel_row as _panel
from hub.outreach import emails, templates
from hub.outreach.inbox import checking as mailbox_checking
from hub.outreach.inbox import mailboxes
from hub.outreach.mail import checking, senders
from hub.outreach.push import mine, setting

OUTREACH = [
    _panel("GET",    "email-templates",                    templates.list_templates),
    _panel("POST",   "email-templates",                    templates.create_template, 201),
    _panel("GET",    "email-templates/{template}",         templates.get_template),
    _panel("PATCH",  "email-templates/{template}",         templates.change_template),
    _panel("DELETE", "email-templates/{template}",         templates.delete_template),
    _panel("GET",    "email-templates/{template}/versions", templates.list_versions),
    _panel("POST",   "email-templates/{template}/preview", emails.preview_template),
    _panel("GET",    "away",                               away.get_away),
    _panel("PUT",    "away",                               away.set_away),
    _panel("GET",    "widgets",                            widgets.list_widgets),
    _panel("POST",   "widgets",                            widgets.create_widget, 201),
    _panel("POST",   "widgets/try",                        widgets.try_widget),
    _panel("GET",    "widgets/{widget}",                   widgets.get_widget),
    _panel("PATCH",  "widgets/{widget}",                   widgets.change_widget),
    _panel("DELETE", "widgets/{widget}",                   widgets.delete_widget),
    _panel("GET",    "deliveries",                         deliveries.list_message_deliveries),
    _panel("POST",   "deliveries/{delivery}/again",        deliveries.send_delivery_again),
    _panel("GET",    "me/notices",                         telling.get_notices),
    _panel("PUT",    "me/notices",                         telling.set_notices),
    _panel("GET",    "hours",                              telling.get_hours),
    _panel("PUT",    "hours",                              telling.set_hours),
    _panel("POST",   "mail/check",                         checking.check_mail),
    _panel("GET",    "mail/senders",                       senders.list_senders),
    _panel("POST",   "mail/senders",                       senders.create_sender, 201),
    _panel("PATCH",  "mail/senders/{sender}",              senders.change_sender),
    _panel("DELETE", "mail/senders/{sender}",              senders.delete_sender),
    _panel("POST",   "mail/senders/{sender}/check",        checking.check_mail, name="check_sender"),
    _panel("GET",    "push",                               mine.get_push),
    _panel("POST",   "push/devices",                       mine.add_push_device, 201),
    _panel("DELETE", "push/devices/{device}",              mine.remove_push_device),
    _panel("POST",   "push/try",                           mine.try_push),
    _panel("GET",    "push/setting",                       setting.get_push_setting),
    _panel("PATCH",  "push/setting",                       setting.change_push_setting),
    _panel("GET",    "mail/mailboxes",                     mailboxes.list_mailboxes),
    _panel("POST",   "mail/mailboxes",                     mailboxes.create_mailbox, 201),
    _panel("POST",   "mail/mailboxes/check",               mailbox_checking.check_mailbox),
    _panel("PATCH",  "mail/mailboxes/{mailbox}",           mailboxes.change_mailbox),
    _panel("DELETE", "mail/mailboxes/{mailbox}",           mailboxes.delete_mailbox),
    _panel("GET",    "mail/mailboxes/{mailbox}/mails",     mailboxes.list_taken),
    _panel("POST",   "emails",                             emails.send_email, 202),
    _panel("GET",    "contacts/{contact}/emails",          emails.list_emails),
]  # fmt: skip
