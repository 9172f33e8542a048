"""Calls around conversations, one line each: files, page views, tickets, e-mails."""

from __future__ import annotations

from hub.doors.api.usercom import attachments, emails, site_views, tickets
from hub.doors.api.usercom.rows import Row

TALK_ROWS: list[Row] = [
    ("POST",   "/attachments/",  attachments.create, "Upload a file for a message", 201),
    ("POST",   "/site-views/",   site_views.create,  "Keep that a user opened a page", 201),
    ("POST",   "/tickets/",      tickets.create,     "Make a ticket", 201),
    ("GET",    "/tickets/",      tickets.list_all,   "List tickets", 200),
    ("GET",    "/tickets/{id}/", tickets.get,        "Get a ticket", 200),
    ("PUT",    "/tickets/{id}/", tickets.update,     "Change a ticket", 200),
    ("PATCH",  "/tickets/{id}/", tickets.update,     "Change a ticket", 200),
    ("DELETE", "/tickets/{id}/", tickets.delete,     "Delete a ticket", 204),
    ("GET",    "/email-templates/",               emails.list_templates,  "List e-mail templates", 200),
    ("POST",   "/email-templates/",               emails.create_template, "Make an e-mail template", 201),
    ("GET",    "/email-templates/{id}/",          emails.get_template,    "Get an e-mail template", 200),
    ("PUT",    "/email-templates/{id}/",          emails.change_template, "Change an e-mail template", 200),
    ("PATCH",  "/email-templates/{id}/",          emails.change_template, "Change an e-mail template", 200),
    ("DELETE", "/email-templates/{id}/",          emails.delete_template, "Delete an e-mail template", 204),
    ("GET",    "/email-templates/{id}/versions/", emails.list_versions,   "List the versions of an e-mail template", 200),
    ("POST",   "/email-templates/{id}/render/",   emails.render_template, "Fill an e-mail template in for a user", 200),
    ("POST",   "/emails/send/",                   emails.send,            "Send an e-mail to users", 200),
    ("POST",   "/emails/send-custom-domain/",     emails.send,            "Send an e-mail to users", 200),
    ("GET",    "/users/{user_id}/emails/",        emails.list_emails,     "List the e-mails to a user", 200),
    ("GET",    "/users-by-id/{custom_id}/emails/", emails.list_emails,    "List the e-mails to a user", 200),
]  # fmt: skip
