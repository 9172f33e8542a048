"""Words that are filled in for each contact: `{{ user.first_name | default: "there" }}`, as in e-mail templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.rendering import check_template, render
from hub.people.forms.fields import Text
from hub.people.profile import values_of
from hub.people.vocabulary import vocabulary
from storage.engine import Document, Scope

Saying = Callable[[str], str]


def check_variables(text: Text) -> None:
    """Return when the words can be filled in. Raises InvalidPayload."""
    for words in text.values():
        if is_personal(words):
            check_template(words, "text")


def is_personal(words: str) -> bool:
    """Tell whether words are not the same for everybody."""
    return "{{" in words or "{%" in words


def is_for_each(document: Document) -> bool:
    """Tell whether a stored modal says something else to each contact."""
    texts = [words for block in document["blocks"] for field in ("text", "reply") for words in block[field].values()]
    return any(is_personal(words) for words in texts)


async def saying_for(hub: Hub, scope: Scope, contact: Document | None) -> Saying:
    """Return what fills words in for a contact; without one, for somebody of whom nothing is known."""
    words = await vocabulary(hub, scope)
    values: dict[str, Any] = {"user": {} if contact is None else values_of(contact, words)}

    def say(text: str) -> str:
        if not is_personal(text):
            return text
        try:
            return render(text, values, html=False)
        except InvalidPayload:  # it asks for what can't be done with these values
            return ""

    return say
