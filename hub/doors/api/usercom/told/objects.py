"""Users, companies and what an application has named, as they come out."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from hub.doors.api.usercom.told.versioned import First, Id, Moment, Second, versioned
from hub.people.standard import GENDERS, STATUSES, TYPES

Gender = Literal[GENDERS]  # type: ignore[valid-type]
Status = Literal[STATUSES]  # type: ignore[valid-type]


class AttributeValue(Struct, forbid_unknown_fields=True):
    """An attribute of the application's own with its value, as the first version lists them."""

    name_std: str
    name: str
    value: Any
    id: Id
    description: str
    value_type: int


class Tag(Struct, forbid_unknown_fields=True):
    """A tag."""

    id: Id
    name: str


class NamedList(Struct, forbid_unknown_fields=True):
    """A list of users."""

    id: Id
    name: str
    description: str


class NamedSegment(Struct, forbid_unknown_fields=True):
    """A segment of users."""

    id: Id
    name: str
    description: str


class CompanyOfUser(Struct, forbid_unknown_fields=True):
    """A company that a user belongs to."""

    member_since: Moment | None
    id: Id
    name: str


@versioned("user", flat=True)
class User:
    """A user. In the second version the application's own attributes stand beside the fields, by their `name_std`."""

    id: Id
    key: str
    name: str | None
    email: str | None
    gender: Gender
    status: Status
    phone_number: str | None
    first_seen: Moment | None
    last_seen: Moment | None
    page_views: int
    last_ip: str | None
    timezone: str | None
    city: str | None
    region: str | None
    country: str | None
    unsubscribed: bool
    browser_language: str | None
    score: int
    browser: str | None
    os_type: str | None
    resolution: str | None
    created_at: Moment
    updated_at: Moment
    companies: list[CompanyOfUser]
    attributes: First[list[AttributeValue]]
    gravatar_url: str | None
    lists: list[NamedList]
    tags: list[Tag]
    notifications: bool
    facebook_url: str | None
    linkedin_url: str | None
    twitter_url: str | None
    google_url: str | None
    last_contacted: Moment | None
    custom_id: str | None
    first_name: str | None
    last_name: str | None
    web_push_subscription: bool
    assigned_to: int | None


@versioned("company", flat=True)
class Company:
    """A company. In the second version the application's own attributes stand beside the fields."""

    id: Id
    custom_id: str | None
    name: str
    description: str | None
    email: str | None
    country: str | None
    region: str | None
    city: str | None
    address: str | None
    postal_code: str | None
    approx_employees: First[int | str | None]
    size: Second[str | None]
    category: Second[str | None]
    phone_numbers: list[Any] | None
    attributes: First[list[AttributeValue]]
    employees: Second[list[int]]
    tags: list[Tag]
    extra_data: First[list[Any]]
    member_since: First[Moment | None]
    created_at: Moment
    updated_at: Moment


class AttributeItem(Struct, forbid_unknown_fields=True):
    """An attribute of the application's own: of a `user` in the first version, a `clientuser` in the second.

    `choices` come with those of the type `fixed`.
    """

    id: Id
    name: str
    name_std: str
    value_type: Literal[TYPES]  # type: ignore[valid-type]
    content_type: Literal["user", "clientuser", "company", "deal", "activity", "product", "ticket"]
    choices: list[str] | UnsetType = UNSET
    allow_multiple_choices: bool | UnsetType = UNSET


class AttributeType(Struct, forbid_unknown_fields=True):
    """The type of an attribute."""

    value_type: str


class EventName(Struct, forbid_unknown_fields=True):
    """A name of events."""

    id: Id
    name: str


class KeptEvent(Struct, forbid_unknown_fields=True):
    """An event as it was kept; `created` says that its name is new."""

    id: int
    created: bool


class Upserted(Struct, forbid_unknown_fields=True):
    """Whether it was made, and its id."""

    created: bool
    id: Id


class GivenTag(Struct, forbid_unknown_fields=True):
    """A tag as it was given; `created` says that nobody had it before."""

    created: bool
    tag: Tag


class GivenTags(Struct, forbid_unknown_fields=True):
    """The tags that were given."""

    tags: list[Tag]


class WasDone(Struct, forbid_unknown_fields=True):
    """It was done."""

    success: bool


class Updated(Struct, forbid_unknown_fields=True):
    """It was done to all of them."""

    status: str


class PageVisit(Struct, forbid_unknown_fields=True):
    """A page that a user visited."""

    id: int
    client: Id
    ip_address: str | None
    user_agent: str | None
    browser_family: str | None
    browser_version: str | None
    os_type: str | None
    city: str | None
    country: str | None
    url: str | None
    referer: str | None
    timestamp: Moment
    extra_data: dict[str, Any]
    timezone: str | None
    resolution: str | None


class Item(Struct, forbid_unknown_fields=True):
    """A part of what an event says."""

    key: str
    value: Any


class UserEvent(Struct, forbid_unknown_fields=True):
    """An event of a user."""

    id: int
    client: Id
    timestamp: Moment
    event: str | None
    event_id: int | None
    items: list[Item]


class EntryContent(Struct, forbid_unknown_fields=True):
    """What an entry of a timeline leads to."""

    url: str | None
    title: str | None


class TimelineEntry(Struct, forbid_unknown_fields=True):
    """Something that happened to a user."""

    id: int
    datetime: Moment
    name: str
    content: EntryContent


class SiteViewItem(Struct, forbid_unknown_fields=True):
    """A page view as it was kept."""

    client_user: str | None
    client: Id
    page_domain: str
    page_path: str | None
    timestamp: Moment


class EmailTemplate(Struct, forbid_unknown_fields=True):
    """An e-mail template in one of its versions."""

    id: Id
    name: str
    subject: str
    content: str
    version: int
    created_at: Moment
    updated_at: Moment


class UserEmail(Struct, forbid_unknown_fields=True):
    """An e-mail that a user was sent."""

    id: Id
    status: str
    created_at: Moment
    sent_at: Moment | None
    opened_at: Moment | None
    clicked_at: Moment | None
    subject: str


class SentTogether(Struct, forbid_unknown_fields=True):
    """The id of what was sent together."""

    campaign: Id
