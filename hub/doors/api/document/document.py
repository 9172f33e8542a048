"""The whole document."""

from __future__ import annotations

import functools
from typing import Any

from hub.doors.api.document.operations import operation, types_of
from hub.doors.api.document.refusals import TYPES, every_refusal
from hub.doors.api.document.schemas import Schemas, always_there, reachable, schemas_of
from hub.doors.api.routes import ROUTES


@functools.cache
def schemas(version: int | None = None) -> Schemas:
    """Return the schemas of what the calls of one version, or of both, take and answer."""
    return schemas_of([*TYPES, *(type for route in ROUTES for type in types_of(route, version))])


@functools.cache
def openapi(version: int | None = None) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of every route in the table, of one version of the public API or of both."""
    known = schemas(version)
    schema, components = known.of, known.components
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = operation(route, schema, version)
    calls = [call for methods in paths.values() for call in methods.values()]
    taken = reachable([[call["parameters"], call.get("requestBody")] for call in calls], components) | known.terse
    components = {name: each if name in taken else always_there(each) for name, each in components.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Switchboard", "version": "1", "description": "REST API. Sockets are in docs/protocol.md."},
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": every_refusal(schema),
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`Token <API key>`"},
                "agent": {"type": "http", "scheme": "bearer", "description": "the token of an agent's sign-in"},
            },
        },
    }
