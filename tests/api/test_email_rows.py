"""E-mail templates and e-mails in our own API, for the panel."""

from __future__ import annotations

from typing import Any

import pytest

TEMPLATE = {
    "name": "Welcome",
    "subject": "Hi {{ user.first_name }}",
    "content": "<p>Welcome, {{ user.first_name }}</p>",
}


@pytest.fixture
async def ada(acme: Any, web: Any) -> Any:
    """Calls of Ada, by her token."""
    headers = {"Authorization": f"Bearer {await acme.token()}"}

    async def call(method: str, path: str, body: Any = None) -> Any:
        return await web(method, f"/api/app/{path}", body, headers=headers)

    return call


@pytest.mark.annex("API10.1", "API10.3")
async def test_an_agent_writes_a_template_reads_it_as_somebody_would_and_sends_it(ada):
    walt = (await ada("POST", "contacts", {"attributes": {"email": "walt@example.org", "first_name": "Walt"}})).json
    made = await ada("POST", "email-templates", TEMPLATE)
    assert made.status == 201 and made.json["version"] == 1
    template = made.json["id"]
    changed = await ada("PATCH", f"email-templates/{template}", {"subject": "Hello {{ user.first_name }}"})
    assert changed.json["version"] == 2 and changed.json["content"] == TEMPLATE["content"]
    assert (await ada("GET", f"email-templates/{template}?version=1")).json["subject"] == TEMPLATE["subject"]
    versions = (await ada("GET", f"email-templates/{template}/versions")).json
    assert [each["version"] for each in versions] == [2, 1]
    assert (await ada("GET", "email-templates")).json["templates"] == [changed.json]
    seen = (await ada("POST", f"email-templates/{template}/preview", {"contact": walt["id"]})).json
    assert seen["subject"] == "Hello Walt" and "Welcome, Walt" in seen["content"]
    sent = await ada("POST", "emails", {"contacts": [walt["id"]], "template": template})
    assert sent.status == 202 and sent.json["id"]
    mine = (await ada("GET", f"contacts/{walt['id']}/emails")).json
    assert mine["count"] == 1 and mine["emails"][0]["status"] == "queued"
    assert (await ada("DELETE", f"email-templates/{template}")).status == 204
    assert (await ada("GET", f"email-templates/{template}")).status == 404


@pytest.mark.annex("API10.1", "API10.3")
async def test_what_does_not_fit_is_refused_with_a_reason_and_nothing_is_sent(ada):
    walt = (await ada("POST", "contacts", {"attributes": {"email": "walt@example.org"}})).json["id"]
    unreadable = await ada("POST", "email-templates", {**TEMPLATE, "content": "{% if %}"})
    assert unreadable.status == 400 and "content" in unreadable.json["detail"]
    assert (await ada("POST", "emails", {"contacts": [walt]})).status == 400
    assert (await ada("POST", "emails", {"contacts": [walt, 999_999], "subject": "a", "content": "b"})).status == 404
    assert (await ada("GET", f"contacts/{walt}/emails")).json["count"] == 0
    assert (await ada("GET", "email-templates?cursor=made-up")).status in (400, 404)


@pytest.mark.annex("API10.1", "API10.3")
async def test_the_other_tenant_finds_none_of_it(ada, globex, web):
    walt = (await ada("POST", "contacts", {"attributes": {"email": "walt@example.org"}})).json["id"]
    template = (await ada("POST", "email-templates", TEMPLATE)).json["id"]
    headers = {"Authorization": f"Bearer {await globex.token()}"}

    async def gus(method: str, path: str, body: Any = None) -> Any:
        return await web(method, f"/api/app/{path}", body, headers=headers)

    assert (await gus("GET", "email-templates")).json == {"templates": [], "count": 0, "cursor": None}
    for method, path, body in (
        ("GET", f"email-templates/{template}", None), ("PATCH", f"email-templates/{template}", {"name": "Mine"}),
        ("DELETE", f"email-templates/{template}", None), ("GET", f"email-templates/{template}/versions", None),
        ("POST", f"email-templates/{template}/preview", {}), ("GET", f"contacts/{walt}/emails", None),
        ("POST", "emails", {"contacts": [walt], "subject": "a", "content": "b"}),
        ("POST", "emails", {"contacts": [walt], "template": template}),
    ):  # fmt: skip
        assert (await gus(method, path, body)).status == 404, (method, path)
    assert (await ada("GET", f"email-templates/{template}")).json["name"] == "Welcome"
