"""What goes into the calls about users, companies and what an application has named."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from hub.doors.api.usercom import attachments, belongings, companies, emails, named, site_views, tickets, users
from hub.doors.api.usercom.rows import Handler
from hub.doors.api.usercom.told import crm_bodies
from hub.doors.api.usercom.told.fields import Own, attributes_body
from hub.doors.api.usercom.told.versioned import Id, Moment
from hub.people.standard import TYPES

Name = Annotated[str, Meta(min_length=1, max_length=255)]
_TAGS = {"tags": list[Name] | None}
_PHONES = {"phone_numbers": list[str] | None}

User = attributes_body(
    "contact", "UserBody", "Fields of a user. Any other name is an attribute of the application's own.",
    {"company": Own | None, **_TAGS},
)  # fmt: skip
Values = attributes_body(
    "contact", "ValuesBody", "Attributes of a user with their values, by either of their names.", {},
)  # fmt: skip
NewCompany = attributes_body(
    "company", "NewCompany", "A company. Any other name is an attribute of the application's own.", {**_PHONES, **_TAGS},
    ("name",),
)  # fmt: skip
CompanyValues = attributes_body(
    "company", "CompanyValuesBody", "Attributes of a company with their values, by either of their names.", {},
)  # fmt: skip
Company = attributes_body(
    "company", "CompanyBody", "What changes of a company. Any other name is an attribute of the application's own.",
    {**_PHONES, **_TAGS},
)  # fmt: skip


class TagNameBody(Struct):
    """The name of a tag."""

    name: Name


class TagNamesBody(Struct):
    """The names of tags."""

    tag_names: Annotated[list[Name], Meta(max_length=100)]


class ListOfUser(Struct):
    """Which list."""

    list: Id


class OneAttribute(Struct):
    """An attribute, by either of its names, and its value."""

    attribute: Name
    value: Any = None


class AttributeName(Struct):
    """An attribute, by either of its names."""

    attribute: Name


class Merging(Struct):
    """Whose values come first, and who is merged into it; `user_list` does as well."""

    parent: Id
    users_list: Annotated[list[Id], Meta(min_length=1)]


class ManyUsers(Struct):
    """An attribute that is set of many users."""

    ids: Annotated[list[Id], Meta(min_length=1, max_length=1000)]
    attribute: Name
    value: Any = None


class WhichUser(Struct, kw_only=True):
    """A user: by our id, by its key or by the client's own id. In the first version `client` is our id."""

    user_id: Id | str | None = None
    client: Id | None = None
    user_key: str | None = None
    user_custom_id: Own | None = None


class Event(Struct, kw_only=True):
    """An event; `timestamp` is UNIX seconds."""

    name: Annotated[str, Meta(min_length=1, max_length=128)]
    timestamp: int | None = None
    data: dict[str, Any] | None = None


class EventOfUser(Event, kw_only=True):
    """An event and whose it is; in the first version `client` is our id of the user."""

    user_id: Id | str | None = None
    client: Id | None = None
    user_key: str | None = None
    user_custom_id: Own | None = None


class NewListBody(Struct):
    """A list."""

    name: Annotated[str, Meta(min_length=1, max_length=128)]
    description: Annotated[str, Meta(max_length=1000)] = ""


class ListBody(Struct):
    """What changes of a list."""

    name: Annotated[str, Meta(max_length=1000)] | None = None
    description: Annotated[str, Meta(max_length=1000)] | None = None


class NewAttributeBody(Struct):
    """An attribute; `choices` has to be there for the type `fixed`."""

    value_type: Literal[TYPES] | int  # type: ignore[valid-type]
    name: Annotated[str, Meta(min_length=1, max_length=32)]
    content_type: Literal["clientuser", "user", "company", "deal", "activity", "product", "ticket"] | int
    choices: list[str] | None = None
    allow_multiple_choices: bool | None = None


class AttributeBody(Struct):
    """What changes of an attribute."""

    name: Annotated[str, Meta(max_length=32)] | None = None
    choices: list[str] | None = None


class FileForm(Struct):
    """A form with a file."""

    file: Annotated[str, Meta(extra_json_schema={"format": "binary"})]


class SiteViewBody(Struct):
    """A page that a user opened; `client_user` is the key of the user."""

    client_user: str
    page_domain: Name
    page_path: str = ""
    timestamp: Moment | int | None = None


class NewTemplateBody(Struct):
    """A template in Liquid."""

    name: Annotated[str, Meta(min_length=1, max_length=254)]
    content: Annotated[str, Meta(min_length=1)]
    subject: Annotated[str, Meta(max_length=998)] = ""


class TemplateBody(Struct):
    """What changes of a template."""

    name: str = ""
    content: str = ""
    subject: str = ""


class Reader(Struct):
    """As whom the template is read; without one, as somebody of whom nothing is known."""

    user_id: Id | None = None


class Mail(Struct):
    """An e-mail: a template, or a subject and HTML. `receivers` are ids of users, separated by commas or a list."""

    receivers: str | list[Id]
    subject: str = ""
    content: str = ""
    template: Id | None = None
    author: Id | str | None = None
    custom_sender: str = ""


BODIES: dict[Handler, Any] = {
    users.create: User, users.update: User, users.update_or_create: User, users.merge: Merging,
    users.update_many: ManyUsers,
    belongings.add_tag: TagNameBody, belongings.remove_tag: TagNameBody, belongings.add_many_tags: TagNamesBody,
    belongings.add_to_list: ListOfUser, belongings.remove_from_list: ListOfUser,
    belongings.set_attribute: OneAttribute, belongings.set_multiple_attributes: Values,
    belongings.remove_attribute: AttributeName,
    companies.create: NewCompany, companies.update: Company, companies.add_tag: TagNameBody, companies.remove_tag: TagNameBody,
    companies.set_attributes: CompanyValues, companies.add_member: WhichUser, companies.remove_member: WhichUser,
    named.create_tag: TagNameBody, named.change_tag: TagNameBody, named.create_list: NewListBody, named.change_list: ListBody,
    named.add_list_user: WhichUser, named.remove_list_user: WhichUser,
    named.create_attribute: NewAttributeBody, named.change_attribute: AttributeBody, named.create_event: EventOfUser,
    attachments.create: FileForm, site_views.create: SiteViewBody,
    tickets.create: crm_bodies.NewTicketBody, tickets.update: crm_bodies.TicketBody,
    emails.create_template: NewTemplateBody, emails.change_template: TemplateBody, emails.render_template: Reader,
    emails.send: Mail,
} | crm_bodies.BODIES  # fmt: skip
"""Which call takes what."""
FORMS = {attachments.create}
"""Calls whose body is a form with a file."""


def body_of(handler: Handler, path: str) -> Any:
    """Return what a call takes, or None: an event says whose it is where the path does not."""
    found = BODIES.get(handler)
    return Event if found is EventOfUser and "{" in path else found
