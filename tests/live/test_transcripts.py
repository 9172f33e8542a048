"""Conversations as files and mails: what is theirs to see, as it is now, and nothing more (C2)."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hub.chat.collections import CONVERSATIONS, MESSAGES
from storage.engine import Batch, Scope
from tests.conftest import Company
from tests.live.test_availability import ask as rest
from tests.live.test_fallback import body
from tests.support.cast import Refused
from tests.support.house import House, eventually, open_house
from tests.support.mailbox import Mailbox

pytestmark = pytest.mark.annex("C2")


@pytest.fixture
def box() -> Any:
    box = Mailbox()
    box.open()
    yield box
    box.close()


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path, box: Mailbox) -> AsyncIterator[House]:
    settings: dict[str, Any] = {
        "smtp_url": box.url,
        "mail_from": "Hub <hub@switchboard.example>",
        "presence_grace": 0.1,
    }
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house:
        yield house
    assert house.log.tracebacks == []


async def talked(acme: Company, ada: Any) -> tuple[Any, int]:
    """Vera and Ada have talked: one message was changed, one deleted, and there is a note; return who and where."""
    vera = await acme.visitor()
    await vera.call("contact.update", email="vera@example.com", name="Vera")
    conversation = (await vera.says("Is there <b>tea</b>?"))["conversation"]
    slip = await ada.says("No, sorry", conversation)
    await ada.call("message.edit", conversation=conversation, message=slip["id"], text="Yes, green & black")
    gone = await ada.says("Wrong window", conversation)
    await ada.call("message.delete", conversation=conversation, message=gone["id"])
    await ada.call("note.add", client_id="n1", conversation=conversation, text="A regular, be kind")
    wrong = (await ada.call("note.add", client_id="n2", conversation=conversation, text="Wrong window, too"))["note"]
    await ada.call("note.delete", conversation=conversation, note=wrong["id"])
    await ada.call("conversation.close", conversation=conversation)
    return vera, conversation


async def fetch(url: str, token: str = "") -> tuple[int, dict[str, str], str]:
    """Return status, headers and text of an address."""

    def load() -> tuple[int, dict[str, str], str]:
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read().decode()

    return await asyncio.to_thread(load)


async def exported(ada: Any, conversation: int, query: str = "") -> tuple[int, dict[str, str], str]:
    """Return what an agent downloads of a conversation."""
    return await fetch(f"{ada.url}/api/app/conversations/{conversation}/transcript?{query}", ada.auth["token"])


async def test_an_agent_downloads_a_conversation_as_it_is_now_and_the_audit_log_says_so(acme, globex):
    ada = await acme.agent()
    _, conversation = await talked(acme, ada)
    status, headers, text = await exported(ada, conversation)
    assert status == 200 and headers["Content-Disposition"] == f'attachment; filename="conversation-{conversation}.txt"'
    assert (
        text.startswith("Conversation with Vera\n") and "Is there <b>tea</b>?" in text and "Yes, green & black" in text
    )
    assert "No, sorry" not in text and "Wrong window" not in text and "be kind" not in text
    assert "Ada closed the conversation" in text
    _, headers, page = await exported(ada, conversation, "format=html&language=pl&notes=true")
    assert "text/html" in headers["Content-Type"] and "sandbox" in headers["Content-Security-Policy"]
    assert '<html lang="pl">' in page and "&lt;b&gt;tea&lt;/b&gt;" in page and "<b>tea</b>" not in page
    assert "A regular, be kind" in page and "Wrong window" not in page
    found = json.loads((await exported(ada, conversation, "format=json&notes=true"))[2])
    assert [(each["kind"], each["text"]) for each in found["entries"]] == [
        ("message", "Is there <b>tea</b>?"), ("message", "Yes, green & black"), ("note", "A regular, be kind"),
        ("turn", "closed"),
    ]  # fmt: skip
    assert found["contact"]["name"] == "Vera"
    rows = (await rest(ada, "GET", "audit?area=contacts"))["rows"]
    assert [each["verb"] for each in rows].count("chat.transcripts.exporting.export_transcript") == 3
    assert (await exported(await globex.agent(), conversation))[0] == 404
    assert (await exported(ada, conversation, "format=pdf"))[0] == 400


async def test_a_visitor_gets_the_own_words_and_answers_where_the_application_allows_it(acme):
    ada = await acme.agent()
    vera, conversation = await talked(acme, ada)
    assert "transcripts" not in vera.session["application"]
    assert await vera.refused("transcript.link", conversation=conversation) == "forbidden"
    await rest(ada, "PUT", "transcripts", on=True)
    assert (await acme.visitor()).session["application"]["transcripts"] is True
    url = (await vera.call("transcript.link", conversation=conversation))["url"]
    status, headers, page = await fetch(f"{acme.house.url}{url}&l=pl")
    assert status == 200 and headers["Content-Disposition"].startswith("attachment") and '<html lang="pl">' in page
    assert "green &amp; black" in page and "be kind" not in page and "Wrong window" not in page
    walt = await acme.visitor()
    assert await walt.refused("transcript.link", conversation=conversation) == "not_found"
    assert await walt.refused("transcript.mail", conversation=conversation) == "not_found"
    forged = url.replace(f"c={conversation}", f"c={conversation + 1}")
    assert (await fetch(acme.house.url + forged))[0] == 404
    await rest(ada, "PUT", "transcripts", on=False)
    assert (await fetch(acme.house.url + url))[0] == 404, "what is off is off at once"


async def test_a_conversation_goes_by_mail_to_its_contact_or_to_whom_an_agent_names(acme, box):
    ada = await acme.agent()
    await rest(ada, "PUT", "transcripts", on=True)
    vera, conversation = await talked(acme, ada)
    path = f"conversations/{conversation}/transcript/mail"
    assert (await rest(ada, "POST", path, to="boss@acme.example", language="pl"))["to"] == "boss@acme.example"
    await eventually(lambda: [each for each in box.mails if each["To"] == "boss@acme.example"], 15)
    mail = next(each for each in box.mails if each["To"] == "boss@acme.example")
    assert "Yes, green & black" in body(mail) and "&lt;b&gt;tea" in body(mail, "html")
    for kind in ("plain", "html"):
        assert "be kind" not in body(mail, kind) and "Wrong window" not in body(mail, kind)
    assert (await vera.call("transcript.mail", conversation=conversation))["to"] == "vera@example.com"
    await eventually(lambda: [each for each in box.mails if each["To"] == "vera@example.com"], 15)
    with pytest.raises(Refused) as again:
        await vera.call("transcript.mail", conversation=conversation)
    assert again.value.code == "rate_limited", "not a mail for each click"
    with pytest.raises(urllib.error.HTTPError) as refused:
        await rest(ada, "POST", path, to="nobody")
    assert refused.value.code == 400
    walt = await acme.visitor()
    other = (await walt.says("Hello"))["conversation"]
    assert await walt.refused("transcript.mail", conversation=other) == "invalid_payload"


async def test_a_huge_conversation_is_sent_while_it_is_read_and_its_mail_is_cut(acme, box):
    ada = await acme.agent()
    vera, conversation = await talked(acme, ada)
    scope, store = Scope(acme.id), acme.house.hub.store
    by = {"kind": "contact", "id": vera.session["contact"]["id"], "name": "Vera"}
    for start in range(0, 2400, 200):
        batch = Batch(scope)
        for number in range(start, start + 200):
            record = {"id": 10_000_000 + number, "client_id": f"h{number}", "kind": "text", "text": f"Line {number}.",
                      "attachments": [], "author": by, "at": acme.house.hub.clock.now()}  # fmt: skip
            position = batch.append(MESSAGES, conversation, record)
        outcome = await store.commit(batch)
        batch = Batch(scope)
        batch.patch(CONVERSATIONS, conversation, set={"position": outcome[position]})
        await store.commit(batch)
    found = json.loads((await exported(ada, conversation, "format=json"))[2])
    lines = [each["text"] for each in found["entries"] if each["text"].startswith("Line")]
    assert lines == [f"Line {number}." for number in range(2400)]
    await rest(ada, "POST", f"conversations/{conversation}/transcript/mail", to="boss@acme.example")
    await eventually(lambda: box.mails, 20)
    text = body(box.mails[0])
    assert "Line 2399." in text and "Line 1400." in text and "Line 1399." not in text
    assert "Only the newest messages are in this mail." in text
