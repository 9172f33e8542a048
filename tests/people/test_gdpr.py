"""What a person may ask for: everything that is kept, erased everywhere, with a proof; consents; and how long data stays."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import apsw
import pytest

from hub.chat.attachments import FORGET
from hub.chat.collections import CONVERSATIONS, MESSAGES
from hub.chat.presence import Presence
from hub.core.collections import DEAD_JOBS, JOBS
from hub.people.collections import BROWSERS, CONTACTS, EVENTS, IMPORT_CHUNKS, PAGES, SUBMISSIONS
from hub.people.privacy import erasure, passing, retention
from server import COLLECTIONS, STREAMS
from storage.engine import INSTALLATION, Batch, Scope
from storage.filters import Eq
from tests.conftest import Company
from tests.support.forms import EMAIL, make_form
from tests.support.forms import Page as FormPage
from tests.support.house import House, eventually, open_house
from tests.support.people import settled
from tests.support.snapshot import everything_of

from .conftest import Refused, panel_of

pytestmark = pytest.mark.annex("X7")
DAY = 86_400_000


@pytest.fixture(params=["sqlite", "mongo"])
async def either_house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """A house on each engine."""
    settings = {}
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", presence_grace=0.2, **settings) as house:
        yield house


async def lived(house: House) -> tuple[Company, Any, Any, int, int]:
    """Vera, who has done everything that leaves a trace, merged of two; and Walt beside her."""
    company = Company(house, await house.application("Acme", "ada@acme.example", "ben@acme.example"))
    panel = await panel_of(company)
    ada, vera, walt = await company.agent(), await company.visitor(), await company.visitor()
    await vera.call("contact.update", name="Vera Zebraive", email="vera@zebra.example", attributes={"pet": "iguana"})
    await vera.call("page", url="https://acme.example/zebrapage", title="A zebra page")
    await vera.call("event", name="bought", data={"what": "zebrathing"})
    upload = await vera.call("attachment.start", name="zebrafile.txt", size=5, type="text/plain")
    async with aiohttp.ClientSession() as http:
        await http.put(upload["url"] if "://" in upload["url"] else house.url + upload["url"], data=b"zebra")
    conversation = (await vera.says("My zebra question", attachments=[upload["id"]], client_id="zebraclient"))[
        "conversation"
    ]
    await ada.says("A zebra answer", conversation)
    await ada.call("note.add", client_id="zebranote", conversation=conversation, text="A zebra note")
    await walt.says("Walt stays")
    await walt.call("event", name="bought", data={"what": "tea"})
    own = vera.session["contact"]["id"]
    older = await panel.contact(first_name="Zebraold", custom_id="zebraid", email="old@zebra.example")
    await panel("POST", f"contacts/{older}/events", name="bought", data={"what": "zebraolder"})
    await panel("POST", f"contacts/{own}/tags", tag="vip")
    for given in (True, False):
        await panel(
            "POST", f"contacts/{own}/consents", purpose="newsletter", given=given, source="zebraform", version="v1"
        )
    await panel("POST", f"contacts/{own}/merge", others=[older])
    return company, panel, (ada, vera, walt), own, conversation


async def dossier(panel: Any, contact: int) -> zipfile.ZipFile:
    async with panel._http.get(f"/api/app/contacts/{contact}/dossier") as response:
        body = await response.read()
        if response.status != 200:
            raise Refused(response.status, json.loads(body))
        assert response.headers["Content-Type"] == "application/zip" and "no-store" in response.headers["Cache-Control"]
    return zipfile.ZipFile(io.BytesIO(body))


async def erased(panel: Any, id: int) -> dict[str, Any]:
    for _ in range(1000):
        proof = await panel("GET", f"erasures/{id}")
        if proof["status"] == "done":
            return dict(proof)
        await asyncio.sleep(0.01)
    raise AssertionError("it is not done in time")


# ── the dossier ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_dossier_holds_everything_of_one_person_and_nothing_of_another(either_house):
    company, panel, _, vera, _ = await lived(either_house)
    bundle = await dossier(panel, vera)
    assert bundle.testzip() is None
    parts = {Path(name).stem: json.loads(bundle.read(name)) for name in bundle.namelist() if "/" not in name}
    assert set(parts) == {
        "contact",
        "browsers",
        "pages",
        "events",
        "history",
        "talks",
        "consents",
        "conversations",
        "attachments",
    }
    contact = parts["contact"]
    assert (contact["email"], contact["custom_id"], contact["attributes"]) == (
        "vera@zebra.example", "zebraid", {"pet": "iguana"},
    )  # fmt: skip
    assert contact["tags"] == ["vip"] and contact["consents"]["newsletter"]["given"] is False
    assert {event["data"]["what"] for event in parts["events"]} == {"zebrathing", "zebraolder"}
    assert [page["title"] for page in parts["pages"]] == ["A zebra page"]
    assert [consent["given"] for consent in parts["consents"]] == [True, False]
    (conversation,) = parts["conversations"]
    assert [message["text"] for message in conversation["messages"]] == ["My zebra question", "A zebra answer"]
    assert [note["text"] for note in conversation["notes"]] == ["A zebra note"]
    (file,) = [name for name in bundle.namelist() if "/" in name]
    assert file.endswith("zebrafile.txt") and bundle.read(file) == b"zebra"
    assert "Walt stays" not in repr(parts) and '"tea"' not in repr(parts)
    await panel._http.close()
    await company.go_home()


async def test_only_owners_and_keys_may(panel, acme, globex_panel):
    vera = await panel.contact(first_name="Vera")
    ben = {"Authorization": f"Bearer {await acme.token('ben@acme.example')}"}
    key = {"Authorization": f"Token {acme.api_key}"}
    calls = [("GET", f"contacts/{vera}/dossier"), ("POST", f"contacts/{vera}/erase"), ("GET", "retention"),
             ("GET", "erasures")]  # fmt: skip
    async with aiohttp.ClientSession(acme.house.url) as http:
        for method, path in calls:
            async with http.request(method, f"/api/app/{path}", headers=ben) as response:
                assert response.status == 403, path
        async with http.get(f"/api/app/contacts/{vera}/dossier", headers=key) as response:
            assert response.status == 200
    for method, path in calls[:2]:
        with pytest.raises(Refused) as refused:
            await globex_panel(method, path)
        assert refused.value.status == 404
    assert (await panel("GET", f"contacts/{vera}"))["first_name"] == "Vera"


# ── erasure ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def dumped(folder: Path) -> str:
    """Return every row of every table of the embedded store."""
    connection = apsw.Connection(str(folder / "hub.db"), flags=apsw.SQLITE_OPEN_READONLY)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    whole = []
    for table in tables:
        if not table.startswith("w_"):  # words are kept as hashes of nothing: `search` tells what they find
            whole += [repr(row) for row in connection.execute(f'SELECT * FROM "{table}"')]
    connection.close()
    return "\n".join(whole).lower()


async def named_in_jobs(house: Any, app: int, contact: int) -> list[str]:
    """Return the kinds of the jobs of an application that name a contact."""
    jobs = [row async for chunk in house.hub.store.export(INSTALLATION, JOBS) for row in chunk]
    of_contacts = [row for row in jobs if row["app"] == app and row["kind"] != FORGET]
    return [row["kind"] for row in of_contacts if str(contact) in repr(row["payload"])]


async def test_an_erased_person_is_nowhere_and_the_proof_says_how_much_there_was(either_house, tmp_path):
    house = either_house
    company, panel, (ada, vera, walt), contact, conversation = await lived(house)
    scope = Scope(company.id)
    batch = Batch(scope)
    await house.hub.jobs.add(batch, "segments.flip", {"subject": "contact", "id": contact, "due": 5}, after=DAY)
    batch.insert(DEAD_JOBS, {"id": 77, "kind": "x", "app": company.id, "died": 1, "payload": {"contact": contact}})
    batch.insert(DEAD_JOBS, {"id": 78, "kind": "x", "app": company.id, "died": 1, "payload": {"contact": contact + 99}})
    deeds = [{"contact": id, "record": {"data": "zebra" if id == contact else "tea"}} for id in (contact, contact + 99)]
    batch.insert(
        DEAD_JOBS, {"id": 79, "kind": "y", "app": company.id, "died": 1, "payload": {"deeds": json.dumps(deeds)}}
    )
    await house.hub.commit(batch)
    files = [path for path in (tmp_path / "data" / "files").rglob("*") if path.is_file()]
    assert len(files) == 1 and files[0].read_bytes() == b"zebra"

    kept = await panel("GET", f"contacts/{contact}/kept")
    proof = await panel("POST", f"contacts/{contact}/erase")
    assert proof["status"] == "running"
    with pytest.raises(Refused):
        await panel("GET", f"contacts/{contact}")
    await asyncio.wait_for(vera.disconnected.wait(), 5)
    proof = await erased(panel, proof["id"])
    assert kept["counts"] == {kind: count for kind, count in proof["counts"].items() if kind != "jobs"}
    counts = proof["counts"]
    assert {name: counts[name] for name in ("contacts", "browsers", "pages", "events", "consents", "conversations")} == {
        "contacts": 2, "browsers": 1, "pages": 1, "events": 2, "consents": 2, "conversations": 1,
    }  # fmt: skip
    assert (counts["messages"], counts["notes"], counts["attachments"]) == (2, 1, 1) and counts["jobs"] >= 2
    assert proof["seal"] and proof["asked_by"] == "agent Ada"
    assert (await panel("GET", f"erasures/{proof['id']}?contact={contact}"))["matches"] is True
    assert (await panel("GET", f"erasures/{proof['id']}?contact={contact + 1}"))["matches"] is False

    left = repr(await everything_of(house.hub.store, company.id)).lower()
    assert "zebra" not in left and "iguana" not in left and "walt stays" in left
    assert not [path for path in (tmp_path / "data" / "files").rglob("*") if path.is_file()]
    for kind, value in (("email", "vera@zebra.example"), ("email", "old@zebra.example"), ("custom_id", "zebraid")):
        assert await house.hub.store.key(scope, f"contact.{kind}", value) is None
    for word in ("zebraive", "iguana", "zebraold"):
        assert await house.hub.store.search(scope, CONTACTS, word) == []
    rows = [row async for chunk in house.hub.store.export(INSTALLATION, DEAD_JOBS) for row in chunk]
    assert [row["id"] for row in rows] == [78, 79] and json.loads(rows[1]["payload"]["deeds"]) == deeds[1:]
    async with asyncio.timeout(8):  # the erasing itself may still be about to leave the list
        while (kinds := await named_in_jobs(house, company.id, contact)) != [erasure.ERASE]:
            assert set(kinds) == {erasure.ERASE}, "only the look for latecomers is left"
            await asyncio.sleep(0.05)

    again = await company.visitor(vera.token)
    assert again.session["contact"]["id"] != contact and again.session["conversations"] == []
    taken = await panel.contact(email="vera@zebra.example", custom_id="zebraid")
    assert taken != contact
    assert (
        await walt.says("Still here")
        and await ada.refused("conversation.open", conversation=conversation) == "not_found"
    )
    await panel._http.close()
    await company.go_home()


async def test_not_one_row_of_the_embedded_store_tells_of_an_erased_person(tmp_path):
    async with open_house(tmp_path / "data") as house:
        company, panel, _, contact, _ = await lived(house)
        assert "zebra" in dumped(tmp_path / "data") and "iguana" in dumped(tmp_path / "data")
        proof = await panel("POST", f"contacts/{contact}/erase")
        await erased(panel, proof["id"])
        await panel._http.close()
        await company.go_home()
    rows = [line for line in dumped(tmp_path / "data").splitlines() if "zebra" in line or "iguana" in line]
    assert rows == []


async def test_what_imports_keep_of_a_person_is_handed_out_and_erased_too(either_house):
    house = either_house
    company = Company(house, await house.application("Acme"))
    panel, scope = await panel_of(company), Scope(company.id)
    vera, walt = await panel.contact(first_name="Vera"), await panel.contact(first_name="Walt")
    batch = Batch(scope)
    for id in range(1, 46):
        changed = [[vera, {"city": "Zebra"}, {"city": "Łódź"}], [walt, {"city": "A"}, {"city": "B"}]]
        batch.insert(IMPORT_CHUNKS, {"id": id, "import": 9, "offset": id, "created": [vera, walt], "changed": changed})
    await house.hub.commit(batch)
    parts = json.loads((await dossier(panel, vera)).read("imports.json"))
    assert len(parts) == 90 and {part["contact"] for part in parts} == {vera}
    proof = await panel("POST", f"contacts/{vera}/erase")
    assert (await erased(panel, proof["id"]))["counts"]["imports"] == 90
    chunks = [each async for some in house.hub.store.export(scope, IMPORT_CHUNKS) for each in some]
    assert len(chunks) == 45 and "Zebra" not in repr(chunks)
    assert all(each["created"] == [walt] and [change[0] for change in each["changed"]] == [walt] for each in chunks)
    await panel._http.close()


async def test_an_erasure_that_a_crash_broke_off_is_finished_with_the_same_counts(tmp_path, monkeypatch):
    turn = erasure._TURN
    async with open_house(tmp_path / "data") as house:
        company = Company(house, await house.application("Acme"))
        panel = await panel_of(company)
        vera = await panel.contact(first_name="Vera")
        batch = Batch(Scope(company.id))
        for number in range(1, 1001):
            batch.append(EVENTS, vera, {"id": 10_000 + number, "event": 1, "name": "e", "data": {}, "at": number})
        await house.hub.commit(batch)
        monkeypatch.setattr(erasure, "_TURN", -1.0)  # each turn ends behind one chunk
        monkeypatch.setattr(house.hub.jobs, "add", stopping(house.hub.jobs.add))
        proof = await panel("POST", f"contacts/{vera}/erase")
        for _ in range(500):
            left = await house.hub.store.read(Scope(company.id), EVENTS, vera, limit=2000)
            if len(left) < 1000:
                break
            await asyncio.sleep(0.01)
        assert 0 < len(left) < 1000
        await panel._http.close()
    monkeypatch.setattr(erasure, "_TURN", turn)
    async with open_house(tmp_path / "data") as house:
        company.house = house
        panel = await panel_of(company)
        done = await erased(panel, proof["id"])
        assert done["counts"]["events"] == 1000
        assert await house.hub.store.read(Scope(company.id), EVENTS, vera) == []
        await panel._http.close()


def stopping(add: Any) -> Any:
    """The jobs that follow the first one wait for the next process."""
    seen = itertools.count()

    async def later(batch: Any, kind: str, payload: Any, *, after: int = 0) -> None:
        await add(batch, kind, payload, after=after if kind != erasure.ERASE or not next(seen) else 1_500)

    return later


OF_CONTACTS = {
    "edits", "note_edits", "contacts", "browsers", "merged_contacts", "conversations", "attachments", "import_chunks",
    "pages", "events", "history", "talks", "consents", "messages", "notes", "enrichment_runs", "form_submissions",
    "answered_forms", "deals", "activities", "crm_notes", "tickets", "emails", "webhook_deliveries", "mails",
    "deliveries", "said", "searched", "ratings",
    "push_devices", "phone_calls", "call_recordings",
}  # fmt: skip
"""What a keeper hands out and erases; the tests above look into all of it, tests/crm/test_crm_privacy.py
tests/webhooks/test_deliveries.py, tests/live/test_ratings.py, tests/live/test_calls.py and tests/push/test_push.py."""


def test_whatever_is_kept_of_a_contact_has_a_keeper():
    known = OF_CONTACTS | set(NOT_OF_CONTACTS)
    named = {each.name for each in (*COLLECTIONS, *STREAMS) if getattr(each, "tenant", True)}
    assert named == known, (
        "a new collection or stream: if it tells of a contact, its area's keeper (hub/subscribers.py) has to erase it"
    )


NOT_OF_CONTACTS = {
    "notices": "how far each agent was told of a conversation, with which they go (tests/live/test_notices.py)",
    "sla": "rules of the application",
    "sla_tallies": "numbers",
    "rating_rules": "rules of the application",
    "call_rules": "rules of the application",
    "call_sounds": "what the application plays to callers",
    "phone_accounts": "the application's own, at a phone provider",
    "phone_numbers": "the same",
    "phone_legs": "how long a line was taken, without who was on it",
    "phone_usage": "numbers",
    "phone_hooks": "which messages of a provider were taken, as hashes",
    "phone_lines": "the application's own trunks",
    "routing": "rules of the application, and which agent was given a conversation when",
    "webhooks": "which programs are told what",
    "forms": "what a company asks",
    "modals": "what a company shows; what contacts did with it stands in their history and counts",
    "modal_tallies": "numbers",
    "form_tallies": "how often a form was shown",
    "companies": "a company is no person",
    "conversation_labels": "names that the team gave",
    "inbox_operations": "what was decided for many conversations at once",
    "changed_conversations": "ids and statuses alone, by which that is taken back",
    "inbox_views": "what agents ask of the inbox",
    "canned": "what the team answers to anybody",
    "drafts": "what agents have half written; it goes with its conversation (tests/live/test_drafts.py)",
    "link_previews": "what pages say of themselves, under a hash, for a month (tests/live/test_link_previews.py)",
    "macros": "what the team does to any conversation",
    "views": "what agents ask; who is found stands nowhere in it",
    "company_history": "of companies",
    "erasures": "the proofs, which name nobody",
    "retention": "rules of the application",
    "enrichment": "rules of the application, and figures; what happened last names nobody",
    "attributes": "names that the application gave",
    "event_names": "the same",
    "tags": "the same",
    "lists": "the same",
    "segments": "the same",
    "group_rules": "which segments go to which group of agents",
    "segment_sizes": "numbers",
    "push_settings": "rules of the application",
    "widgets": "how the chat looks",
    "operations": "what was asked of many contacts at once",
    "changed_contacts": "ids alone, by which that is taken back; those of erased contacts lead nowhere",
    "pipelines": "names that the application gave",
    "stage_totals": "numbers",
    "loss_reasons": "names that the application gave",
    "activity_types": "the same",
    "products": "what is sold",
    "demo_data": "ids of people who are made up, by which they are taken out again",
    "first_hours": "how far a team has come in setting up",
    "support_services": "by when faults of an application are mended",
    "deal_history": "the stages and statuses of deals, with the agents who moved them",
    "email_templates": "what the company says; nobody is named",
    "email_template_versions": "the same",
    "email_campaigns": "the words that went to contacts; gone with the last of their e-mails",
    "mailboxes": "from which servers the company's mail is read",
    "mail_senders": "over which servers the company mails",
    "moves": "how far accounts have been moved in, with ids and reasons",
    "imports": "counts and the first errors of a file; gone thirty days after the upload",
}
"""What tells of no contact, and why."""


# ── consents ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_log_of_consents_only_grows_and_what_was_said_last_holds(panel, house):
    vera, now = await panel.contact(first_name="Vera"), house.hub.clock.now()
    said = [("mail", True, now - 5_000), ("mail", False, now - 1_000), ("mail", True, now - 3_000), ("sms", True, now)]
    for purpose, given, at in said:
        await panel(
            "POST", f"contacts/{vera}/consents", purpose=purpose, given=given, source="page", version="2", at=at
        )
    shown = await panel("GET", f"contacts/{vera}/consents")
    assert [(each["purpose"], each["given"]) for each in shown["now"]] == [("mail", False), ("sms", True)]
    assert [each["given"] for each in shown["log"]] == [True, True, False, True]
    assert {(each["source"], each["version"], each["by"]) for each in shown["log"]} == {("page", "2", "Ada")}


async def test_the_consents_of_merged_contacts_are_read_together(panel, house):
    one, two = await panel.contact(first_name="One"), await panel.contact(first_name="Two")
    now = house.hub.clock.now()
    await panel("POST", f"contacts/{one}/consents", purpose="mail", given=True, source="a", at=now - 5_000)
    await panel("POST", f"contacts/{two}/consents", purpose="mail", given=False, source="b", at=now - 1_000)
    await panel("POST", f"contacts/{one}/merge", others=[two])
    shown = await panel("GET", f"contacts/{one}/consents")
    assert [each["given"] for each in shown["now"]] == [False] and [each["source"] for each in shown["log"]] == [
        "a",
        "b",
    ]


@pytest.mark.parametrize("wrong", [{"purpose": "a.b"}, {"purpose": ""}, {"source": ""}, {"at": -1}, {"given": "yes"}])
async def test_a_consent_that_says_nothing_is_refused(panel, wrong):
    vera = await panel.contact(first_name="Vera")
    with pytest.raises(Refused) as refused:
        await panel("POST", f"contacts/{vera}/consents", **{"purpose": "mail", "given": True, "source": "page"} | wrong)
    assert refused.value.status == 400
    assert (await panel("GET", f"contacts/{vera}/consents"))["log"] == []


# ── how long data stays ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_old_data_is_erased_by_kind_and_young_data_stays(either_house, monkeypatch):
    monkeypatch.setattr(retention, "_CHUNK", 3)
    house = either_house
    company = Company(house, await house.application("Acme"))
    panel, scope, now = await panel_of(company), Scope(company.id), house.hub.clock.now()
    people = [await panel.contact(first_name=f"N{number}") for number in range(7)]
    number = itertools.count(50_000)
    batch = Batch(scope)
    for contact in people:
        for age in (40, 30, 20, 11, 9, 1):
            for stream in (PAGES, EVENTS):
                batch.append(stream, contact, {"id": next(number), "at": now - age * DAY, "name": "e", "data": {}})
    await house.hub.commit(batch)
    ada = await company.agent()
    talks = []
    for age, closes in ((100, True), (100, False), (1, True)):
        visitor = await company.visitor()
        talk = (await visitor.says(f"{age} {closes}"))["conversation"]
        if closes:
            await ada.call("conversation.close", conversation=talk)
        batch = Batch(scope)
        batch.patch(CONVERSATIONS, talk, set={"updated": now - age * DAY})
        await house.hub.commit(batch)
        talks.append(talk)

    nothing = dict.fromkeys(("pages", "events", "conversations", "answers", "visitors"))
    assert await panel("GET", "retention") == nothing
    rules = {"pages": 10, "events": 25, "conversations": 90}
    would = await panel("POST", "retention/preview", **rules)
    assert would == {"pages": 4 * 7, "events": 2 * 7, "conversations": 1, "answers": 0, "visitors": 0, "exact": True}
    await panel("PUT", "retention", **rules)
    jobs = [row async for chunk in house.hub.store.export(INSTALLATION, JOBS) for row in chunk]
    (ordered,) = [row for row in jobs if row["kind"] == retention.APPLY]
    assert 0 < ordered["due"] - now <= DAY + 600_000
    await retention.apply_rules(house.hub, INSTALLATION, ordered["payload"])
    for contact in people:
        ages = [
            [round((now - each["at"]) / DAY) for each in await house.hub.store.read(scope, stream, contact)]
            for stream in (PAGES, EVENTS)
        ]
        assert ages == [[9, 1], [20, 11, 9, 1]]
    left = await house.hub.store.get_many(scope, CONVERSATIONS, talks)
    assert list(left) == talks[1:]
    assert await house.hub.store.heads(scope, MESSAGES, [talks[0]]) == {}
    timeline = await panel("GET", f"contacts/{people[0]}/timeline?kinds=page,event&limit=4")
    rest = await panel("GET", f"contacts/{people[0]}/timeline?kinds=page,event&limit=4&cursor={timeline['cursor']}")
    assert len(timeline["entries"]) == 4 and len(rest["entries"]) == 2 and rest["cursor"] is None
    jobs = [row async for chunk in house.hub.store.export(INSTALLATION, JOBS) for row in chunk]
    assert [row["kind"] for row in jobs if row["kind"] == retention.APPLY] == [retention.APPLY]
    await panel._http.close()
    await company.go_home()


async def test_answers_to_forms_grow_old_too(either_house):
    house = either_house
    company = Company(house, await house.application("Acme"))
    panel, scope, now = await panel_of(company), Scope(company.id), house.hub.clock.now()
    made = await make_form(company, EMAIL)
    shop = FormPage(company)
    for name in ("vera", "walt", "zoe"):
        await shop.post(made["id"], {"email": f"{name}@example.com"})
    await settled(house)
    kept = (await house.hub.store.find(scope, SUBMISSIONS)).items
    batch = Batch(scope)
    for document, age in zip(kept, (400, 300, 1), strict=True):
        batch.patch(SUBMISSIONS, document["id"], set={"at": now - age * DAY})
    await house.hub.commit(batch)
    assert (await panel("POST", "retention/preview", answers=365))["answers"] == 1
    await panel("PUT", "retention", answers=200)
    await retention.apply_rules(house.hub, INSTALLATION, {"app": company.id, "midnight": 0})
    assert [each["id"] for each in (await house.hub.store.find(scope, SUBMISSIONS)).items] == [kept[2]["id"]]
    assert await house.hub.store.key(scope, "form.client", kept[0]["client"]) is None
    await panel._http.close()


async def test_visitors_whom_nobody_knows_go_when_they_do_not_come_back_and_everybody_else_stays(
    either_house, monkeypatch
):
    monkeypatch.setattr(passing, "_SOME", 2)
    house = either_house
    company = Company(house, await house.application("Acme"))
    panel, scope, now = await panel_of(company), Scope(company.id), house.hub.clock.now()

    async def visited(age: int, **call: Any) -> int:
        visitor = await company.visitor()
        await visitor.call("page", url="https://shop.example/", title="Shop", referrer="")
        if "says" in call:
            await visitor.says(call["says"])
        contact = int(visitor.session["contact"]["id"])
        await visitor.leave()
        await eventually(lambda: not house.hub.part(Presence).online(company.id, "contact", contact))
        await settled(house)
        if "attributes" in call:
            await panel("PATCH", f"contacts/{contact}", attributes=call["attributes"])
        if "tag" in call:
            await panel("POST", f"contacts/{contact}/tags", tag=call["tag"])
        if "deal" in call:
            await panel("POST", "deals", name=call["deal"], contact=contact)
        if "consent" in call:
            await panel("POST", f"contacts/{contact}/consents", purpose=call["consent"], given=True, source="page")
        await settled(house)
        batch = Batch(scope)
        batch.patch(CONTACTS, contact, set={"last_seen": now - age * DAY})
        await house.hub.commit(batch)
        return contact

    stay = [
        await visited(300, says="Hello"), await visited(300, attributes={"first_name": "Vera"}),
        await visited(300, tag="vip"), await visited(300, deal="Tea"), await visited(300, consent="mail"),
        await visited(5),
    ]  # fmt: skip
    gone = [await visited(300) for _ in range(3)]
    keys = [(await house.hub.store.get(scope, CONTACTS, each))["key"] for each in gone]
    ada = await company.agent()
    assert (await panel("POST", "retention/preview", visitors=270))["visitors"] >= 3
    await panel("PUT", "retention", visitors=270)
    await retention.apply_rules(house.hub, INSTALLATION, {"app": company.id, "midnight": 0})
    await settled(house)
    assert list(await house.hub.store.get_many(scope, CONTACTS, stay + gone)) == stay
    for contact, key in zip(gone, keys, strict=True):
        assert await house.hub.store.heads(scope, PAGES, [contact]) == {}
        assert await house.hub.store.key(scope, "contact.key", key) is None
        assert (await house.hub.store.find(scope, BROWSERS, Eq("contact", contact))).items == []
        await ada.hears("replaced", contacts=[contact], into=None)
    await panel._http.close()
    await company.go_home()


async def test_who_writes_again_after_an_old_conversation_was_erased_begins_a_new_one(house, acme, panel):
    vera, ada = await acme.visitor(), await acme.agent()
    scope, now = Scope(acme.id), house.hub.clock.now()
    for _ in range(2):
        talk = (await vera.says("Hello"))["conversation"]
        await ada.call("conversation.close", conversation=talk)
    batch = Batch(scope)
    batch.patch(CONVERSATIONS, talk, set={"updated": now - 100 * DAY})
    await house.hub.commit(batch)
    await panel("PUT", "retention", conversations=90)
    await retention.apply_rules(house.hub, INSTALLATION, {"app": acme.id, "midnight": 0})
    assert await house.hub.store.count(scope, CONVERSATIONS, Eq("contact", vera.session["contact"]["id"])) == 1
    again = await vera.says("Hello again")
    await ada.hears("message", text="Hello again")
    assert again["position"] >= 1
    await eventually(lambda: vera.events("message"))
