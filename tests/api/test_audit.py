"""The audit log: every change of settings and access leaves one row, whoever makes it, and no secret is in it."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from typing import Any

import pytest

from hub.core.collections import AUDIT
from hub.core.deeds import DAY, is_deed
from hub.core.verb import VERBS
from storage.engine import INSTALLATION
from storage.filters import Eq
from tests.api.conftest import Caller
from tests.api.test_roles import ADA, BEN, Panel, ada, ben, give, id_of, new_role  # noqa: F401 - fixtures
from tests.live.test_agents import LaterClock
from tests.support.house import PASSWORD, eventually

pytestmark = pytest.mark.annex("S2", "X6")


def managing() -> list[str]:
    """Return the verbs that manage something, or take data out; all else is daily work."""
    more = {"emails.send", "contacts.privacy", "contacts.export", "agents.invite", "profile.own"}
    managed = [(name, verb.permission) for name, verb in VERBS if verb.permission != "conversations.manage"]
    return [name for name, permission in managed if permission.endswith(".manage") or permission in more]


async def rows(ada: Panel, **query: Any) -> list[dict[str, Any]]:  # noqa: F811
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = await ada("GET", f"audit?{asked}")
    assert answer.status == 200, answer.body
    return answer.json["rows"]


@pytest.mark.parametrize("name", managing())
def test_every_managing_verb_is_audited(name):
    quiet = {
        "outreach.emails.send_email", "outreach.emails.preview_template", "outreach.mail.checking.check_mail",
        "accounts.availability.say_idle", "accounts.availability.set_availability",
    }  # fmt: skip
    assert len(managing()) > 80
    assert is_deed(name, VERBS[name].permission) or name in quiet, f"{name}: hub/core/deeds.py says what is kept"


async def test_a_change_leaves_one_row_with_before_and_after_and_from_where(acme, globex, web, ada):  # noqa: F811
    role = await new_role(ada, "Marketing", "contacts.read")
    assert (await ada("PATCH", f"roles/{role}", {"name": "Sales", "permissions": ["crm.read"]})).status == 200
    assert (await give(ada, "Ben", role)).status == 200
    given, changed, made = (await rows(ada))[:3]
    assert [row["verb"].rpartition(".")[2] for row in (given, changed, made)] == [
        "change_agent",
        "change_role",
        "create_role",
    ]
    assert {row["by"] for row in (given, changed, made)} == {f"agent:{acme.made['agent']['id']}"}
    assert (changed["name"], changed["area"], changed["address"]) == ("Ada", "roles", "127.0.0.1")
    (change,) = changed["changes"]
    assert (change["what"], change["how"]) == ("roles", "changed")
    assert change["before"] == {"name": "Marketing", "permissions": ["contacts.read"]}
    assert change["after"] == {"name": "Sales", "permissions": ["crm.read"]}
    assert any(one["before"] == {"role": "agent"} and one["after"] == {"role": role} for one in given["changes"])
    assert made["changes"][0]["after"]["name"] == "Marketing"
    gus = Panel(web, await globex.token())
    assert {row["name"] for row in await rows(gus)} == {"Gus"}, "of another application nothing"


async def test_what_fails_changes_nothing_and_leaves_nothing(acme, ada, ben):  # noqa: F811
    before = await rows(ada)
    assert (await ada("POST", "roles", {"name": "X", "permissions": ["everything"]})).status == 400
    assert (await ben("POST", "roles", {"name": "X", "permissions": []})).status == 403
    assert (await ada("PATCH", "roles/987654", {"name": "X"})).status == 404
    assert (await ada("GET", "keys")).status == 200 and (await ada("GET", "roles")).status == 200
    assert await rows(ada) == before


async def test_secrets_are_in_no_row(acme, house, web, ada, ben):  # noqa: F811
    made = (await ada("POST", "keys", {"name": "Warehouse"})).json
    invited = (await ada("POST", "invitations", {"email": "caro@acme.example"})).json
    await ben("PUT", "profile/password", {"current": PASSWORD, "password": "seven green bottles"})
    setup = (await ada("POST", "profile/totp", {"password": PASSWORD})).json
    sender = {"address": "hello@acme.example", "host": "smtp.acme.example", "password": "Acme's secret"}
    await ada("POST", "mail/senders", sender)
    await ada("POST", "webhooks", {"url": "https://acme.example/hook?token=abc", "events": ["deal.created"]})
    stored = json.dumps((await house.hub.store.find(INSTALLATION, AUDIT, Eq("app", acme.id), scan=True)).items)
    assert '"create_key"' in stored.replace("accounts.keys.", "") and "change_password" in stored
    for secret in (
        made["secret"],
        invited["link"].partition(".")[2][:20],
        PASSWORD,
        "seven green",
        setup["secret"],
        "Acme's",
    ):
        assert secret not in stored
    assert "argon2" not in stored


async def test_sign_ins_failures_and_exports_are_in_it(acme, web, house, ada, ben):  # noqa: F811
    await web.post("/api/app/sign-in", {"email": BEN, "password": "wrong one"})
    failed: list[Any] = []

    async def look() -> None:
        failed[:] = await rows(ada, area="sign_in", by=f"agent:{await id_of(ada, 'Ben')}")

    for _ in range(50):
        await look()
        if failed[0]["verb"] == "sign_in.failed":
            break
        await asyncio.sleep(0.05)
    assert [row["verb"] for row in failed] == ["sign_in.failed", "sign_in.entered"]
    assert failed[0]["changes"][0]["after"]["way"] == "password"
    assert (await ada("GET", "contacts/export")).status == 200
    exported = (await rows(ada, area="contacts"))[0]
    assert exported["verb"] == "people.exporting.exports.export_contacts"
    vera = await acme.visitor()
    contact = vera.session["contact"]["id"]
    assert (await ada("POST", f"contacts/{contact}/erase")).status == 202
    erased = (await rows(ada, area="contacts"))[0]
    assert erased["verb"].endswith("erase_contact") and not any(
        one["before"] or one["after"] for one in erased["changes"]
    )
    key = web.with_key(acme.api_key)
    assert (await key.post("/api/app/groups", {"name": "By a key"})).status == 201
    assert (await rows(ada, area="groups"))[0]["by"].startswith("key:")


async def test_it_is_filtered_paged_and_downloaded_with_harmless_cells(acme, web, ada, ben):  # noqa: F811
    for number in range(7):
        await ada("POST", "groups", {"name": f"=cmd|{number}"})
    first = (await ada("GET", "audit?area=groups&limit=3")).json
    second = (await ada("GET", f"audit?area=groups&limit=3&cursor={first['cursor']}")).json
    names = [row["changes"][0]["after"]["name"] for row in (*first["rows"], *second["rows"])]
    assert names == [f"=cmd|{number}" for number in (6, 5, 4, 3, 2, 1)]
    assert (await ada("GET", "audit?before=2020-01-01T00:00:00Z")).json["rows"] == []
    assert (await ada("GET", "audit?cursor=nonsense")).status == 400
    assert (await ada("PATCH", "profile", {"name": "=HYPERLINK(1)"})).status == 200
    await ada("POST", "groups", {"name": "Last"})
    answer = await ada("GET", "audit/export?area=groups")
    table = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert len(table) == 8 and table[0]["name"] == "'=HYPERLINK(1)" and "Last" in table[0]["changes"]
    for path in ("audit", "audit/export"):
        assert (await ben("GET", path)).status == 403


async def test_what_is_old_goes_by_the_rule_of_the_application(acme, house, ada):  # noqa: F811
    await ada("POST", "groups", {"name": "Old"})
    assert (await ada("PUT", "audit/rule", {"days": 30})).json == {"days": 30}
    assert (await ada("PUT", "audit/rule", {"days": 3})).status == 400
    house.hub.clock = LaterClock(house.hub.clock, 31)
    later = Panel(ada._web, await acme.token(ADA))
    await later("POST", "groups", {"name": "New"})
    left: list[Any] = []

    async def gone() -> bool:
        left[:] = (await house.hub.store.find(INSTALLATION, AUDIT, Eq("app", acme.id), scan=True)).items
        return all(row["at"] > house.hub.clock.now() - DAY for row in left)

    for _ in range(100):
        if await gone():
            break
        await asyncio.sleep(0.05)
    assert await gone() and {row["verb"] for row in left} >= {"accounts.groups.create_group", "sign_in.entered"}
    assert eventually and Caller


async def test_who_takes_the_log_out_is_in_it(acme, ada, ben):  # noqa: F811
    assert is_deed("accounts.audit.export_audit", "audit.read")
    before = [row["verb"] for row in await rows(ada)]
    for _ in range(2):
        assert (await ada("GET", "audit/export")).status == 200
    after = await rows(ada)
    assert [row["verb"] for row in after] == ["accounts.audit.export_audit"] * 2 + before
    assert (after[0]["by"], after[0]["area"]) == (f"agent:{acme.made['agent']['id']}", "audit")
    assert (await ben("GET", "audit/export")).status == 403
    assert len(await rows(ada)) == len(after), "looking at it leaves nothing, and neither does who may not"


async def test_a_row_shows_what_became_of_a_field_inside_of_another(acme, ada):  # noqa: F811
    for idle in (7, 9):
        assert (await ada("PUT", "me/availability/rules", {"idle": idle})).status == 200
    (change,) = (await rows(ada))[0]["changes"]
    assert (change["before"]["availability"]["idle"], change["after"]["availability"]["idle"]) == (7, 9)
    assert change["before"].keys() == {"availability"}, "and of nothing else"
