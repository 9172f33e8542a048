"""Modals and automatic messages in our own API, one line each."""

from __future__ import annotations

from hub.chat.modals import modals, reaching
from hub.doors.api.route import panel_row as _panel

MODALS = [
    _panel("GET",    "modals",                             modals.list_modals),
    _panel("POST",   "modals",                             modals.create_modal, 201),
    _panel("GET",    "modals/{modal}",                     modals.get_modal),
    _panel("PATCH",  "modals/{modal}",                     modals.change_modal),
    _panel("DELETE", "modals/{modal}",                     modals.delete_modal),
    _panel("GET",    "modals/{modal}/reach",               reaching.count_reach),
    _panel("POST",   "modals/{modal}/show",                reaching.show_modal_to_all),
    _panel("POST",   "modals/{modal}/show/{contact}",      reaching.show_modal),
]  # fmt: skip
