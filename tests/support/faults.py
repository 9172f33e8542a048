"""A fault as Ada reports it, and what another tenant tries with the reports of Acme."""

from __future__ import annotations

from typing import Any

from hub.support.deadlines import Terms
from hub.support.faults import FaultComment, FaultRef, FaultsOf
from hub.support.operating import FaultChange, FaultClosing, FindFaults
from hub.support.records import FaultDevice, FaultTrace, NewFault
from hub.support.terms import ServiceChange

FAULT = NewFault(
    "f1", "Ada", "Lovelace", "critical", ["widget", "panel"], "2026-11-29T10:00:00Z", "Messages arrive.", "None arrives.",
    "Since noon, in Firefox.", "In Chromium it works.", "502 on the screen", "Conversations since noon",
    FaultDevice("Laptop", "Linux", "6.1", "Firefox 140", "1280×800", "en-GB", "Europe/Warsaw"),
    FaultTrace("https://chat.example/panel/inbox", "first.js", "online", ["TypeError: x"], ["/api/app/views 502 30 ms"]),
)  # fmt: skip

FAULT_INPUTS: dict[str, Any] = {
    "support.faults.report_fault": lambda ids: FAULT,
    "support.faults.list_faults": lambda ids: FaultsOf(),
    "support.faults.get_fault": lambda ids: FaultRef(ids["fault"]),
    "support.faults.get_fault_screenshot": lambda ids: FaultRef(ids["fault"]),
    "support.faults.comment_fault": lambda ids: FaultComment(ids["fault"], "Mine"),
    "support.operating.find_faults": lambda ids: FindFaults(),
    "support.operating.change_fault": lambda ids: FaultChange(ids["fault"], text="Mine"),
    "support.operating.close_fault": lambda ids: FaultClosing(ids["fault"], "a", "b", "c", "d", True, True, True),
    "support.terms.get_support_terms": None,
    "support.terms.set_support_terms": lambda ids: Terms(),
    "support.terms.set_support_plan": lambda ids: ServiceChange(ids["app"], "premium"),
}
FAULT_HARMLESS = {"report_fault", "list_faults"}
