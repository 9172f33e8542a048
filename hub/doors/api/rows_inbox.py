"""The REST calls by which the team keeps its conversations in order."""

from __future__ import annotations

from hub.chat import combining
from hub.chat.inbox import bulk, labels, marking, searching, views
from hub.chat.transcripts import exporting
from hub.doors.api.route import BOTH, Route
from hub.doors.api.route import panel_row as _panel
from hub.doors.api.transcript import download_transcript

INBOX = [
    Route("GET", "/api/app/conversations/{conversation}/transcript", download_transcript,
          "Download a conversation as a text, a page or JSON", by=BOTH, gives=("text/plain", "text/html", "application/json"),
          input=exporting.TranscriptOf),
    _panel("POST",   "conversations/{conversation}/transcript/mail", exporting.mail_transcript),
    _panel("POST",   "conversations/find",               views.find_in_inbox),
    _panel("POST",   "conversations/search",             searching.search_conversations),
    _panel("GET",    "inbox-views",                      views.list_inbox_views),
    _panel("POST",   "inbox-views",                      views.create_inbox_view, 201),
    _panel("GET",    "inbox-views/counts",               views.count_inbox_views),
    _panel("PATCH",  "inbox-views/{view}",               views.change_inbox_view),
    _panel("DELETE", "inbox-views/{view}",               views.delete_inbox_view),
    _panel("POST",   "inbox-operations",                 bulk.change_conversations, 201),
    _panel("GET",    "inbox-operations/{operation}",     bulk.get_inbox_operation),
    _panel("POST",   "inbox-operations/{operation}/cancel", bulk.cancel_inbox_operation),
    _panel("POST",   "inbox-operations/{operation}/undo", bulk.undo_inbox_operation),
    _panel("POST",   "conversations/{conversation}/merge", combining.merge_conversations),
    _panel("PUT",    "conversations/{conversation}/priority", marking.prioritise_conversation),
    _panel("POST",   "conversations/{conversation}/labels", marking.label_conversation),
    _panel("GET",    "conversation-labels",              labels.list_conversation_labels),
    _panel("POST",   "conversation-labels",              labels.create_conversation_label, 201),
    _panel("GET",    "conversation-labels/use",          labels.count_conversation_labels),
    _panel("PATCH",  "conversation-labels/{label}",      labels.change_conversation_label),
    _panel("DELETE", "conversation-labels/{label}",      labels.delete_conversation_label),
    _panel("POST",   "conversation-labels/{label}/merge", labels.merge_conversation_labels),
]  # fmt: skip
