"""Every call, with what schemathesis thinks of, answers as the OpenAPI document says. `CONTRACT_EXAMPLES=300` tries longer."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks

from hub.doors.api.document.document import openapi
from hub.doors.api.routes import ROUTES, Route
from tests.contract.things import Things, sendable

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "2"))
ONLY = os.environ.get("CONTRACT_ONLY", "")
"""A part of a path: only these calls are tried."""
CHECKS = [
    checks.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_headers_conformance, checks.response_schema_conformance,
]  # fmt: skip
_ORDER = {"GET": 0, "POST": 1, "PUT": 2, "PATCH": 3, "DELETE": 4}
_ENDS = ("/api/app/sign-out", "/api/app/agents/{id}", "/erase", "/merge", "imports/{id}/undo")
"""Calls after which other ones have nothing left to work on: they come last."""
ACCEPT = {1: "*/*", 2: "*/*; version=2"}


@pytest.mark.annex("H11", "API1", "API2", "API3", "API4", "API5", "API6", "API7", "API8", "API9", "API10")
@pytest.mark.timeout(0 if EXAMPLES > 10 else 480)
@pytest.mark.parametrize("version", [1, 2])
async def test_every_call_answers_as_the_document_says(house, acme, version):
    acme_things = await asyncio.to_thread(Things, house.url, acme, house)
    await asyncio.to_thread(acme_things.make, 6)
    document = schemathesis.openapi.from_dict(openapi(version))
    document.config.base_url = acme_things.url
    failed: list[str] = []
    for route in ordered(ROUTES):
        if version == 2 and not route.path.startswith("/api/public/"):
            continue  # the version is one of the public API
        if ONLY not in f"{route.method} {route.path}":
            continue
        call = document[route.path][route.method]
        for mode in GenerationMode:
            try:
                await asyncio.to_thread(try_call, acme_things, route, call, mode, version)
            except Unsatisfiable:
                continue  # there is nothing that could be wrong with it
            except BaseException as error:
                failed.append(f"{route.method} {route.path} ({mode.value}): {error!r} {sentences(error)}")
    good = [call for call, statuses in acme_things.answered.items() if min(statuses) < 300]
    never = sorted(set(acme_things.answered) - set(good))
    print(f"{len(good)} of {len(acme_things.answered)} calls succeeded at least once; not so: {never}")
    assert not failed, f"{len(failed)} calls:\n" + "\n".join(failed)
    assert ONLY or len(good) > len(acme_things.answered) / 2, "refusals alone prove little"


def ordered(routes: list[Route]) -> list[Route]:
    """Return the calls that read first, and those that take things away last."""
    return sorted(routes, key=lambda route: (route.path.endswith(_ENDS), _ORDER[route.method]))


def try_call(things: Things, route: Route, call: Any, mode: GenerationMode, version: int) -> None:
    """Make a call as often as is asked for, and check what it answers."""
    sent = {"Accept": ACCEPT[version], "Authorization": authorization(things, route)}

    @hypothesis.settings(
        max_examples=EXAMPLES, database=None, deadline=None, phases=[Phase.generate], derandomize=EXAMPLES < 10,
        suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
    @given(case=call.as_strategy(generation_mode=mode), pick=st.integers(0, 5), made_up=st.integers(0, 9))
    def attempt(case: Any, pick: int, made_up: int) -> None:
        given_places = case.path_parameters or {}
        case.path_parameters = {**given_places, **things.places(route, pick, real=made_up < 9)}
        if made_up < 8 and sendable(case.body):
            case.body = things.put_into(case.body, pick)
        case.headers = {name: value for name, value in (case.headers or {}).items() if name.lower() not in _OURS}
        if route.path.startswith("/api/sdk/"):
            case.headers["X-User-Key"] = things.ids["user_key"][pick % 3]
        answer = case.call_and_validate(session=things.session, headers=sent, checks=CHECKS, timeout=30)
        things.answered.setdefault((route.method, route.path), set()).add(answer.status_code)

    attempt()


_OURS = {"accept", "authorization", "x-user-key"}


def authorization(things: Things, route: Route) -> str:
    """Return who asks: the key where there is one, else Ada, and for a sign-out somebody else."""
    if route.path.startswith("/api/sdk/"):
        return f"Token {things.mobile_key}"
    if route.path == "/api/app/sign-out":
        return "Bearer nobody"
    return f"Token {things.key}" if route.path.startswith("/api/public/") else f"Bearer {things.token}"


def sentences(error: BaseException) -> str:
    """Return what schemathesis found, where it is a group of failures."""
    return " | ".join(str(each) for each in getattr(error, "exceptions", ()))
