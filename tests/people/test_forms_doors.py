"""Forms through their doors: over sockets, as plain requests, by mail; spam, tenants, and what a person may have erased."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.conftest import Company
from tests.support.cast import Refused
from tests.support.forms import EMAIL, NAME, Page, make_form, patient_token, rest
from tests.support.house import House, eventually, free_port, open_house
from tests.support.people import settled


def filled(company: Company, form: dict[str, Any], answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return what a page sends over its socket."""
    return {
        "form": form["id"], "client_id": "f1", "token": patient_token(company, form["id"]), "answers": answers,
    } | more  # fmt: skip


@pytest.mark.annex("U12")
async def test_a_visitor_fills_in_a_form_over_the_socket_and_the_team_hears_it(acme: Company, globex: Company) -> None:
    ada, gus, vera, walt = await acme.agent(), await globex.agent(), await acme.visitor(), await acme.visitor()
    made = await make_form(acme, EMAIL, NAME, success={"text": {"en": "Thanks!", "pl": "Dzięki!"}})
    shown = (await vera.call("form.open", form=made["id"], language="pl"))["form"]
    assert [field["label"] for field in shown["fields"]] == ["E-mail", "Imię"]
    assert "attribute" not in shown["fields"][0], "which attributes a company has is nobody's business"
    answer = await vera.call("form.submit", **filled(acme, made, {"email": "vera@example.com", "name": "Vera"}))
    assert answer == {"ok": True, "status": "done", "text": "Thanks!", "redirect": ""}
    heard = await ada.hears("form")
    assert (heard["contact"], heard["who"], heard["status"]) == (vera.session["contact"]["id"], "Vera", "done")
    assert walt.events("form") == gus.events("form") == vera.events("form") == []
    await ada.hears("contact", email="vera@example.com")


async def test_what_is_wrong_comes_back_by_field(acme: Company) -> None:
    vera, made = await acme.visitor(), await make_form(acme)
    ack = await vera.ack("form.submit", filled(acme, made, {"email": "vera@"}))
    assert ack["error"]["code"] == "form_invalid" and ack["error"]["fields"]["email"]["code"] == "not_an_email"
    for wrong in ({"answers": []}, {"answers": {"email": "v@e.pl"}, "nonsense": 1}, {"form": "x"}, {"language": "de"}):
        with pytest.raises(Refused) as refused:
            await vera.call("form.submit", **filled(acme, made, {"email": "v@e.pl"}) | wrong)
        assert refused.value.code == "invalid_payload"


@pytest.mark.annex("U12")
async def test_a_page_without_a_chat_gets_a_form_and_sends_it(acme: Company) -> None:
    made = await make_form(acme)
    page = Page(acme)
    status, shown = await page.get(made["id"])
    assert status == 200 and shown["form"]["id"] == made["id"] and shown["form"]["token"]
    status, answer = await page.post(
        made["id"], {"email": "vera@example.com", "name": "Vera"}, page="https://shop.example/"
    )
    assert (status, answer["status"]) == (200, "done")
    (one,) = (await rest(acme, "GET", f"forms/{made['id']}/submissions"))["submissions"]
    assert (one["who"], one["page"]) == ("Vera", "https://shop.example/")


async def test_a_form_that_comes_with_the_token_of_a_browser_is_that_visitors(acme: Company) -> None:
    vera, made = await acme.visitor(), await make_form(acme)
    await Page(acme).post(made["id"], {"email": "vera@example.com"}, visitor_token=vera.token)
    (one,) = (await rest(acme, "GET", f"forms/{made['id']}/submissions"))["submissions"]
    assert one["contact"] == vera.session["contact"]["id"]


@pytest.mark.annex("U12")
async def test_whoever_writes_another_ones_address_sees_and_changes_nothing_of_them(acme: Company) -> None:
    ada, mallory = await acme.agent(), await acme.visitor()
    walt = await rest(acme, "POST", "contacts", {"attributes": {"email": "walt@example.com", "first_name": "Walt"}})
    made = await make_form(acme)
    answer = await mallory.call("form.submit", **filled(acme, made, {"email": "walt@example.com", "name": "Mallory"}))
    assert "Walt" not in json.dumps(answer)
    assert (await ada.hears("form"))["contact"] == walt["id"]
    assert (await rest(acme, "GET", f"contacts/{walt['id']}"))["first_name"] == "Walt"
    again = await acme.visitor(mallory.token)
    assert again.session["contact"]["id"] == mallory.session["contact"]["id"] and again.session["conversations"] == []


async def test_origins_tenants_and_forms_that_are_off_are_refused(house: House, globex: Company) -> None:
    made = await house.application("Shop", "sue@shop.example", origins=("https://shop.example",))
    shop = Company(house, made)
    form = await make_form(shop)
    assert (await Page(shop, Origin="https://shop.example").get(form["id"]))[0] == 200
    status, answer = await Page(shop, Origin="https://evil.example").post(form["id"], {"email": "v@example.com"})
    assert (status, answer["error"]["code"]) == (403, "origin_refused")
    assert (await Page(globex).get(form["id"]))[0] == 404, "another tenant's form does not exist"
    assert (await Page(shop).get(form["id"], key="NOBODY"))[0] == 401
    assert (await Page(globex).post(form["id"], {"email": "v@example.com"}))[0] == 404
    await rest(shop, "PATCH", f"forms/{form['id']}", {"on": False})
    assert (await Page(shop).get(form["id"]))[0] == 404


async def test_a_body_that_no_page_sends_is_refused(acme: Company) -> None:
    made, page = await make_form(acme), Page(acme)
    bodies = [b"", b"[]", b"{", b"\xff\xfe", b'{"form": 1}', b"x" * 10_000_000, b'{"answers":' + b"[" * 100_000]
    async with aiohttp.ClientSession(acme.house.url) as http:
        for body in bodies:
            try:
                async with http.post(f"/forms/{acme.key}/{made['id']}", data=body) as response:
                    assert response.status == 400, body[:20]
                    assert (await response.json())["error"]["code"] == "invalid_payload"
            except aiohttp.ClientError:
                assert len(body) > 1_000_000, "only a body that is far too large may be cut off"
        async with http.get(f"/forms/{acme.key}/99999999999999") as response:
            assert response.status == 404
    assert (await page.post(made["id"], {"email": "a\x00@example.com"}))[0] == 400
    token = patient_token(acme, made["id"])
    async with aiohttp.ClientSession(acme.house.url) as http:
        other = {"form": made["id"] + 1, "client_id": "c", "token": token, "answers": {"email": "v@example.com"}}
        async with http.post(f"/forms/{acme.key}/{made['id']}", json=other) as response:
            assert response.status == 400, "the address and the body name different forms"
    assert (await rest(acme, "GET", f"forms/{made['id']}"))["submissions"] == 0


@pytest.mark.annex("U12")
async def test_one_address_sends_so_many_forms_a_minute_and_programs_are_known_by_their_name(tmp_path: Path) -> None:
    async with open_house(tmp_path / "data", form_tries=3, trusted_proxies="127.0.0.1") as house:
        acme = Company(house, await house.application("Acme", "ada@acme.example"))
        made = await make_form(acme)
        bot = Page(acme, **{"User-Agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"})
        assert await bot.post(made["id"], {"email": "bot@example.com"}) == (
            200, {"ok": True, "status": "done", "text": "", "redirect": ""},
        )  # fmt: skip
        flood = Page(acme, **{"X-Forwarded-For": "203.0.113.7"})
        codes = [(await flood.post(made["id"], {"email": f"v{n}@example.com"}))[0] for n in range(5)]
        assert codes == [200, 200, 200, 429, 429]
        assert (await Page(acme, **{"X-Forwarded-For": "203.0.113.8"}).post(made["id"], {"email": "x@example.com"}))[
            0
        ] == 200
        assert (await rest(acme, "GET", f"forms/{made['id']}"))["submissions"] == 4


@pytest.mark.annex("U12")
async def test_a_person_who_is_erased_takes_their_answers_along(acme: Company) -> None:
    made = await make_form(acme, double_opt_in=True)
    await Page(acme).post(made["id"], {"email": "vera@example.com", "name": "Vera"})
    (one,) = (await rest(acme, "GET", f"forms/{made['id']}/submissions"))["submissions"]
    headers = {"Authorization": f"Bearer {await acme.token()}"}
    async with (
        aiohttp.ClientSession(acme.house.url, headers=headers) as http,
        http.get(f"/api/app/contacts/{one['contact']}/dossier") as response,
    ):
        import io
        import zipfile

        bundle = zipfile.ZipFile(io.BytesIO(await response.read()))
        assert any(
            "vera@example.com" in bundle.read(name).decode(errors="replace")
            for name in bundle.namelist()
            if "submissions" in name
        )
    erased = await rest(acme, "POST", f"contacts/{one['contact']}/erase", {})

    done = erased
    for _ in range(500):
        if (done := await rest(acme, "GET", f"erasures/{erased['id']}"))["status"] == "done":
            break
        await asyncio.sleep(0.01)
    assert done["counts"]["submissions"] == 1 and done["counts"]["answered forms"] == 1 and done["counts"]["jobs"] >= 1
    assert (await rest(acme, "GET", f"forms/{made['id']}/submissions"))["submissions"] == []
    from hub.core.collections import JOBS
    from storage.engine import INSTALLATION

    rows = [row async for chunk in acme.house.hub.store.export(INSTALLATION, JOBS) for row in chunk]
    assert [row for row in rows if "vera@example.com" in json.dumps(row["payload"])] == [], (
        "nor does a mail wait for them"
    )


async def test_a_form_is_a_condition_of_live_segments(acme: Company) -> None:
    made, other = await make_form(acme), await make_form(acme)
    where = {"all": [{"type": "form", "form": made["id"]}]}
    segment = await rest(acme, "POST", "segments", {"name": "Subscribers", "where": where})
    await Page(acme).post(other["id"], {"email": "walt@example.com"})
    await Page(acme).post(made["id"], {"email": "vera@example.com"})
    await settled(acme.house)
    found = (await rest(acme, "POST", "contacts/find", {"where": {"type": "segment", "segment": segment["id"]}}))[
        "contacts"
    ]
    assert [contact["email"] for contact in found] == ["vera@example.com"]


# ── mail ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Mailbox:
    """What a real mail server took; `refuse` is the answer to the next recipients."""

    def __init__(self) -> None:
        self.mails: list[email.message.EmailMessage] = []
        self.refuse = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture
async def mailbox() -> AsyncIterator[tuple[Mailbox, str]]:
    """A mail server that wants a password, and the setting that leads to it."""

    def sign_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        fits = isinstance(data, LoginPassword) and (data.login, data.password) == (b"hub", b"p@ss")
        return AuthResult(success=fits)

    box, port = Mailbox(), free_port()
    server = Controller(
        box, hostname="127.0.0.1", port=port, authenticator=sign_in, auth_required=True, auth_require_tls=False
    )
    server.start()
    yield box, f"smtp://hub:p%40ss@127.0.0.1:{port}"
    server.stop()


async def acme_with(house: House) -> Company:
    return Company(house, await house.application("Acme & Sons", "ada@acme.example"))


def link_in(mail: email.message.EmailMessage, house: House) -> str:
    """Return the path of the link in both parts of a mail."""
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    (link,) = re.findall(r"http\S+", text)
    assert link.replace("&", "&amp;") in html
    return house.url + link[link.index("/forms/confirm") :]


@pytest.mark.annex("U12")
async def test_a_mail_asks_for_the_confirmation_and_only_the_button_gives_it(
    tmp_path: Path, mailbox: tuple[Mailbox, str]
) -> None:
    box, url = mailbox
    async with open_house(tmp_path / "data", smtp_url=url, mail_from="Hub <hub@switchboard.example>") as house:
        acme = await acme_with(house)
        letter = {"subject": {"pl": "Zażółć: newsletter"}, "text": {"pl": "Czy to <b>Ty</b>?"}}
        made = await make_form(acme, EMAIL, NAME, double_opt_in=True, letter=letter, tags=["sub"])
        _, answer = await Page(acme).post(made["id"], {"email": "vera@example.com"}, language="pl")
        assert answer["status"] == "asked"
        await eventually(lambda: box.mails, 10)
        (mail,) = box.mails
        assert mail["Subject"] == "Zażółć: newsletter" and mail["To"] == "vera@example.com"
        assert mail["From"] == "Acme & Sons <hub@switchboard.example>" and mail["Auto-Submitted"] == "auto-generated"
        assert mail["Message-ID"].endswith("@switchboard.example>") and mail["Date"]
        assert "&lt;b&gt;Ty" in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
        link = link_in(mail, house)

        async with aiohttp.ClientSession() as http:
            for method in ("GET", "HEAD", "GET"):  # programs that look for malware
                async with http.request(method, link) as response:
                    page = await response.text()
                    assert (
                        response.status == 200 and "default-src 'none'" in response.headers["Content-Security-Policy"]
                    )
            assert page.count("<button") == 1 and "Tak, to ja" in page and "Acme &amp; Sons" in page
            (before,) = (await rest(acme, "GET", f"forms/{made['id']}/submissions"))["submissions"]
            assert before["status"] == "asked"
            for _ in range(2):
                async with http.post(link) as response:
                    assert response.status == 200 and "<button" not in await response.text()
            async with http.post(link[:-1] + "x") as response:
                assert response.status == 404
        (after,) = (await rest(acme, "GET", f"forms/{made['id']}/submissions"))["submissions"]
        assert after["status"] == "confirmed"
        assert (await rest(acme, "GET", f"contacts/{after['contact']}"))["tags"] == ["sub"]


async def test_a_mail_waits_while_the_mail_server_does_not_take_it(
    tmp_path: Path, mailbox: tuple[Mailbox, str]
) -> None:
    box, url = mailbox
    box.refuse = "451 Come back later"
    async with open_house(tmp_path / "data", smtp_url=url, mail_from="hub@switchboard.example") as house:
        acme = await acme_with(house)
        made = await make_form(acme, double_opt_in=True)
        await Page(acme).post(made["id"], {"email": "vera@example.com"})
        await eventually(
            lambda: any(event == "a mail waits for the mail server" for _, event, _ in house.log.lines), 10
        )
        box.refuse = ""
        await eventually(lambda: box.mails, 20)


async def test_a_mail_that_is_refused_for_good_is_not_sent_again(tmp_path: Path, mailbox: tuple[Mailbox, str]) -> None:
    box, url = mailbox
    box.refuse = "550 Nobody by that name"
    async with open_house(tmp_path / "data", smtp_url=url, mail_from="hub@switchboard.example") as house:
        acme = await acme_with(house)
        made = await make_form(acme, double_opt_in=True)
        await Page(acme).post(made["id"], {"email": "nobody@example.com"})
        await eventually(lambda: any(event == "a mail was refused" for _, event, _ in house.log.lines), 10)
        await settled(house)
        assert box.mails == []


async def test_without_a_mail_server_the_mail_waits_and_the_form_says_so(
    tmp_path: Path, mailbox: tuple[Mailbox, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from hub.outreach import letters

    monkeypatch.setattr(letters, "_WAIT", 200)
    box, url = mailbox
    async with open_house(tmp_path / "data") as house:
        acme = await acme_with(house)
        made = await make_form(acme, double_opt_in=True)
        assert made["can_mail"] is False
        await Page(acme).post(made["id"], {"email": "vera@example.com"})
    async with open_house(tmp_path / "data", smtp_url=url, mail_from="hub@switchboard.example") as house:
        await eventually(lambda: box.mails, 20)
        acme.house = house
        assert (await rest(acme, "GET", f"forms/{made['id']}"))["can_mail"] is True


# ── in the chat ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("U12")
async def test_only_the_company_sends_forms_into_a_conversation_and_only_those_that_are_on(
    acme: Company, globex: Company
) -> None:
    ada, vera = await acme.agent(), await acme.visitor()
    made, off, foreign = await make_form(acme), await make_form(acme, on=False), await make_form(globex)
    conversation = (await vera.says("Hello"))["conversation"]
    await ada.says("Please fill this in", conversation, form=made["id"])
    assert (await vera.hears("message", text="Please fill this in"))["form"] == made["id"]
    opened = await vera.call("conversation.open", conversation=conversation)
    assert [message.get("form") for message in opened["messages"]] == [None, made["id"]]
    for form, code in ((off["id"], "invalid_payload"), (foreign["id"], "not_found"), (987_654, "not_found")):
        body = {"client_id": f"x{form}", "text": "This one", "conversation": conversation, "form": form}
        assert await ada.refused("message.send", **body) == code
    assert await vera.refused("message.send", client_id="y", text="Mine", form=made["id"]) == "invalid_payload"
