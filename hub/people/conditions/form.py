"""A contact submitted a form."""

from __future__ import annotations

from hub.people.conditions.base import World, condition
from hub.people.conditions.counted import Happened


@condition("form")
class SubmittedForm(Happened, frozen=True, kw_only=True):
    """Which form; without one, any."""

    form: int | None = None

    def key(self, world: World) -> str:
        """Return the count of the form, or of all."""
        return "form" if self.form is None else f"form:{self.form}"
