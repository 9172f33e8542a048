"""Calls in our own API, one line each."""

from __future__ import annotations

from hub.calls import log, recordings, rules
from hub.doors.api.route import panel_row as _panel

CALLS = [
    _panel("GET",    "calls",                              log.list_calls),
    _panel("GET",    "calls/{call}",                       log.read_call),
    _panel("GET",    "calls/{call}/recordings",            recordings.list_recordings),
    _panel("DELETE", "call-recordings/{recording}",        recordings.delete_recording),
    _panel("GET",    "call-rules",                         rules.get_call_rules),
    _panel("PUT",    "call-rules",                         rules.set_call_rules),
]  # fmt: skip
