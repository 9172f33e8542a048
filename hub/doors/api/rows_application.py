"""The application itself in our own API, one line each: its settings and its end, and fault reports to the operator."""

from __future__ import annotations

from hub.accounts import application_settings, deleting
from hub.doors.api.route import panel_row as _panel
from hub.support import demo_data, faults, first_hour, operating, terms

APPLICATION = [
    _panel("GET",    "application",                        application_settings.get_application, name="get_application_settings"),
    _panel("PATCH",  "application",                        application_settings.change_application),
    _panel("POST",   "application/secret",                 application_settings.rotate_identity_secret, 201),
    _panel("POST",   "application/deletion",               deleting.order_deletion, 202),
    _panel("DELETE", "application/deletion",               deleting.keep_application, name="keep_application"),
    _panel("GET",    "demo-data",                          demo_data.get_demo_data),
    _panel("POST",   "demo-data",                          demo_data.add_demo_data, 202),
    _panel("DELETE", "demo-data",                          demo_data.remove_demo_data),
    _panel("GET",    "first-hour",                         first_hour.get_first_hour),
    _panel("POST",   "first-hour/steps",                   first_hour.tick_first_hour),
    _panel("PUT",    "first-hour/dismissed",               first_hour.dismiss_first_hour),
    _panel("GET",    "faults",                             faults.list_faults),
    _panel("POST",   "faults",                             faults.report_fault, 201),
    _panel("GET",    "faults/{fault}",                     faults.get_fault),
    _panel("GET",    "faults/{fault}/screenshot",          faults.get_fault_screenshot),
    _panel("POST",   "faults/{fault}/comments",            faults.comment_fault, 201),
    _panel("GET",    "operator/faults",                    operating.find_faults),
    _panel("PATCH",  "operator/faults/{fault}",            operating.change_fault),
    _panel("POST",   "operator/faults/{fault}/close",      operating.close_fault),
    _panel("GET",    "operator/terms",                     terms.get_support_terms),
    _panel("PUT",    "operator/terms",                     terms.set_support_terms),
    _panel("PUT",    "operator/customers/{application}",   terms.set_support_plan),
]  # fmt: skip
