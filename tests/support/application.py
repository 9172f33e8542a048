"""What another tenant calls of the application's own verbs."""

from __future__ import annotations

from typing import Any

from hub.accounts.application_settings import ApplicationChange
from hub.accounts.deleting import DeletionOrder
from hub.support.first_hour import Dismissal, StepDone
from tests.support.house import PASSWORD

APPLICATION_INPUTS: dict[str, Any] = {
    "accounts.application_settings.get_application": None,
    "accounts.application_settings.change_application": lambda ids: ApplicationChange(website="https://globex.example"),
    "accounts.application_settings.rotate_identity_secret": None,
    "accounts.deleting.order_deletion": lambda ids: DeletionOrder("Globex", PASSWORD),
    "accounts.deleting.keep_application": None,
    "support.first_hour.get_first_hour": None,
    "support.demo_data.get_demo_data": None,
    "support.demo_data.add_demo_data": None,
    "support.demo_data.remove_demo_data": None,
    "support.first_hour.tick_first_hour": lambda ids: StepDone("look"),
    "support.first_hour.dismiss_first_hour": lambda ids: Dismissal(True),
}
APPLICATION_HARMLESS = {
    "get_application", "change_application", "rotate_identity_secret", "order_deletion", "keep_application",
    "get_demo_data", "add_demo_data", "remove_demo_data", "get_first_hour", "tick_first_hour", "dismiss_first_hour",
}  # fmt: skip
"""They take no id: what they do, they do in the actor's own application."""
