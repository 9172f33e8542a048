"""Links of mails by which somebody who is away says how a conversation was: signed, for one closing alone."""

from __future__ import annotations

from msgspec import Struct

from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.people.speaking import Language

PATH = "/rate"


class RatingLink(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the address: application, rating, language of the mail, and the signature."""

    a: int
    r: int
    k: str
    l: Language = "en"  # noqa: E741


def rating_link(hub: Hub, app: int, rating: int, language: Language) -> str:
    """Return the address of the page on which a rating is given, without a sign-in."""
    return f"{hub.settings.base_url()}{PATH}?a={app}&r={rating}&k={hub.signer.sign('rating', app, rating)}&l={language}"


def check_rating_link(hub: Hub, link: RatingLink) -> None:
    """Return where we made the link. Raises NotFound."""
    if not hub.signer.holds(link.k, "rating", link.a, link.r):
        raise NotFound
