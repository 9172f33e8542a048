"""The REST calls of canned answers and macros, one line each."""

from __future__ import annotations

from hub.chat import canned, canned_csv, drafts, edits, macros, note_edits, running
from hub.chat.previews import previews
from hub.doors.api.route import panel_row as _panel

WRITING = [
    _panel("PATCH",  "conversations/{conversation}/messages/{message}", edits.edit_message),
    _panel("DELETE", "conversations/{conversation}/messages/{message}", edits.delete_message, 200),
    _panel("GET",    "conversations/{conversation}/messages/{message}/history", edits.message_history),
    _panel("GET",    "conversations/{conversation}/messages/{message}/links", previews.link_previews),
    _panel("PATCH",  "conversations/{conversation}/notes/{note}", note_edits.edit_note),
    _panel("DELETE", "conversations/{conversation}/notes/{note}", note_edits.take_back_note, 200),
    _panel("GET",    "conversations/{conversation}/notes/{note}/history", note_edits.note_history),
    _panel("GET",    "me/drafts",                        drafts.list_drafts),
    _panel("PUT",    "conversations/{conversation}/draft", drafts.keep_draft),
    _panel("GET",    "canned-answers",                   canned.list_canned),
    _panel("POST",   "canned-answers",                   canned.create_canned, 201),
    _panel("GET",    "canned-answers/table",             canned_csv.export_canned),
    _panel("POST",   "canned-answers/table",             canned_csv.import_canned, largest=6_000_000),
    _panel("PATCH",  "canned-answers/{answer}",          canned.change_canned),
    _panel("DELETE", "canned-answers/{answer}",          canned.delete_canned),
    _panel("POST",   "canned-answers/{answer}/fill",     canned.fill_canned),
    _panel("GET",    "macros",                           macros.list_macros),
    _panel("POST",   "macros",                           macros.create_macro, 201),
    _panel("PATCH",  "macros/{macro}",                   macros.change_macro),
    _panel("DELETE", "macros/{macro}",                   macros.delete_macro),
    _panel("POST",   "macros/{macro}/run",               running.run_macro),
]  # fmt: skip
