"""One call as the document has it: its parameters, its body, its answers, and whose key or token it wants."""

from __future__ import annotations

from typing import Any

import msgspec

from hub.doors.api.document.refusals import headers_of, refusals
from hub.doors.api.route import JSON, Route
from hub.doors.api.usercom.told.queries import LOOKUPS
from hub.doors.api.usercom.told.versioned import Either, Versions

_TAGS = {"app": "Panel", "sdk": "Mobile SDKs"}
"""What an API is called, by the part of its paths behind /api/."""
_VERSION = "`*/*; version=2` asks for the second version of the API; without a version it is the first"
_ID = {"type": "integer", "minimum": 1}


def types_of(route: Route, version: int | None) -> list[Any]:
    """Return the types that a call's document needs."""
    return [*_each(route.body, version), *_each(route.answer, version), *(type for _, type in _asked(route))]


def operation(route: Route, schema: dict[Any, Any], version: int | None) -> dict[str, Any]:
    """Return the document of one call."""
    found: dict[str, Any] = {
        "summary": route.summary, "operationId": _name(route), "tags": [_tag(route.path)],
        "parameters": [*_places(route, schema), *_queries(route, schema), *_headers(route)],
        "responses": {str(route.status): _answer(route, schema, version), **_unchanged(route), **refusals(route)},
    }  # fmt: skip
    if route.body is not None:
        content = {route.takes or JSON: {"schema": _one_of(route.body, schema, version)}}
        found["requestBody"] = {"required": True, "content": content}
    if route.by:
        found["security"] = [{who: []} for who in route.by]
    return found


def _each(type: Any, version: int | None) -> list[Any]:
    """Return the types that a body or an answer may be of."""
    if isinstance(type, Versions):
        versions = [type.of(version)] if version else [type.first, type.second]
        return list(dict.fromkeys(each for one in versions for each in _each(one, version)))
    if isinstance(type, Either):
        return list(type.types)
    return [] if type is None else [type]


def _one_of(type: Any, schema: dict[Any, Any], version: int | None) -> Any:
    found = [schema[each] for each in _each(type, version)]
    return found[0] if len(found) == 1 else {"anyOf": found}


_FILE = {"type": "string", "format": "binary"}


def _answer(route: Route, schema: dict[Any, Any], version: int | None) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done", "headers": headers_of("X-Request-Id")}
    if route.single:
        answer["headers"] |= headers_of("ETag")
    if _may_repeat(route):
        answer["headers"] |= headers_of("Idempotency-Replayed")
    if route.gives:
        answer["content"] = {kind: {"schema": _FILE if kind != JSON else {"type": "object"}} for kind in route.gives}
    elif route.answer is not None:
        answer["content"] = {JSON: {"schema": _one_of(route.answer, schema, version)}}
    return answer


def _unchanged(route: Route) -> dict[str, Any]:
    if not route.single:
        return {}
    return {"304": {"description": "It is what If-None-Match names", "headers": headers_of("X-Request-Id", "ETag")}}


def _places(route: Route, schema: dict[Any, Any]) -> list[dict[str, Any]]:
    """Return the parameters in the path. Clients' own ids and names are texts, everything else is an id."""
    fields = {field.encode_name: field.type for field in _fields(route)}
    texts = route.path.startswith("/api/sdk/")
    found = []
    for name in route.places:
        if name in fields:
            kind = schema[fields[name]]
        else:
            kind = {"type": "string", "minLength": 1} if texts or "custom" in name or name == "name" else _ID
        found.append({"name": name, "in": "path", "required": True, "schema": kind})
    return found


def _queries(route: Route, schema: dict[Any, Any]) -> list[dict[str, Any]]:
    """Return what the query may ask for: what the row says, and the fields of a verb that reads its input from there."""
    found: list[dict[str, Any]] = []
    for name, text in route.query.items():
        if name == LOOKUPS:
            kind: Any = {"type": "object", "additionalProperties": {"type": "string"}}
            found.append({
                "name": "lookups", "in": "query", "required": False, "description": text, "style": "form", "explode": True,
                "schema": kind,
            })  # fmt: skip
        else:
            found.append({
                "name": name, "in": "query", "required": False, "description": text, "schema": {"type": "string"},
            })  # fmt: skip
    for field, type in _asked(route):
        if field.encode_name in route.places:
            continue
        kind = _without_null(schema[type])
        one = {"name": field.encode_name, "in": "query", "required": field.required, "schema": kind}
        found.append(one | ({"style": "form", "explode": False} if "array" in str(kind) else {}))
    return found


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what may stand in a query, where nothing can be null."""
    left = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    return left[0] if len(left) == 1 else {**schema, "anyOf": left} if left else schema


def _asked(route: Route) -> list[tuple[msgspec.structs.FieldInfo, Any]]:
    """Return the fields that the path and the query give, with their types; objects stand in no query."""
    found = []
    for field in _fields(route):
        in_path = field.encode_name in route.places
        if in_path or (route.body is None and "object" not in str(msgspec.json.schema(field.type))):
            found.append((field, field.type))
    return found


def _fields(route: Route) -> tuple[msgspec.structs.FieldInfo, ...]:
    return () if route.input is None else msgspec.structs.fields(route.input)


def _headers(route: Route) -> list[dict[str, Any]]:
    found = []
    if route.path.startswith("/api/sdk/"):
        found.append(_header("X-User-Key", "from the answer to a ping"))
    if route.versioned:
        found.append(_header("Accept", _VERSION))
    if _may_repeat(route):
        found.append(_header("Idempotency-Key", "under an API key: the same call again gets the first answer"))
    if route.single:
        found.append(_header("If-None-Match", "the ETag of an answer: 304 while it is the same"))
    return found


def _may_repeat(route: Route) -> bool:
    return route.method == "POST" and "key" in route.by and not route.path.startswith("/api/sdk/") and not route.takes


def _header(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": {"type": "string"}}


def _name(route: Route) -> str:
    """Return a name that no other call has: where some handlers are called in several ways, by the path."""
    if not route.path.startswith(("/api/public/", "/api/sdk/")):
        return route.handler.__name__
    words = (part.strip("{}").replace("-", "_") for part in route.path.split("/")[3:] if part)
    return "_".join((route.method.lower(), *words))


def _tag(path: str) -> str:
    parts = path.split("/")
    return _TAGS.get(parts[2]) or parts[3].removesuffix("-by-id").replace("-", " ").capitalize()
