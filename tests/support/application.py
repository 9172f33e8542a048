"""What another tenant calls of the application's own verbs."""

from __future__ import annotations

from typing import Any

from hub.accounts.application_settings import ApplicationChange
from hub.accounts.deleting import DeletionOrder
from tests.support.house import PASSWORD

APPLICATION_INPUTS: dict[str, Any] = {
    "accounts.application_settings.get_application": None,
    "accounts.application_settings.change_application": lambda ids: ApplicationChange(website="https://globex.example"),
    "accounts.application_settings.rotate_identity_secret": None,
    "accounts.deleting.order_deletion": lambda ids: DeletionOrder("Globex", PASSWORD),
    "accounts.deleting.keep_application": None,
}
APPLICATION_HARMLESS = {
    "get_application", "change_application", "rotate_identity_secret", "order_deletion", "keep_application",
}  # fmt: skip
"""They take no id: what they do, they do in the actor's own application."""
