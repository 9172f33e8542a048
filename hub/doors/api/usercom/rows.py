"""Every call of the public API but those of conversations, one line each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from hub.doors.api.usercom import application, belongings, companies, named, users

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Row = tuple[str, str, Handler, str, int]
"""Method, path behind /api/public, handler, what it does, status of success."""

_ONE = ("/users/{user_id}", "/users-by-id/{custom_id}")
_COMPANY = ("/companies/{id}", "/companies-by-id/{custom_id}")


def _twice(of: tuple[str, str], method: str, rest: str, handler: Handler, what: str, status: int = 200) -> list[Row]:
    """The same call by our id and by the client's own."""
    return [(method, f"{base}{rest}", handler, what, status) for base in of]


ROWS: list[Row] = [
    ("GET",    "/application/",              application.get,         "Get the application with its agents", 200),
    ("POST",   "/users/",                    users.create,            "Make a user", 201),
    ("GET",    "/users/",                    users.list_all,          "List users", 200),
    ("POST",   "/users/update_or_create/",   users.update_or_create,  "Change a user or make it", 200),
    ("GET",    "/users/search/",             users.search,            "Find users", 200),
    ("GET",    "/users-by-id/search/",       users.search,            "Find a user by the client's own id", 200),
    ("POST",   "/users/merge/",              users.merge,             "Make one user of several", 200),
    ("PUT",    "/users/mass_update_standard_attributes/", users.update_many, "Set a standard attribute of many users", 200),
    ("PUT",    "/users/mass_update_custom_attributes/",   users.update_many, "Set an own attribute of many users", 200),
    ("PUT",    "/users-by-id/mass_update_standard_attributes/", users.update_many, "Set a standard attribute of many users", 200),
    ("PUT",    "/users-by-id/mass_update_custom_attributes/",   users.update_many, "Set an own attribute of many users", 200),
    *_twice(_ONE, "GET",    "/",                        users.get,                "Get a user"),
    *_twice(_ONE, "PUT",    "/",                        users.update,             "Change a user"),
    *_twice(_ONE, "PATCH",  "/",                        users.update,             "Change a user"),
    *_twice(_ONE, "DELETE", "/",                        users.delete,             "Erase a user", 204),
    *_twice(_ONE, "POST",   "/add_tag/",                belongings.add_tag,       "Give a user a tag"),
    *_twice(_ONE, "POST",   "/add_many_tags/",          belongings.add_many_tags, "Give a user several tags"),
    *_twice(_ONE, "POST",   "/remove_tag/",             belongings.remove_tag,    "Take a tag from a user"),
    *_twice(_ONE, "DELETE", "/remove_tag/",             belongings.remove_tag,    "Take a tag from a user"),
    *_twice(_ONE, "POST",   "/add_to_list/",            belongings.add_to_list,   "Put a user on a list"),
    *_twice(_ONE, "POST",   "/remove_from_list/",       belongings.remove_from_list, "Take a user from a list"),
    *_twice(_ONE, "DELETE", "/remove_from_list/",       belongings.remove_from_list, "Take a user from a list"),
    *_twice(_ONE, "POST",   "/set_attribute/",          belongings.set_attribute, "Set an attribute of a user"),
    *_twice(_ONE, "POST",   "/set_multiple_attributes/", belongings.set_multiple_attributes, "Set attributes of a user"),
    *_twice(_ONE, "POST",   "/remove_attribute/",       belongings.remove_attribute, "Take away an attribute of a user"),
    *_twice(_ONE, "DELETE", "/remove_attribute/",       belongings.remove_attribute, "Take away an attribute of a user"),
    *_twice(_ONE, "GET",    "/ping_hits/",              belongings.ping_hits,     "List the pages that a user visited"),
    *_twice(_ONE, "GET",    "/timeline/",               belongings.whole_timeline, "List what happened to a user"),
    *_twice(_ONE, "GET",    "/events/",                 belongings.events,        "List the events of a user"),
    *_twice(_ONE, "POST",   "/events/",                 named.create_event,       "Keep an event of a user", 201),
    *_twice(_ONE, "GET",    "/segments/",               belongings.segments,      "List the segments of a user"),
    ("GET",    "/companies/",                companies.list_all,      "List companies", 200),
    ("POST",   "/companies/",                companies.create,        "Make a company", 201),
    ("GET",    "/companies/search/",         companies.search,        "Find companies", 200),
    *_twice(_COMPANY, "GET",    "/",                        companies.get,            "Get a company"),
    *_twice(_COMPANY, "PUT",    "/",                        companies.update,         "Change a company"),
    *_twice(_COMPANY, "PATCH",  "/",                        companies.update,         "Change a company"),
    *_twice(_COMPANY, "DELETE", "/",                        companies.delete,         "Delete a company", 204),
    *_twice(_COMPANY, "POST",   "/add_tag/",                companies.add_tag,        "Give a company a tag"),
    *_twice(_COMPANY, "POST",   "/remove_tag/",             companies.remove_tag,     "Take a tag from a company"),
    *_twice(_COMPANY, "DELETE", "/remove_tag/",             companies.remove_tag,     "Take a tag from a company"),
    *_twice(_COMPANY, "POST",   "/set_attribute/",          companies.set_attributes, "Set an attribute of a company"),
    *_twice(_COMPANY, "POST",   "/set_multiple_attributes/", companies.set_attributes, "Set attributes of a company"),
    *_twice(_COMPANY, "POST",   "/add_member/",             companies.add_member,     "Let a user belong to a company"),
    *_twice(_COMPANY, "POST",   "/remove_member/",          companies.remove_member,  "Let a user belong to a company no more"),
    *_twice(_COMPANY, "DELETE", "/remove_member/",          companies.remove_member,  "Let a user belong to a company no more"),
    *_twice(_COMPANY, "GET",    "/users/",                  companies.list_members,   "List the users of a company"),
    ("GET",    "/tags/",                     named.list_tags,         "List tags", 200),
    ("POST",   "/tags/",                     named.create_tag,        "Make a tag", 201),
    ("GET",    "/tags/{id}/",                named.get_tag,           "Get a tag", 200),
    ("PUT",    "/tags/{id}/",                named.change_tag,        "Rename a tag", 200),
    ("PATCH",  "/tags/{id}/",                named.change_tag,        "Rename a tag", 200),
    ("DELETE", "/tags/{id}/",                named.delete_tag,        "Delete a tag", 204),
    ("GET",    "/tags/{id}/users/",          named.tag_users,         "List the users with a tag", 200),
    ("GET",    "/tags/{id}/companies/",      named.tag_companies,     "List the companies with a tag", 200),
    ("GET",    "/lists/",                    named.list_lists,        "List lists", 200),
    ("POST",   "/lists/",                    named.create_list,       "Make a list", 201),
    ("GET",    "/lists/{id}/",               named.get_list,          "Get a list", 200),
    ("PUT",    "/lists/{id}/",               named.change_list,       "Rename or describe a list", 200),
    ("PATCH",  "/lists/{id}/",               named.change_list,       "Rename or describe a list", 200),
    ("DELETE", "/lists/{id}/",               named.delete_list,       "Delete a list", 204),
    ("GET",    "/lists/{id}/users/",         named.list_users,        "List the users on a list", 200),
    ("POST",   "/lists/{id}/add_user/",      named.add_list_user,     "Put a user on a list", 200),
    ("POST",   "/lists/{id}/remove_user/",   named.remove_list_user,  "Take a user from a list", 200),
    ("DELETE", "/lists/{id}/remove_user/",   named.remove_list_user,  "Take a user from a list", 200),
    ("GET",    "/segments/",                 named.list_segments,     "List segments", 200),
    ("GET",    "/segments/{id}/",            named.get_segment,       "Get a segment", 200),
    ("GET",    "/segments/{id}/users/",      named.segment_users,     "List the users in a segment", 200),
    ("GET",    "/attributes/",               named.list_attributes,   "List attributes", 200),
    ("POST",   "/attributes/",               named.create_attribute,  "Make an attribute", 201),
    ("GET",    "/attributes/{id}/",          named.get_attribute,     "Get an attribute", 200),
    ("PUT",    "/attributes/{id}/",          named.change_attribute,  "Change an attribute", 200),
    ("PATCH",  "/attributes/{id}/",          named.change_attribute,  "Change an attribute", 200),
    ("DELETE", "/attributes/{id}/",          named.delete_attribute,  "Delete an attribute", 204),
    ("GET",    "/attribute-type/{name}/users/",     named.attribute_type, "Get the type of an attribute of users", 200),
    ("GET",    "/attribute-type/{name}/companies/", named.attribute_type, "Get the type of an attribute of companies", 200),
    ("POST",   "/events/",                   named.create_event,      "Keep an event", 201),
    ("GET",    "/events/",                   named.list_events,       "List the names of events", 200),
    ("GET",    "/events/{id}/",              named.get_event,         "Get the name of an event", 200),
]  # fmt: skip
