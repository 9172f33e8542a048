"""Forms: made by the company, filled in by people, kept once, in the timeline, on both engines."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from hub.accounts.grants import AGENT, CONTACT, GUEST, SYSTEM
from hub.core.actor import Actor
from hub.core.clock import Clock
from hub.core.errors import FormInvalid, InvalidPayload, NotFound, RateLimited, TokenExpired
from hub.core.hub import Hub
from hub.core.log import configure
from hub.core.settings import Settings
from hub.people import managing, timeline
from hub.people.collections import CONTACTS, SUBMISSIONS
from hub.people.editing import touched  # noqa: F401 - the area is imported as a whole
from hub.people.forms import confirming, exporting, forms, showing, submissions, submitting
from hub.people.forms.fields import Field
from hub.people.forms.traps import LEAST, LONGEST
from hub.people.labels import lists
from hub.people.merging.merges import Merge, merge_contacts
from hub.people.privacy import consent
from storage.bus import MemoryBus
from storage.engine import Engine, Scope
from storage.files import FolderFiles
from storage.filters import Eq

APP = 7
ADA = Actor("agent", 1, "Ada", Scope(APP), AGENT)
SOMEBODY = Actor("contact", 0, "", Scope(APP), GUEST)
GLOBEX = Actor("contact", 0, "", Scope(8), GUEST)

_clients = itertools.count(1)


class Movable(Clock):
    """A clock that tests move."""

    def __init__(self) -> None:
        self.ahead = 0

    def now(self) -> int:
        return super().now() + self.ahead


@pytest.fixture
async def hub(engine: Engine, tmp_path: Path) -> AsyncIterator[Hub]:
    """A hub on each engine, whose clock can be moved; mails wait as jobs, as nobody works them off."""
    from hub import subscribers
    from hub.accounts.collections import APPLICATIONS
    from storage.engine import INSTALLATION, Batch

    bus = MemoryBus()
    made = Hub(
        Settings(data=str(tmp_path), form_tries=5), engine, bus, FolderFiles(tmp_path / "files"),
        configure("warning", "text"), Movable(), "here", b"s" * 32,
    )  # fmt: skip
    subscribers.connect(made)
    await bus.open(b"s" * 32)
    batch = Batch(INSTALLATION)
    for id, name in ((APP, "Acme"), (8, "Globex")):
        batch.insert(APPLICATIONS, {
            "id": id, "name": name, "key": name, "locale": "en", "origins": [], "identity_secret": "x",
            "attachment_limit": 1, "attachment_types": [], "created": 1,
        })  # fmt: skip
    await made.commit(batch)
    yield made
    await made.stop()
    await bus.close()


def fields(*more: dict[str, Any]) -> list[Field]:
    import msgspec

    email = {"key": "email", "kind": "email", "label": {"en": "E-mail"}, "attribute": "email", "required": True}
    name = {"key": "name", "kind": "text", "label": {"en": "Name", "pl": "Imię"}, "attribute": "first_name"}
    return msgspec.convert([email, name, *more], list[Field])


async def form(hub: Hub, *more: dict[str, Any], **settings: Any) -> forms.Form:
    """Make a form that asks for an address and a name."""
    return await forms.create_form(hub, ADA, forms.NewForm("Newsletter", fields(*more), **settings))


async def fill(
    hub: Hub, form: int, answers: dict[str, Any], actor: Actor = SOMEBODY, *, after: int = LEAST, **more: Any
) -> submitting.TakenForm:
    """Open a form and fill it in, a moment later."""
    shown = await showing.open_form(hub, Actor("contact", 0, "", Scope(actor.scope.app), GUEST), showing.OpenForm(form))
    hub.clock.ahead += after  # type: ignore[attr-defined]
    filled = {"form": form, "client_id": f"c{next(_clients)}", "token": shown.token, "answers": answers} | more
    return await submitting.submit_form(hub, actor, submitting.FilledForm(**filled))


async def person(hub: Hub, **attributes: Any) -> int:
    return (await managing.create_contact(hub, ADA, managing.NewContact(attributes))).id


async def by_email(hub: Hub, email: str) -> dict[str, Any]:
    id = await hub.store.key(Scope(APP), "contact.email", email)
    found = await hub.store.get(Scope(APP), CONTACTS, id or 0)
    assert found is not None
    return found


async def entries(hub: Hub, contact: int) -> list[timeline.Entry]:
    return (await timeline.read_timeline(hub, ADA, timeline.TimelineOf(contact, ["form"]))).entries


@pytest.mark.annex("U12")
async def test_what_somebody_fills_in_is_known_counted_and_in_the_timeline(hub: Hub) -> None:
    made = await form(hub, success=forms.Success({"en": "Thank you!", "pl": "Dziękujemy!"}))
    taken = await fill(hub, made.id, {"email": "vera@example.com", "name": "Vera"}, page="https://shop.example/")
    assert taken == submitting.TakenForm("done", "Thank you!", "")
    vera = await by_email(hub, "vera@example.com")
    assert vera["first_name"] == "Vera" and vera["counts"]["form"]["count"] == 1
    assert vera["counts"][f"form:{made.id}"]["count"] == 1 and set(vera["counted"]) >= {"form", f"form:{made.id}"}
    (entry,) = await entries(hub, vera["id"])
    assert (entry.kind, entry.data["name"], entry.data["word"]) == ("form", "Newsletter", "submitted")
    assert [(each["label"], each["value"]) for each in entry.data["answers"]] == [
        ("E-mail", "vera@example.com"), ("Name", "Vera"),
    ]  # fmt: skip
    assert (await forms.get_form(hub, ADA, forms.FormRef(made.id))).submissions == 1
    (listed,) = (await submissions.list_submissions(hub, ADA, submissions.SubmissionsOf(made.id))).submissions
    assert (listed.who, listed.status, listed.contact) == ("Vera", "done", vera["id"])


@pytest.mark.annex("U12", "U9")
async def test_what_people_answered_comes_as_a_file_with_a_column_for_each_question(hub: Hub) -> None:
    colour = {"key": "colour", "kind": "text", "label": {"en": "Colour", "pl": "Kolor"}}
    made = await form(hub, colour)
    other = await form(hub)
    await fill(hub, made.id, {"email": "vera@example.com", "name": "Vera", "colour": "=1+1"}, page="https://s.example/")
    await fill(hub, other.id, {"email": "else@example.com"})
    await forms.change_form(hub, ADA, forms.FormChange(made.id, fields=fields()))  # the colour is asked no more
    await fill(hub, made.id, {"email": "walt@example.com"})

    async def exported(**wanted: Any) -> bytes:
        pieces = await exporting.export_submissions(hub, ADA, exporting.ExportSubmissions(made.id, **wanted))
        return b"".join([piece async for piece in pieces])

    lines = list(csv.reader(io.StringIO((await exported(language="pl")).decode("utf-8-sig"), newline="")))
    assert lines[0] == [
        "Numer", "Kiedy", "Stan", "Kontakt", "Kto", "E-mail", "Strona", "E-mail", "Imię", "Wcześniejsze pytania",
    ]  # fmt: skip
    assert [line[4:] for line in lines[1:]] == [
        ["Vera", "vera@example.com", "https://s.example/", "vera@example.com", "Vera", "Colour: =1+1"],
        ["walt@example.com", "walt@example.com", "", "walt@example.com", "", ""],
    ]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(await exported(format="xlsx"))).get_sheet_by_index(0).to_python()
    assert len(sheet) == 3 and sheet[0][-1] == "Earlier questions" and sheet[1][-1] == "Colour: =1+1"
    with pytest.raises(NotFound):
        await exporting.export_submissions(hub, ADA, exporting.ExportSubmissions(99))


@pytest.mark.annex("U12")
async def test_the_same_form_sent_twice_is_kept_once(hub: Hub) -> None:
    made = await form(hub)
    for _ in range(2):
        await fill(hub, made.id, {"email": "vera@example.com"}, client_id="same")
    vera = await by_email(hub, "vera@example.com")
    assert vera["counts"]["form"]["count"] == 1 and len(await entries(hub, vera["id"])) == 1


WRONG = [
    ({"kind": "text", "required": True}, None, "required"),
    ({"kind": "text", "required": True}, "   ", "required"),
    ({"kind": "text"}, 5, "wrong_type"),
    ({"kind": "text", "longest": 3}, "four", "too_long"),
    ({"kind": "text", "pattern": "99-999"}, "0x-123", "wrong_pattern"),
    ({"kind": "email"}, "vera@", "not_an_email"),
    ({"kind": "email"}, "vera@localhost", "not_an_email"),
    ({"kind": "phone"}, "call me", "not_a_phone"),
    ({"kind": "number"}, "many", "not_a_number"),
    ({"kind": "number"}, float("inf"), "not_a_number"),
    ({"kind": "number"}, True, "not_a_number"),
    ({"kind": "number", "least": 18}, 17, "too_small"),
    ({"kind": "number", "most": 99}, "100", "too_large"),
    ({"kind": "date"}, "2026-02-30", "not_a_date"),
    ({"kind": "choice", "choices": [{"value": "a"}]}, "b", "not_a_choice"),
    ({"kind": "choices", "choices": [{"value": "a"}]}, ["a", "b"], "not_a_choice"),
    ({"kind": "choices", "choices": [{"value": "a"}]}, "a", "wrong_type"),
    ({"kind": "choices", "choices": [{"value": "a"}]}, [["a"]], "not_a_choice"),
    ({"kind": "consent", "required": True}, False, "required"),
    ({"kind": "consent"}, "yes", "wrong_type"),
    ({"kind": "checkbox"}, 1, "wrong_type"),
]


@pytest.mark.annex("U12")
async def test_every_answer_is_checked_and_all_that_is_wrong_is_told_at_once(hub: Hub) -> None:
    more = [{"key": f"f{n}", "label": {"en": f"Field {n}"}} | kind for n, (kind, _, _) in enumerate(WRONG)]
    made = await form(hub, *more)
    answers = {f"f{n}": value for n, (_, value, _) in enumerate(WRONG) if value is not None}
    with pytest.raises(FormInvalid) as refused:
        await fill(hub, made.id, answers)
    told = {key: each["code"] for key, each in (refused.value.fields or {}).items()}
    assert told == {"email": "required"} | {f"f{n}": code for n, (_, _, code) in enumerate(WRONG)}
    assert not (await hub.store.find(Scope(APP), SUBMISSIONS, Eq("form", made.id))).items
    assert refused.value.as_wire()["code"] == "form_invalid"


async def test_a_value_that_the_attribute_refuses_is_told_beside_its_field(hub: Hub) -> None:
    made = await form(hub)
    with pytest.raises(FormInvalid) as refused:
        await fill(hub, made.id, {"email": "vera@example.com", "name": "V" * 41})
    assert refused.value.fields is not None and refused.value.fields["name"]["code"] == "not_fitting"


async def test_what_no_page_sends_is_refused_and_nothing_half_done(hub: Hub) -> None:
    made = await form(hub)
    good = {"email": "vera@example.com"}
    for wrong in ({"nonsense": 1}, {"name": "a\x00b"}, {"name": "\ud800"}):
        with pytest.raises(InvalidPayload):
            await fill(hub, made.id, good | wrong)
    with pytest.raises(NotFound):
        await fill(hub, made.id + 1, good)
    with pytest.raises(NotFound):
        await fill(hub, made.id, good, GLOBEX)
    await forms.change_form(hub, ADA, forms.FormChange(made.id, on=False))
    with pytest.raises(NotFound):
        await fill(hub, made.id, good)
    assert await hub.store.key(Scope(APP), "contact.email", "vera@example.com") is None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"key": "name", "kind": "text", "label": {"en": "N"}}, "twice"),
        ({"key": "x", "kind": "text"}, "label"),
        ({"key": "x", "kind": "choice", "label": {"en": "X"}}, "choices"),
        ({"key": "x", "kind": "text", "label": {"en": "X"}, "choices": [{"value": "a"}]}, "choices"),
        ({"key": "x", "kind": "number", "label": {"en": "X"}, "least": 2, "most": 1}, "least"),
        ({"key": "x", "kind": "number", "label": {"en": "X"}, "attribute": "last_name"}, "does not fit"),
        ({"key": "x", "kind": "text", "label": {"en": "X"}, "attribute": "custom_id"}, "no form can"),
        ({"key": "x", "kind": "text", "label": {"en": "X"}, "attribute": "page_views"}, "no form can"),
        ({"key": "x", "kind": "text", "label": {"en": "X"}, "attribute": "nothing"}, "no such attribute"),
        ({"key": "x", "kind": "text", "label": {"en": "X"}, "attribute": "first_name"}, "so does another"),
        ({"key": "x", "kind": "choice", "label": {"en": "X"}, "attribute": "gender", "choices": [{"value": "cat"}]}, "cat"),
    ],
)  # fmt: skip
async def test_a_form_that_makes_no_sense_is_not_made(hub: Hub, wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidPayload, match=says):
        await form(hub, wrong)
    assert await forms.list_forms(hub, ADA) == []


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//evil.example", "ftp://x", "https://", "https://a b", "http://[x"]
)
async def test_a_redirect_leads_to_a_page_and_nowhere_else(hub: Hub, address: str) -> None:
    with pytest.raises(InvalidPayload, match="redirect"):
        await form(hub, success=forms.Success(redirect=address))


@pytest.mark.annex("U12")
async def test_a_form_never_changes_what_is_known_of_somebody_who_is_only_named(hub: Hub) -> None:
    known = await person(hub, email="walt@example.com", first_name="Walt")
    made = await form(hub, {"key": "city", "kind": "text", "label": {"en": "City"}, "attribute": "city"})
    await fill(hub, made.id, {"email": "WALT@example.com", "name": "Mallory", "city": "Lodz"})
    walt = await by_email(hub, "walt@example.com")
    assert walt["id"] == known and walt["first_name"] == "Walt", "what was known stays"
    assert walt["city"] == "Lodz", "what nobody knew is added"
    (entry,) = await entries(hub, known)
    assert {"key": "name", "label": "Name", "value": "Mallory"} in entry.data["answers"], "agents see what was written"


@pytest.mark.annex("U12")
async def test_consent_tags_and_lists_follow_a_submission(hub: Hub) -> None:
    newsletter = await lists.create_list(hub, ADA, lists.NewList("News"))
    box = {"key": "ok", "kind": "consent", "label": {"en": "Send me news"}, "purpose": "newsletter", "version": "2"}
    other = {"key": "more", "kind": "consent", "label": {"en": "Call me"}, "purpose": "calls"}
    made = await form(hub, box, other, tags=["lead"], lists=[newsletter.id])
    await fill(hub, made.id, {"email": "vera@example.com", "ok": True, "more": False})
    vera = await by_email(hub, "vera@example.com")
    shown = await managing.get_one(hub, ADA, managing.ContactRef(vera["id"]))
    assert (shown.tags, shown.lists) == (["lead"], [newsletter.id])
    said = await consent.list_consents(hub, ADA, consent.ConsentsOf(vera["id"]))
    assert [(each.purpose, each.given, each.version) for each in said.log] == [("newsletter", True, "2")]
    assert said.log[0].source == "Newsletter: Send me news"


@pytest.mark.annex("U12")
async def test_a_program_is_answered_like_a_person_and_nothing_is_kept(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = hub.clock.now()  # only `fill` lets time pass: a millisecond too early is too early
    monkeypatch.setattr(hub.clock, "now", lambda: began + hub.clock.ahead)  # type: ignore[attr-defined]
    made = await form(hub)
    answers = {"email": "bot@example.com"}
    for spam in ({"trap": "http://spam.example"}, {"after": LEAST - 1}, {"token": "1.x"}, {"token": ""}):
        taken = await fill(hub, made.id, answers, **spam)  # type: ignore[arg-type]
        assert taken == submitting.TakenForm("done", "", "")
    other = await form(hub)
    shown = await showing.open_form(hub, SOMEBODY, showing.OpenForm(other.id))
    await fill(hub, made.id, answers, token=shown.token)
    assert await hub.store.key(Scope(APP), "contact.email", "bot@example.com") is None
    for _ in range(300):
        if (found := await forms.get_form(hub, ADA, forms.FormRef(made.id))).spam == 5:
            break
        import asyncio

        await asyncio.sleep(0.01)
    assert (found.spam, found.views, found.submissions) == (5, 5, 0)


async def test_a_form_that_stood_open_for_days_is_loaded_again(hub: Hub) -> None:
    made = await form(hub)
    with pytest.raises(TokenExpired):
        await fill(hub, made.id, {"email": "vera@example.com"}, after=LONGEST + 1)


async def test_one_contact_submits_so_many_forms_a_minute_and_no_more(hub: Hub) -> None:
    made = await form(hub)
    vera = Actor("contact", await person(hub), "Vera", Scope(APP, 1, 5), CONTACT)
    for number in range(5):
        await fill(hub, made.id, {"email": f"v{number}@example.com"}, vera)
    with pytest.raises(RateLimited):
        await fill(hub, made.id, {"email": "v6@example.com"}, vera)


async def link_of(hub: Hub) -> tuple[confirming.Link, dict[str, Any]]:
    """Return the link of the only mail that waits, and the mail."""
    from urllib.parse import parse_qs, urlsplit

    from hub.core.collections import JOBS
    from storage.engine import INSTALLATION

    rows = [row async for chunk in hub.store.export(INSTALLATION, JOBS) for row in chunk]
    (letter,) = [row["payload"] for row in rows if row["kind"] == "outreach.letter"]
    query = {name: values[0] for name, values in parse_qs(urlsplit(letter["link"]).query).items()}
    return confirming.Link(int(query["a"]), int(query["s"]), int(query["e"]), query["k"]), letter


@pytest.mark.annex("U12")
async def test_with_a_double_opt_in_tags_and_consents_wait_for_the_answer_to_a_mail(hub: Hub) -> None:
    box = {"key": "ok", "kind": "consent", "label": {"en": "Send me news"}, "purpose": "newsletter"}
    made = await form(hub, box, tags=["subscriber"], double_opt_in=True)
    taken = await fill(hub, made.id, {"email": "vera@example.com", "ok": True})
    assert taken.status == "asked"
    vera = await by_email(hub, "vera@example.com")
    assert not vera["tags"] and not vera.get("consents")
    link, letter = await link_of(hub)
    assert letter["to"] == "vera@example.com" and letter["contact"] == vera["id"] and "Acme" in letter["subject"]

    for _ in range(2):  # a program that follows links
        found, submission = await confirming.read_link(hub, link)
        assert found.status == "asked" and submission is not None
    system = Actor("system", 0, "Switchboard", Scope(APP), SYSTEM)
    for _ in range(2):
        await confirming.confirm_submission(hub, system, confirming.ConfirmSubmission(link.s))
    shown = await managing.get_one(hub, ADA, managing.ContactRef(vera["id"]))
    said = await consent.list_consents(hub, ADA, consent.ConsentsOf(vera["id"]))
    assert shown.tags == ["subscriber"] and [each.purpose for each in said.log] == ["newsletter"]
    assert [entry.data["word"] for entry in await entries(hub, vera["id"])] == ["confirmed", "submitted"]
    assert (await forms.get_form(hub, ADA, forms.FormRef(made.id))).confirmed == 1
    assert (await confirming.read_link(hub, link))[0].status == "confirmed"


async def test_a_link_ends_after_a_week_and_can_not_be_made_by_hand(hub: Hub) -> None:
    import msgspec

    made = await form(hub, double_opt_in=True)
    await fill(hub, made.id, {"email": "vera@example.com"})
    link, _ = await link_of(hub)
    for forged in ({"s": link.s + 1}, {"a": 8}, {"e": link.e + 1}, {"k": "x"}):
        with pytest.raises(NotFound):
            await confirming.read_link(hub, msgspec.structs.replace(link, **forged))
    hub.clock.ahead += confirming.GOOD_FOR  # type: ignore[attr-defined]
    assert (await confirming.read_link(hub, link))[0].status == "expired"


async def test_a_double_opt_in_needs_an_address(hub: Hub) -> None:
    import msgspec

    only = msgspec.convert([{"key": "name", "kind": "text", "label": {"en": "Name"}}], list[Field])
    with pytest.raises(InvalidPayload, match="double opt-in"):
        await forms.create_form(hub, ADA, forms.NewForm("N", only, double_opt_in=True))


async def test_a_deleted_form_leaves_what_people_answered(hub: Hub) -> None:
    made = await form(hub)
    await fill(hub, made.id, {"email": "vera@example.com"})
    await forms.delete_form(hub, ADA, forms.FormRef(made.id))
    with pytest.raises(NotFound):
        await forms.get_form(hub, ADA, forms.FormRef(made.id))
    vera = await by_email(hub, "vera@example.com")
    assert [entry.data["name"] for entry in await entries(hub, vera["id"])] == ["Newsletter"]


async def test_submissions_follow_a_merge(hub: Hub) -> None:
    made = await form(hub)
    await fill(hub, made.id, {"email": "vera@example.com"})
    vera, other = await by_email(hub, "vera@example.com"), await person(hub, first_name="V")
    await merge_contacts(hub, ADA, Merge(other, [vera["id"]]))
    assert len(await entries(hub, other)) == 1
    stands = await hub.store.get(Scope(APP), CONTACTS, other)
    assert stands is not None and stands["counts"]["form"]["count"] == 1
