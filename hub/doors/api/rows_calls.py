"""Calls in our own API, one line each."""

from __future__ import annotations

from hub.calls import ice, log, recordings, rules, sounds, wrapping
from hub.calls.carriers import accounts, buying, numbers
from hub.calls.phone import lines
from hub.doors.api import transfer
from hub.doors.api.route import BOTH, Route
from hub.doors.api.route import panel_row as _panel

CALLS = [
    _panel("GET",    "calls",                              log.list_calls),
    _panel("GET",    "calls/{call}",                       log.read_call),
    _panel("GET",    "calls/{call}/recordings",            recordings.list_recordings),
    _panel("DELETE", "call-recordings/{recording}",        recordings.delete_recording),
    _panel("PATCH",  "calls/{call}",                       wrapping.wrap_up_call),
    _panel("GET",    "call-servers",                       ice.list_ice_servers),
    _panel("GET",    "call-rules",                         rules.get_call_rules),
    _panel("PUT",    "call-rules",                         rules.set_call_rules),
    _panel("GET",    "call-sounds",                        sounds.list_call_sounds),
    Route("PUT", "/api/app/call-sounds/{kind}", transfer.upload_sound, "Let calls play the file in the body from now on", bytes,
          sounds.CallSound, query={"name": "name of the file"}, input=sounds.CallSoundOf, takes="application/octet-stream",
          by=BOTH),
    _panel("DELETE", "call-sounds/{kind}",                 sounds.remove_call_sound),
    _panel("GET",    "phone-account",                      accounts.get_phone_account),
    _panel("PUT",    "phone-account",                      accounts.connect_phone),
    _panel("PATCH",  "phone-account",                      accounts.change_phone_limits),
    _panel("DELETE", "phone-account",                      accounts.disconnect_phone),
    _panel("POST",   "phone-account/check",                accounts.check_phone_account),
    _panel("GET",    "phone-account/numbers",              numbers.list_carrier_numbers),
    _panel("GET",    "phone-numbers",                      numbers.list_phone_numbers),
    _panel("POST",   "phone-numbers",                      buying.buy_phone_number, 201),
    _panel("GET",    "phone-numbers/search",               numbers.search_phone_numbers),
    _panel("POST",   "phone-numbers/take",                 buying.take_phone_number, 201),
    _panel("GET",    "phone-numbers/{number}",             numbers.get_phone_number),
    _panel("PATCH",  "phone-numbers/{number}",             numbers.change_phone_number),
    _panel("DELETE", "phone-numbers/{number}",             numbers.release_phone_number),
    _panel("GET",    "phone-lines",                        lines.list_phone_lines),
    _panel("POST",   "phone-lines",                        lines.create_phone_line, 201),
    _panel("PATCH",  "phone-lines/{line}",                 lines.change_phone_line),
    _panel("DELETE", "phone-lines/{line}",                 lines.delete_phone_line),
]  # fmt: skip
