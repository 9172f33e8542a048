"""The bodies and answers of our own API as TypeScript, for the panel: one type for each component of the document."""

from __future__ import annotations

import json
import re
from typing import Any

from hub.doors.api.document.document import openapi, schemas
from hub.doors.api.document.schemas import PREFIX, always_there, reachable

_HEAD = """// Made by `python server.py openapi --types` from what the server answers. Not to be edited: a test compares it.
/* eslint-disable */
"""
_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_NAME = re.compile(r"[A-Za-z_$][\w$]*")


def panel_types() -> str:
    """Return the file of types of all that goes into and comes out of calls under /api/app."""
    document = openapi()
    components = document["components"]["schemas"]
    calls = [
        call for path, methods in document["paths"].items() if path.startswith("/api/app/") for call in methods.values()
    ]
    answers = reachable([each for call in calls for each in _good(call)], components)
    taken = reachable([call.get("requestBody") for call in calls], components)
    whole = answers - schemas().terse
    written = [
        _declared(name, always_there(components[name]) if name in whole else components[name])
        for name in sorted(answers | taken)
    ]  # fmt: skip
    return "\n".join([_HEAD, *written])


def _good(call: dict[str, Any]) -> list[Any]:
    return [answer for status, answer in call["responses"].items() if status.startswith("2")]


def _declared(name: str, schema: dict[str, Any]) -> str:
    sentence = schema.get("description", "").strip()
    comment = f"/** {sentence} */\n".replace("\n\n    ", "\n * ").replace("\n    ", "\n * ") if sentence else ""
    if "properties" not in schema:
        return f"{comment}export type {name} = {_type(schema)}\n"
    required = set(schema.get("required", ()))
    fields = [
        f"  {_key(field)}{'' if field in required else '?'}: {_type(each)}" for field, each in schema["properties"].items()
    ]  # fmt: skip
    return f"{comment}export type {name} = {{\n" + "\n".join(fields) + "\n}\n"


def _type(schema: dict[str, Any]) -> str:
    """Return the type of a schema; anything where it says nothing."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(PREFIX)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(_type(each) for each in schema[several]))
    if "allOf" in schema:
        return " & ".join(_type(each) for each in schema["allOf"])
    if "enum" in schema or "const" in schema:
        return " | ".join(_literal(each) for each in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type")
    if kind == "array":
        return _array(schema)
    if kind == "object":
        more = schema.get("additionalProperties")
        return f"Record<string, {_type(more) if isinstance(more, dict) and more else 'unknown'}>"
    return _PLAIN.get(str(kind), "unknown")


def _array(schema: dict[str, Any]) -> str:
    if "prefixItems" in schema:
        return "[" + ", ".join(_type(each) for each in schema["prefixItems"]) + "]"
    items = _type(schema["items"]) if isinstance(schema.get("items"), dict) else "unknown"
    return f"({items})[]" if " " in items and not items.startswith("Record<") else f"{items}[]"


def _literal(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) and "'" not in value else json.dumps(value)


def _key(name: str) -> str:
    return name if _NAME.fullmatch(name) else json.dumps(name)
