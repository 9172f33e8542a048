"""Bad input to every call of the API: it is refused with a reason or changes nothing, and it never breaks the server."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from hub.chat.inbox.indexing import Indexing
from hub.doors.api.document.document import openapi
from hub.doors.api.document.schemas import PREFIX
from hub.doors.api.route import Route
from hub.doors.api.routes import ROUTES
from tests.contract.test_contract import ACCEPT, authorization, ordered
from tests.support.house import eventually
from tests.support.people import settled
from tests.support.snapshot import everything_of

pytestmark = pytest.mark.annex("H11", "API1", "API2", "API3", "API4", "API5", "API6", "API7", "API8", "API9", "API10")

HUGE = (2**63, 2**64, -(2**63) - 1, 10**30)
WRITING = [route for route in ROUTES if route.body is not None and not route.takes]
READING = [route for route in ROUTES if route.method == "GET"]
HALF = "%ED%A0%80"
"""Half of a surrogate pair in an address."""
STRANGE = (
    "email[$gt]=", "id[$ne]=1", "$where=1", "custom_id[$regex]=.*", "name.$ne=1", "sort=password", "sort=$natural",
    "sort=hash", "ordering=password", "order_by=-secret",
)  # fmt: skip
OPERATORS: list[Any] = [{"$ne": None}, {"$gt": ""}, [{"$ne": 1}], {"$where": "sleep(1000)"}]

KEEPS_ALL = {"/api/sdk/v1/product_event/"}
"""Calls that keep whatever they are sent as data: what they refused a telephone would send again for ever."""


class Asking:
    """Calls routes as whoever may, with real ids in their paths."""

    def __init__(self, web: Any, things: Any) -> None:
        self.web, self.things = web, things

    def address(self, route: Route, **places: Any) -> str:
        found = self.things.places(route, 1, real=True) | places
        return re.sub(r"\{(\w+)\}", lambda each: quote(str(found.get(each[1], 1)), safe="%"), route.path)

    async def __call__(self, route: Route, body: Any = None, query: str = "", version: int = 1, **more: Any) -> Any:
        headers = {"Authorization": authorization(self.things, route), "Accept": ACCEPT[version]}
        if route.path.startswith("/api/sdk/"):
            headers["X-User-Key"] = self.things.ids["user_key"][0]
        places = more.pop("places", {})
        answer = await self.web(
            route.method, self.address(route, **places) + query, data=body, headers=headers | more.pop("headers", {})
        )
        assert answer.status < 500, (route.method, route.path, query, str(body)[:200], answer.body)
        return answer


@pytest.fixture
def ask(web: Any, acme_things: Any) -> Asking:
    return Asking(web, acme_things)


async def still(house: Any, acme: Any) -> dict[str, Any]:
    """Return what Acme has, but for what moves by itself: when a key was last used, and deliveries to nobody."""
    await settled(house)
    await eventually(lambda: house.hub.part(Indexing).idle)
    everything = await everything_of(house.hub.store, acme.id)
    return {name: each for name, each in everything.items() if name not in _MOVING}


_MOVING = {"keys", "jobs", "webhook_queues", "webhook_deliveries"}


def fields_of(route: Route, version: int = 1) -> dict[str, Any]:
    """Return the fields of a call's body with their schemas, as the document has them."""
    document = openapi(version)
    schema = document["paths"][route.path][route.method.lower()]["requestBody"]["content"]["application/json"]["schema"]
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].removeprefix(PREFIX)]
    return dict(schema.get("properties", {}))


def takes_objects(schema: Any) -> bool:
    """Tell whether a field may be anything, or an object of whatever shape."""
    text = json.dumps(schema)
    return not set(schema) - {"description", "default"} or '"object"' in text or "$ref" in text


def needs_more(route: Route) -> bool:
    """Tell whether a call says 400 without a field beside those of its path, before it looks for anything."""
    return any(
        field.required and field.encode_name not in route.places for field in msgspec.structs.fields(route.input)
    )


async def test_operators_of_a_database_are_values_like_any_other_and_fit_no_field(ask):
    tried = 0
    for route in ordered(WRITING):
        for field, schema in fields_of(route).items():
            for operator in OPERATORS:
                answer = await ask(route, json.dumps({field: operator}).encode())
                if not takes_objects(schema) and route.path not in KEEPS_ALL:
                    assert 400 <= answer.status < 500, (route.method, route.path, field, operator, answer.body)
                    tried += 1
    assert tried > 1_000


async def test_operators_and_names_to_sort_by_in_a_query_find_no_more_than_without(ask):
    for route in READING:
        plain = await ask(route)
        for query in STRANGE:
            answer = await ask(route, query=f"?{query}")
            assert 400 <= answer.status < 500 or answer.body == plain.body, (route.path, query, answer.body)
            if "*" in route.query or (route.input is not None and not route.single):
                assert 400 <= answer.status < 500, (route.path, query, answer.body)


async def test_look_ups_that_are_not_there_are_refused(ask):
    asked = [route for route in READING if "*" in route.query]
    assert len(asked) > 10
    for route in asked:
        for lookup in ("nothing__icontains=1", "email__regex=.", "email__$gt=1", "password=1", "name__gte__lte=1"):
            answer = await ask(route, query=f"?{lookup}")
            assert answer.status == 400 and "look-up" in str(answer.json), (route.path, lookup, answer.body)


async def test_numbers_beyond_64_bits_are_nobodys_id_and_fit_no_field(ask):
    for route in ordered(WRITING):
        for field in fields_of(route):
            for number in (*HUGE, [HUGE[1]], 1e308):
                await ask(route, json.dumps({field: number}).encode())
    for route in ROUTES:
        for place in route.places:
            for number in HUGE:
                answer = await ask(route, b"{}" if route.method != "GET" else None, places={place: number})
                if "{custom_id}" not in route.path and not route.path.startswith("/api/sdk"):
                    assert 400 <= answer.status < 500, (route.method, route.path, number, answer.body)


async def test_half_a_character_is_refused(ask):
    for route in ordered(WRITING):
        for field in (*fields_of(route), "\ud800"):
            answer = await ask(route, json.dumps({field: "\ud800"}).encode())
            assert 400 <= answer.status < 500, (route.method, route.path, field, answer.body)
    for route in READING:
        for place in route.places:
            answer = await ask(route, places={place: HALF})
            assert answer.status in (400, 404), (route.path, answer.body)
        await ask(route, query="?cursor=%ED%A0%80&search=%ED%A0%80&%ED%A0%80=1")


async def test_of_a_field_that_comes_twice_the_last_one_counts(ask, acme_things):
    made = {"users": b'{"email": "a@x.example", "email": "b@x.example"}', "tags": b'{"name": "a", "name": "b"}',
            "companies": b'{"name": "a", "name": "b"}', "products": b'{"name": "a", "name": "b"}'}  # fmt: skip
    for name, body in made.items():
        route = next(each for each in ROUTES if (each.method, each.path) == ("POST", f"/api/public/{name}/"))
        answer = await ask(route, body, headers={"Content-Type": "application/json"})
        assert answer.status == 201 and answer.json["name"] in ("b", "b@x.example"), answer.body
    for route in ordered(WRITING):
        await ask(route, b'{"a": 1, "a": {"$ne": 1}, "a": [], "": 1, "": 2}')


KINDS = [
    ("application/xml", b"<user><name>x</name></user>"), ("text/plain", b"name"), ("application/json", b"\xff\xfe"),
    ("multipart/form-data", b"nothing"), ("multipart/form-data; boundary=x", b"--x\r\n\r\nname\r\n--x--"),
    ("application/octet-stream", bytes(range(256))), ("application/json; charset=nonsense", b"[" * 50_000),
    ("application/json", b'"x"'), ("application/json", b"[]"), ("application/json", b"NaN"), ("application/json", b"{"),
]  # fmt: skip


async def test_a_body_of_another_kind_is_refused_and_nothing_is_done(ask, acme, house):
    before = await still(house, acme)
    for route in WRITING:
        for kind, body in KINDS:
            answer = await ask(route, body, headers={"Content-Type": kind})
            assert 400 <= answer.status < 500, (route.method, route.path, kind, answer.status, answer.body)
    assert await still(house, acme) == before


async def test_a_body_over_the_limit_is_refused_and_nothing_is_done(ask, acme, house):
    async def chunks() -> Any:
        for _ in range(40):
            yield b" " * 65_536
        yield b"{}"

    before = await still(house, acme)
    for route in WRITING:
        for body in (b" " * 2_200_000 + b"{}", chunks()):
            answer = await ask(route, body, headers={"Content-Type": "application/json"})
            expected = (404,) if "{action}" in route.path else (400, 413)
            assert answer.status in expected, (route.method, route.path, answer.status, answer.body)
    assert await still(house, acme) == before


async def test_a_hundred_thousand_parameters_are_refused(ask):
    many = "&".join(f"a{number}=1" for number in range(100_000))
    some = "&".join(f"a{number}=1" for number in range(900))
    form, whole = many.encode(), json.dumps({f"a{number}": 1 for number in range(100_000)}).encode()
    for route in READING:
        plain, answer = await ask(route), await ask(route, query=f"?{some}")
        assert 400 <= answer.status < 500 or answer.body == plain.body, (route.path, answer.body)
    for route in READING[::10]:
        assert (await ask(route, query=f"?{many}")).status in (400, 414)
    for route in WRITING:
        answer = await ask(route, form, headers={"Content-Type": "application/x-www-form-urlencoded"})
        assert 400 <= answer.status < 500, (route.method, route.path, answer.status, answer.body)
        answer = await ask(route, whole)
        assert 400 <= answer.status < 500, (route.method, route.path, answer.status, answer.body)


async def test_ids_of_another_tenant_lead_nowhere_in_our_own_api(ask, web, acme, globex, house, acme_things):
    before = await still(house, acme)
    headers = {"Authorization": f"Bearer {await globex.token()}"}
    tried = 0
    for route in ROUTES:
        if not route.path.startswith("/api/app/") or not route.places or route.path.endswith("call-sounds/{kind}"):
            continue  # a kind of sound is nobody's id
        body = None if route.method == "GET" else b"{}"
        answer = await web(route.method, ask.address(route), data=body, headers=headers)
        assert answer.status in (400, 404), (route.method, route.path, answer.status, answer.body)
        assert answer.status == 404 or needs_more(route), (route.method, route.path, answer.body)
        assert b"walt" not in answer.body.lower(), (route.method, route.path)
        tried += 1
    assert tried > 100
    assert await still(house, acme) == before


async def test_words_of_a_list_are_no_objects_when_everything_else_is_right(ask):
    right = {
        "/api/public/attributes/": {"value_type": "string", "name": "x", "content_type": "company", "choices": ["a"]},
        "/api/public/products/{id}/product_event/": {"event_type": "view", "user_custom_id": "own@1", "data": {}},
        "/api/public/tickets/": {"description": "x", "status": "draft", "priority": 1, "custom_id": "own@9"},
        "/api/public/deals/": {"name": "x", "status": 1, "currency": "PLN", "scope": 1, "value": 5},
        "/api/public/activities/": {"name": "x", "activity_type": 1, "due_date": "2030-01-01T10:00:00Z", "done": False},
        "/api/public/message/": {"conversation": 1, "content": "x", "source": 1, "user": 1},
        "/api/public/message/send_message_as_user/": {
            "conversation": 1,
            "content": "x",
            "user_id": 1,
            "state": "close",
        },
        "/api/public/users/": {"email": "new@x.example", "gender": 1, "status": 1, "tags": ["x"]},
    }
    for path, body in right.items():
        route = next(each for each in WRITING if (each.method, each.path) == ("POST", path))
        for field in body:
            for wrong in ({"$ne": 1}, [{}], [[]], 1.5, True):
                await ask(route, json.dumps(body | {field: wrong}).encode())


async def test_a_form_that_is_none_is_refused(ask):
    route = next(each for each in ROUTES if each.path == "/api/public/attachments/")
    for header in (b'name="\xf4\x87"; filename="\x7f"', b"filename*=utf-8''%ff", b"", b'name="a";' * 900):
        for more in (
            b"",
            b"\r\nContent-Type: \x01",
            b"\r\nContent-Encoding: x",
            b"\r\nContent-Length: -1",
            b"\r\n\x01: 1",
        ):
            body = b"--x\r\nContent-Disposition: form-data; " + header + more + b"\r\n\r\nhello\r\n--x--\r\n"
            answer = await ask(route, body, headers={"Content-Type": "multipart/form-data; boundary=x"})
            assert answer.status in (201, 400), (header, more, answer.body)


async def test_what_a_preview_can_not_count_is_refused_before_it_begins(ask):
    route = next(each for each in WRITING if each.path == "/api/app/segments/preview")
    answer = await ask(route, json.dumps({"subject": "company", "search": "tea", "where": None}).encode())
    assert answer.status == 400 and "contacts only" in answer.json["detail"]  # and the log has no traceback
