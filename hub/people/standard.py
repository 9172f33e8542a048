"""The attributes that everybody has, by the names that User.com gives them, and where the document keeps them."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

Subject = Literal["contact", "company", "deal", "activity", "product", "ticket"]
ValueType = Literal["string", "integer", "float", "boolean", "date", "datetime", "fixed", "json"]
KeptType = ValueType | Literal["decimal"]
"""Money is exact: only standard attributes are of the type decimal."""

SUBJECTS: tuple[Subject, ...] = get_args(Subject)
TYPES: tuple[ValueType, ...] = get_args(ValueType)

GENDERS = ("unknown", "male", "female")
STATUSES = ("visitor", "user")
"""In the order of User.com's codes, which begin at 1."""
DEAL_STATUSES = ("abandoned", "in_progress", "won", "lost", "archived")
"""In the order of User.com's codes, which begin at 0 (`usercom-wire`, section 6)."""
TICKET_STATUSES = ("draft", "active", "closed", "archived")


class Attribute(Struct, frozen=True):
    """Something that may be known of a subject. A standard one has the id 0.

    path       the field of the document
    writable   whether somebody may set it; the others follow from what happens
    longest    most characters of a text
    """

    id: int
    subject: Subject
    name: str
    std: str
    type: KeptType
    path: str
    choices: tuple[str, ...] = ()
    multiple: bool = False
    writable: bool = True
    longest: int = 4096


def _standard(subject: Subject, std: str, type: KeptType, name: str = "", **more: object) -> Attribute:
    path = str(more.pop("path", std))
    return Attribute(0, subject, name or std.replace("_", " ").capitalize(), std, type, path, **more)  # type: ignore[arg-type]


def _seen(std: str, type: ValueType, path: str, name: str = "") -> Attribute:
    return _standard("contact", std, type, name, path=path, writable=False)


_CONTACT = [
    _standard("contact", "email", "string", "E-mail", longest=254),
    _standard("contact", "custom_id", "string", "Custom id", longest=255),
    _standard("contact", "name", "string", longest=254),
    _standard("contact", "first_name", "string", longest=40),
    _standard("contact", "last_name", "string", longest=40),
    _standard("contact", "phone_number", "string", longest=64),
    _standard("contact", "gender", "fixed", choices=GENDERS),
    _standard("contact", "status", "fixed", choices=STATUSES),
    _standard("contact", "score", "integer"),
    _standard("contact", "city", "string", longest=64),
    _standard("contact", "region", "string", longest=64),
    _standard("contact", "country", "string", longest=64),
    _standard("contact", "timezone", "string", "Time zone", longest=64),
    _standard("contact", "unsubscribed", "boolean"),
    _standard("contact", "notifications", "boolean"),
    _standard("contact", "assigned_to", "integer", "Assigned to"),
    _standard("contact", "facebook_url", "string", "Facebook", longest=2048),
    _standard("contact", "linkedin_url", "string", "LinkedIn", longest=2048),
    _standard("contact", "twitter_url", "string", "Twitter", longest=2048),
    _standard("contact", "google_url", "string", "Google", longest=2048),
    _standard("contact", "gravatar_url", "string", "Gravatar", longest=2048),
    _seen("page_views", "integer", "page_views"),
    _seen("first_seen", "datetime", "first_seen"),
    _seen("last_seen", "datetime", "last_seen"),
    _seen("last_contacted", "datetime", "last_contacted"),
    _seen("created_at", "datetime", "created", "Created"),
    _seen("updated_at", "datetime", "updated", "Updated"),
    _seen("browser", "string", "facts.browser"),
    _seen("os_type", "string", "facts.os", "Operating system"),
    _seen("device", "string", "facts.device"),
    _seen("resolution", "string", "facts.screen", "Screen"),
    _seen("browser_language", "string", "facts.language", "Language of the browser"),
    *(
        _seen(f"{when}_touch_{what}", "string", f"facts.{when}_touch.{what}", f"{when.capitalize()} touch: {what}")
        for when in ("first", "last")
        for what in ("source", "medium", "campaign")
    ),
]
_COMPANY = [
    _standard("company", "name", "string", longest=254),
    _standard("company", "custom_id", "string", "Custom id", longest=255),
    _standard("company", "email", "string", "E-mail", longest=254),
    _standard("company", "address", "string", longest=512),
    _standard("company", "postal_code", "string", longest=32),
    _standard("company", "city", "string", longest=64),
    _standard("company", "region", "string", longest=64),
    _standard("company", "country", "string", longest=64),
    _standard("company", "description", "string"),
    _standard("company", "category", "string", longest=254),
    _standard("company", "size", "string", longest=64),
    _standard("company", "phone_numbers", "json"),
    _standard("company", "created_at", "datetime", "Created", path="created", writable=False),
    _standard("company", "updated_at", "datetime", "Updated", path="updated", writable=False),
]


def _fact(subject: Subject, std: str, type: KeptType, path: str = "", **more: object) -> Attribute:
    """A field of the CRM: its verbs set it, by rules of its own; conditions ask about it."""
    return _standard(subject, std, type, str(more.pop("name", "")), path=path or std, writable=False, **more)


def _dated(subject: Subject) -> list[Attribute]:
    return [_fact(subject, "created_at", "datetime", "created", name="Created"),
            _fact(subject, "updated_at", "datetime", "updated", name="Updated")]  # fmt: skip


_DEAL = [
    _fact("deal", "name", "string"),
    _fact("deal", "custom_id", "string", name="Custom id"),
    _fact("deal", "value", "decimal"),
    _fact("deal", "currency", "string"),
    _fact("deal", "pipeline", "integer"),
    _fact("deal", "stage", "integer"),
    _fact("deal", "status", "fixed", choices=DEAL_STATUSES),
    _fact("deal", "assigned_to", "integer", "assignee", name="Assigned to"),
    _fact("deal", "loss_reason", "integer", name="Loss reason"),
    _fact("deal", "expected_close_date", "date", "expected_close", name="Expected close"),
    _fact("deal", "won_at", "datetime", name="Won"),
    _fact("deal", "lost_at", "datetime", name="Lost"),
    *_dated("deal"),
]
_ACTIVITY = [
    _fact("activity", "name", "string"),
    _fact("activity", "custom_id", "string", name="Custom id"),
    _fact("activity", "activity_type", "integer", "type", name="Type"),
    _fact("activity", "due_date", "datetime", "due", name="Due"),
    _fact("activity", "done", "boolean"),
    _fact("activity", "assigned_to", "integer", "assignee", name="Assigned to"),
    *_dated("activity"),
]
_PRODUCT = [
    _standard("product", "name", "string", longest=254),
    _standard("product", "custom_id", "string", "Custom id", longest=255),
    _standard("product", "price", "decimal"),
    *_dated("product"),
]
_TICKET = [
    _fact("ticket", "name", "string"),
    _fact("ticket", "custom_id", "string", name="Custom id"),
    _fact("ticket", "status", "fixed", choices=TICKET_STATUSES),
    _fact("ticket", "priority", "integer"),
    _fact("ticket", "due_date", "datetime", "due", name="Due"),
    _fact("ticket", "assigned_to", "integer", "assignee", name="Assigned to"),
    *_dated("ticket"),
]

STANDARD: dict[Subject, list[Attribute]] = {
    "contact": _CONTACT, "company": _COMPANY, "deal": _DEAL, "activity": _ACTIVITY, "product": _PRODUCT, "ticket": _TICKET,
}  # fmt: skip
"""subject → its standard attributes"""
