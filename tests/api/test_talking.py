"""An agent answers, notes, takes over and closes by REST, as the panel's service worker does while the panel is closed."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.annex("H10")


@pytest.fixture
async def ada(acme: Any, web: Any) -> Any:
    """Calls of Ada, by her token."""
    headers = {"Authorization": f"Bearer {await acme.token()}"}

    async def call(method: str, path: str, body: Any = None) -> Any:
        return await web(method, f"/api/app/conversations/{path}", body, headers=headers)

    return call


async def test_an_answer_reaches_vera_and_bens_panel_once_however_often_it_is_sent(acme, ada):
    vera, ben = await acme.visitor(), await acme.agent("ben@acme.example")
    talk = (await vera.says("Do you ship to Łódź?"))["conversation"]
    answer = {"client_id": "push 7", "text": "We do."}
    first, again = [await ada("POST", f"{talk}/messages", answer) for _ in range(2)]
    assert first.status == again.status == 201 and first.json["id"] == again.json["id"]
    assert (first.json["author"]["kind"], first.json["author"]["name"]) == ("agent", "Ada")
    assert (await vera.hears("message", text="We do."))["id"] == first.json["id"]
    await ben.hears("message", text="We do.")
    shown = (await vera.call("conversation.open", conversation=talk))["messages"]
    assert [message["text"] for message in shown] == ["Do you ship to Łódź?", "We do."]
    other = await ada("POST", f"{talk}/messages", answer | {"text": "We do not."})
    assert (other.status, other.json["code"]) == (409, "client_id_reused")


async def test_a_note_stays_among_the_agents(acme, ada):
    vera, ben = await acme.visitor(), await acme.agent("ben@acme.example")
    talk = (await vera.says("Hello"))["conversation"]
    note = await ada("POST", f"{talk}/notes", {"client_id": "n", "text": "Knows Walt"})
    assert note.status == 201 and (await ben.hears("note"))["id"] == note.json["id"]
    assert len((await vera.call("conversation.open", conversation=talk))["messages"]) == 1


async def test_ada_takes_a_conversation_and_closes_and_reopens_it(acme, ada):
    vera, ben = await acme.visitor(), await acme.agent("ben@acme.example")
    talk = (await vera.says("Hello"))["conversation"]
    me = ben.session["agents"][0]["id"] if ben.session["agents"][0]["name"] == "Ada" else ben.session["agents"][1]["id"]
    taken = await ada("PUT", f"{talk}/assignee", {"agent": me})
    assert taken.status == 200 and taken.json["assignee"]["name"] == "Ada"
    assert (await ada("POST", f"{talk}/close")).json["status"] == "closed"
    assert (await ada("POST", f"{talk}/reopen")).json["status"] == "open"
    assert (await ada("PUT", f"{talk}/assignee", {"agent": None})).json["assignee"] is None


async def test_what_is_not_acmes_is_not_found_and_what_says_nothing_is_refused(acme, globex, ada):
    walt = await globex.visitor()
    theirs = (await walt.says("Hello"))["conversation"]
    for path, body in (
        (f"{theirs}/messages", {"client_id": "a", "text": "Hm"}),
        (f"{theirs}/notes", {"client_id": "a", "text": "Hm"}),
        (f"{theirs}/close", None),
    ):
        assert (await ada("POST", path, body)).status == 404
    vera = await acme.visitor()
    talk = (await vera.says("Hello"))["conversation"]
    assert (await ada("POST", f"{talk}/messages", {"client_id": "a", "text": " "})).json["code"] == "text_empty"
    assert len((await vera.call("conversation.open", conversation=talk))["messages"]) == 1


async def test_a_file_goes_with_an_answer(acme, web, ada):
    vera = await acme.visitor()
    talk = (await vera.says("May I see it?"))["conversation"]
    begun = await ada("POST", "../attachments", {"name": "note.txt", "size": 5, "type": "text/plain"})
    assert (await web("PUT", begun.json["url"], data=b"hello", headers={"Content-Type": "text/plain"})).status == 200
    sent = await ada("POST", f"{talk}/messages", {"client_id": "f", "text": "", "attachments": [begun.json["id"]]})
    assert sent.status == 201 and (await vera.hears("message", id=sent.json["id"]))["attachments"][0]["size"] == 5
