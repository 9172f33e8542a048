"""E-mails and their templates, and who is told when, in our own API, one line each."""

from __future__ import annotations

from hub.accounts import away, telling
from hub.chat import deliveries
from hub.doors.api.route import panel_row as _panel
from hub.outreach import emails, templates
from hub.outreach.mail import checking

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
    _panel("GET",    "deliveries",                         deliveries.list_message_deliveries),
    _panel("POST",   "deliveries/{delivery}/again",        deliveries.send_delivery_again),
    _panel("GET",    "me/notices",                         telling.get_notices),
    _panel("PUT",    "me/notices",                         telling.set_notices),
    _panel("GET",    "hours",                              telling.get_hours),
    _panel("PUT",    "hours",                              telling.set_hours),
    _panel("POST",   "mail/check",                         checking.check_mail),
    _panel("POST",   "emails",                             emails.send_email, 202),
    _panel("GET",    "contacts/{contact}/emails",          emails.list_emails),
]  # fmt: skip
