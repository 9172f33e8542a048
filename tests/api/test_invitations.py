"""People come into the team by an invitation, and choose their password; those who know it already use theirs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hub.accounts import invitations, profile
from hub.accounts.collections import AGENTS, PEOPLE
from storage.engine import INSTALLATION
from storage.filters import Eq
from tests.api.conftest import Answer, Caller
from tests.api.test_roles import ADA, BEN, Panel, ada, ben, give, id_of, new_role  # noqa: F401 - fixtures
from tests.conftest import Company
from tests.live.test_agents import LaterClock
from tests.support.cast import Agent
from tests.support.house import PASSWORD, House, eventually, open_house
from tests.support.mailbox import Mailbox

pytestmark = pytest.mark.annex("S1", "S2")
CARO, GUS = "caro@acme.example", "gus@globex.example"
NEW = "seven green bottles"


async def invited(ada: Panel, email: str = CARO, **more: Any) -> Any:  # noqa: F811
    answer = await ada("POST", "invitations", {"email": email} | more)
    assert answer.status == 201, answer.body
    return answer.json


def token_of(link: str) -> str:
    assert "/panel/join#" in link
    return link.partition("#")[2]


async def take_up(web: Caller, link: str, password: str = NEW, name: str = "Caro") -> Answer:
    return await web.post("/api/app/join", {"token": token_of(link), "name": name, "password": password})


async def test_somebody_new_takes_up_an_invitation_once_with_its_role_and_groups(acme, web, ada, globex):  # noqa: F811
    group = (await ada("POST", "groups", {"name": "Sales"})).json["id"]
    role = await new_role(ada, "Marketing", "contacts.read")
    made = await invited(ada, "Caro@Acme.Example", name="Caro", role=role, groups=[group])
    assert made["invitation"]["mailed"] is None and not made["invitation"]["expired"], "there is no mail server"
    assert (await ada("DELETE", f"roles/{role}")).json["details"]["reason"] == "role_used"
    seen = await web.post("/api/app/join/look", {"token": token_of(made["link"])})
    assert seen.json == {"application": "Acme", "email": "Caro@Acme.Example", "name": "Caro", "by": "Ada"}

    watching = await acme.agent(ADA)
    watching.forget()
    for password, reason in (
        ("short", "password_short"),
        ("password12", "password_common"),
        ("caro@acme.example", "password_common"),
    ):
        refused = await take_up(web, made["link"], password)
        assert (refused.status, refused.json["details"]["reason"]) == (400, reason)
    entered = await take_up(web, made["link"])
    assert (
        entered.status == 200
        and entered.json["agent"]["name"] == "Caro"
        and entered.json["application"]["id"] == acme.id
    )
    caro = await Agent(acme.house.url, entered.json["token"]).connect()
    assert caro.session["permissions"] == ["contacts.read", "profile.own"]
    await caro.leave()
    assert (await watching.hears("groups"))["groups"][0]["agents"] == [entered.json["agent"]["id"]]
    assert (await ada("GET", "invitations")).json["invitations"] == []
    for again in (
        await take_up(web, made["link"]),
        await web.post("/api/app/join/look", {"token": token_of(made["link"])}),
    ):
        assert (again.status, again.json["details"]["reason"]) == (404, "link")
    assert (await web.post("/api/app/sign-in", {"email": CARO, "password": NEW})).status == 200


async def test_two_who_hold_the_same_link_become_one_agent(acme, web, house, ada):  # noqa: F811
    link = (await invited(ada))["link"]
    answers = await asyncio.gather(*(take_up(web, link) for _ in range(5)))
    assert sorted(answer.status for answer in answers)[0] == 200
    team = (await house.hub.store.find(INSTALLATION, AGENTS, Eq("app", acme.id))).items
    assert [agent["name"] for agent in team].count("Caro") == 1


async def test_who_signs_in_elsewhere_keeps_the_password_and_nobody_is_told_beforehand(acme, globex, web, house, ada):  # noqa: F811
    known, unknown = await invited(ada, GUS), await invited(ada, CARO)
    assert known["invitation"].keys() == unknown["invitation"].keys()
    looks = [
        (await web.post("/api/app/join/look", {"token": token_of(made["link"])})).json for made in (known, unknown)
    ]
    assert [look | {"email": ""} for look in looks] == [
        {"application": "Acme", "email": "", "name": "", "by": "Ada"}
    ] * 2
    before = (await house.hub.store.find(INSTALLATION, PEOPLE, scan=True)).items
    wrong = await take_up(web, known["link"], "not his password at all", "Gus")
    assert (wrong.status, wrong.json["code"]) == (401, "wrong_sign_in")
    entered = await take_up(web, known["link"], PASSWORD, "Gus of Acme")
    assert entered.json["application"]["id"] == acme.id
    assert (await house.hub.store.find(INSTALLATION, PEOPLE, scan=True)).items == before
    choice = await web.post("/api/app/sign-in", {"email": GUS, "password": PASSWORD})
    assert {each["name"] for each in choice.json["applications"]} == {"Acme", "Globex"}


async def test_an_invitation_is_renewed_revoked_and_runs_out(acme, web, house, ada):  # noqa: F811
    made = await invited(ada)
    id = made["invitation"]["id"]
    assert (await ada("POST", "invitations", {"email": CARO.upper()})).json["details"]["reason"] == "invited"
    assert (await ada("POST", "invitations", {"email": BEN})).json["details"]["reason"] == "in_team"
    second = (await ada("POST", f"invitations/{id}/renew")).json
    assert (await take_up(web, made["link"])).status == 404, "the old link is dead"
    assert (await ada("DELETE", f"invitations/{id}")).status == 204
    assert (await take_up(web, second["link"])).status == 404
    assert (await ada("DELETE", f"invitations/{id}")).status == 404
    third = await invited(ada)
    house.hub.clock = LaterClock(house.hub.clock, 8)
    assert (await take_up(web, third["link"])).status == 404
    fresh = Panel(web, await acme.token(ADA))
    assert (await fresh("GET", "invitations")).json["invitations"][0]["expired"] is True


async def test_who_may_invite_gives_no_more_than_they_hold(acme, web, ada, ben):  # noqa: F811
    role = await new_role(ada, "Recruiter", "agents.read", "agents.invite", "contacts.read")
    assert (await ben("POST", "invitations", {"email": CARO})).status == 403
    assert (await give(ada, "Ben", role)).status == 200
    for strong in ("owner", "admin", "agent"):
        refused = await ben("POST", "invitations", {"email": CARO, "role": strong})
        assert (refused.status, refused.json["details"]["reason"]) == (403, "more_than_own")
    assert (await ben("POST", "invitations", {"email": CARO, "role": role})).status == 201


async def test_links_are_not_in_the_store_and_guesses_are_counted(acme, web, house, ada):  # noqa: F811
    made = await invited(ada)
    secret = token_of(made["link"]).partition(".")[2]
    for file in house.hub.settings.folder.glob("hub.db*"):
        assert secret.encode() not in file.read_bytes()
    id = made["invitation"]["id"]
    for token in ("", "1", f"{id}", f"{id}.", f"{id}.{secret[:-1]}", f"{id + 1}.{secret}", "x.y", f"٣.{secret}"):
        answer = await web.post("/api/app/join/look", {"token": token})
        assert answer.status in (404, 429), token


class TestMail:
    """With a mail server, invitations and forgotten passwords leave as letters."""

    @pytest.fixture
    def mailbox(self) -> Any:
        box = Mailbox()
        box.open()
        yield box
        box.close()

    @pytest.fixture
    async def house(self, tmp_path: Path, mailbox: Mailbox) -> AsyncIterator[House]:
        async with open_house(tmp_path / "data", smtp_url=mailbox.url, mail_from="hub@acme.example") as house:
            house.hub.spawn("jobs", house.hub.jobs.run())
            yield house

    async def mail_to(self, mailbox: Mailbox, address: str) -> tuple[str, str]:
        await eventually(lambda: [mail for mail in mailbox.mails if mail["To"] == address], 10)
        mail = [mail for mail in mailbox.mails if mail["To"] == address][-1]
        text = mail.get_body(("plain",)).get_content()
        return mail["Subject"], re.search(r"http\S+/panel/\S+", text)[0]  # type: ignore[index]

    async def test_an_invitation_by_mail_opens_the_same_door(self, acme, web, mailbox, ada):  # noqa: F811
        made = await invited(ada, language="pl")
        assert made["invitation"]["mailed"] is not None
        subject, link = await self.mail_to(mailbox, CARO)
        assert subject == "Ada zaprasza do zespołu Acme" and link == made["link"]
        again = await ada("POST", f"invitations/{made['invitation']['id']}/renew")
        assert again.status == 429 and float(again.headers["Retry-After"]) > 0
        assert (await take_up(web, link)).status == 200

    async def test_a_forgotten_password_is_chosen_anew_once_and_ends_every_sign_in(
        self,
        acme,
        web,
        mailbox,
        house,
        ada,  # noqa: F811
    ):
        ben = await acme.agent(BEN)  # noqa: F811
        for email in (BEN, "nobody@acme.example"):
            answer = await web.post("/api/app/password/forgotten", {"email": email})
            assert (answer.status, answer.body) == (204, b"")
        subject, link = await self.mail_to(mailbox, BEN)
        token = link.partition("/panel/reset#")[2]
        assert subject == "A new password for Switchboard" and len(mailbox.mails) == 1
        assert (await web.post("/api/app/password/new", {"token": token, "password": "ben@acme.example"})).status == 400
        assert (await web.post("/api/app/password/new", {"token": token, "password": NEW})).status == 204
        await asyncio.wait_for(ben.disconnected.wait(), 2)
        assert (await web.post("/api/app/password/new", {"token": token, "password": NEW})).status == 404
        assert (await web.post("/api/app/sign-in", {"email": BEN, "password": PASSWORD})).status == 401
        assert (await web.post("/api/app/sign-in", {"email": BEN, "password": NEW})).status == 200
        assert (await ada("GET", "profile")).status == 200, "nobody else is signed out"

    async def test_such_links_run_out_and_the_next_one_takes_the_place_of_the_last(
        self, acme, web, mailbox, house, monkeypatch
    ):
        monkeypatch.setattr(profile, "_BETWEEN", 0)
        links = []
        for number in (1, 2):
            await web.post("/api/app/password/forgotten", {"email": BEN})
            await eventually(lambda number=number: len(mailbox.mails) == number, 10)
            links.append((await self.mail_to(mailbox, BEN))[1].partition("#")[2])
        assert (await web.post("/api/app/password/new", {"token": links[0], "password": NEW})).status == 404
        house.hub.clock = LaterClock(house.hub.clock, 1)
        assert (await web.post("/api/app/password/new", {"token": links[1], "password": NEW})).status == 404

    async def test_asking_for_many_mails_is_refused(self, acme, web, mailbox, house):
        answers = [
            (await web.post("/api/app/password/forgotten", {"email": f"x{n}@y.example"})).status for n in range(30)
        ]
        assert answers[0] == 204 and answers[-1] == 429


async def test_sign_ins_are_listed_and_ended(acme, globex, web, house, ada, ben):  # noqa: F811
    chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
    other = await web.post("/api/app/sign-in", {"email": BEN, "password": PASSWORD}, headers={"User-Agent": chrome})
    socket = await Agent(house.url, other.json["token"]).connect()
    listed = (await ben("GET", "profile/sign-ins")).json["sign_ins"]
    assert [(each["here"], each["way"], each["address"]) for each in listed] == [
        (False, "password", "127.0.0.0/24"), (True, "password", "127.0.0.0/24"),
    ]  # fmt: skip
    assert listed[0]["device"] == "Chrome 140 · Linux"
    gus = Panel(web, await globex.token(GUS))
    assert (await gus("DELETE", f"profile/sign-ins/{listed[0]['id']}")).status == 404
    assert (await ada("DELETE", f"profile/sign-ins/{listed[0]['id']}")).status == 404, "of one's own only"
    assert (await ben("DELETE", f"profile/sign-ins/{listed[0]['id']}")).status == 204
    await asyncio.wait_for(socket.disconnected.wait(), 2)

    socket = await acme.agent(BEN)
    left = (await ben("DELETE", "profile/sign-ins")).json["sign_ins"]
    assert [each["here"] for each in left] == [True]
    await asyncio.wait_for(socket.disconnected.wait(), 2)

    socket, id = await acme.agent(BEN), await id_of(ada, "Ben")
    assert len((await ada("GET", f"agents/{id}/sign-ins")).json["sign_ins"]) == 2
    assert (await ben("GET", f"agents/{id}/sign-ins")).status == 403
    assert (await ada("DELETE", f"agents/{id}/sign-ins")).status == 204
    await asyncio.wait_for(socket.disconnected.wait(), 2)
    assert (await ben("GET", "profile")).status == 401


async def test_a_changed_password_ends_the_other_sign_ins_in_every_application(acme, house, web, ben):  # noqa: F811
    second = Company(house, await house.application("Second", BEN))
    here, there = await acme.agent(BEN), await second.agent(BEN)
    wrong = await ben("PUT", "profile/password", {"current": "not it", "password": NEW})
    assert (wrong.status, wrong.json["details"]["reason"]) == (401, "current")
    assert (await ben("PUT", "profile/password", {"current": PASSWORD, "password": "benbenbenb"})).status == 400
    assert (await ben("PUT", "profile/password", {"current": PASSWORD, "password": NEW})).status == 204
    await asyncio.wait_for(asyncio.gather(here.disconnected.wait(), there.disconnected.wait()), 2)
    assert (await ben("GET", "profile")).status == 200, "here one stays"
    for _ in range(4):
        assert (await ben("PUT", "profile/password", {"current": "not it", "password": NEW})).status == 401
    assert (await ben("PUT", "profile/password", {"current": NEW, "password": NEW})).status == 429
    await second.go_home()


async def test_one_changes_ones_own_name_and_the_team_sees_it(acme, ben):  # noqa: F811
    socket = await acme.agent(BEN)
    socket.forget()
    assert (await ben("PATCH", "profile", {"name": "  Benjamin "})).json["name"] == "Benjamin"
    await eventually(lambda: socket.events("session"))
    assert socket.session["agent"]["name"] == "Benjamin"
    assert (await ben("PATCH", "profile", {"name": " "})).status == 400
    assert invitations.GOOD_FOR == 7 * 86_400_000
