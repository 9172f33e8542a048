"""Calls around conversations, one line each: files, page views, tickets."""

from __future__ import annotations

from hub.doors.api.usercom import attachments, site_views, tickets
from hub.doors.api.usercom.rows import Row

ROWS: list[Row] = [
    ("POST",   "/attachments/",  attachments.create, "Upload a file for a message", 201),
    ("POST",   "/site-views/",   site_views.create,  "Keep that a user opened a page", 201),
    ("POST",   "/tickets/",      tickets.create,     "Make a ticket", 201),
    ("GET",    "/tickets/",      tickets.list_all,   "List tickets", 200),
    ("GET",    "/tickets/{id}/", tickets.get,        "Get a ticket", 200),
    ("PUT",    "/tickets/{id}/", tickets.update,     "Change a ticket", 200),
    ("PATCH",  "/tickets/{id}/", tickets.update,     "Change a ticket", 200),
    ("DELETE", "/tickets/{id}/", tickets.delete,     "Delete a ticket", 204),
]  # fmt: skip
