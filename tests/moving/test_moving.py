"""`import user-com` from a second installation of this very server, filled through its public API (X3)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.moving.conftest import ALLOWED, Api, Home, Panel
from tests.support.commands import command
from tests.support.house import ROOT, ServerProcess, run_init

pytestmark = pytest.mark.annex("X3")

PEOPLE = 230
"""More than two pages of users."""


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Acme as it was before the move: people, companies, lists, a segment, conversations, events."""
    data = tmp_path_factory.mktemp("there") / "data"
    keys = run_init(data, "Acme", "ada@acme.example")
    run_init(data, "Globex", "gus@globex.example")
    with ServerProcess(data) as server:
        api = Api(server.url, keys["api_key"])
        fill(api)
        fill_crm(api)
        fill_segment(api, Panel(server.url))
        yield api


def fill(api: Api) -> None:
    api("POST", "/attributes/", name="Favourite Colour", value_type="string", content_type="clientuser")
    api("POST", "/attributes/", name="Plan", value_type="fixed", content_type="clientuser", choices=["free", "pro"],
        allow_multiple_choices=False)  # fmt: skip
    api("POST", "/attributes/", name="Employees since", value_type="date", content_type="company")
    company = api("POST", "/companies/", name="Żółw Sp. z o.o.", custom_id="group@42", city="Łódź", employees_since="2020-02-29",
                  tags=["partner"])  # fmt: skip
    api("POST", "/companies/", name="Nobody's company")
    news = api("POST", "/lists/", name="News", description="Who wants news")
    users = [
        api("POST", "/users/", email=f"vera{number}@example.com", custom_id=f"v-{number}", first_name="Vera",
            last_name=str(number), score=number, favourite_colour=f"shade {number}",
            plan="pro" if number % 2 else "free", tags=["vip", "żółty"] if number == 0 else [])
        for number in range(PEOPLE)
    ]  # fmt: skip
    anonymous = api("POST", "/users/", phone_number="+48600100200", unsubscribed=True)
    vera, walt = users[0], users[1]
    api("POST", f"/companies/{company['id']}/add_member/", user_id=vera["id"])
    api("POST", f"/users/{walt['id']}/add_to_list/", list=news["id"])
    for day in range(3):
        at = 1_700_000_000 + day * 86_400
        api(
            "POST",
            "/events/",
            user_id=vera["id"],
            name="order",
            timestamp=at,
            data={"value": day, "lines": [{"sku": "x"}]},
        )
    api("POST", "/events/", user_id=anonymous["id"], name="newsletter_signup", timestamp=1_700_000_500)
    begun = api("POST", f"/users/{vera['id']}/conversations/", content="How can we help?", user=1, source=1)
    api(
        "POST",
        "/message/send_message_as_user/",
        conversation=begun["id"],
        user_id=vera["id"],
        content="<p>My <b>order</b></p>",
    )
    api(
        "POST",
        "/message/send_message_as_user/",
        user_id=walt["id"],
        content="Dzień dobry",
        source=2,
        source_context={"a": 1},
    )
    api(
        "POST",
        "/message/send_message_as_user/",
        conversation=begun["id"],
        user_id=vera["id"],
        content="Thanks",
        state="close",
    )


def fill_crm(api: Api) -> None:
    vera = api("GET", "/users/search/?email=vera0@example.com")["id"]
    company = api("GET", "/companies-by-id/group@42/")["id"]
    api("POST", "/products/", custom_id="tea", name="Sencha", price="12.50")
    pipeline = api("POST", "/pipelines/", name="Wholesale")
    asked, farewell = (api("POST", "/stages/", name=name, pipeline=pipeline["id"]) for name in ("Asked", "Żegnaj"))
    api("POST", "/deals/", name="Tea for Łódź", custom_id="d-1", value="1234.50", currency="PLN", user_id=vera, status=2,
        company_id=company, stage=farewell["id"],
        order_products=[{"product_custom_id": "tea", "quantity": 2, "value": 12.5, "currency": "PLN"}])  # fmt: skip
    lost = api("POST", "/deals/", name="Pots", value="7.00", currency="EUR", stage=asked["id"])
    call = api("GET", "/activity-types/")["results"][0]["id"]
    api("POST", "/activities/", activity_type=call, name="Call Vera", due_date="2030-08-24T14:15:22Z", duration=90,
        description="About tea", done=True, deal_id=lost["id"], user_id=vera, custom_id="a-1")  # fmt: skip
    api("POST", f"/users/{vera}/notes/", content="Likes tea", pinned=True)
    api("POST", f"/deals/{lost['id']}/notes/", content="Too dear")


def fill_segment(api: Api, panel: Panel) -> None:
    high = {"all": [{"type": "attribute", "attribute": "score", "op": "gte", "value": 200}]}
    made = panel("POST", "segments", name="High score", where=high)
    deadline = time.monotonic() + 20
    while len(api.all(f"/segments/{made['id']}/users/")) != PEOPLE - 200:
        assert time.monotonic() < deadline, "the segment was not built in time"
        time.sleep(0.1)


def counted(state: dict[str, Any]) -> dict[str, tuple[int, int, int, int]]:
    return {
        name: (each["created"], each["updated"], each["unchanged"], each["left_out"])
        for name, each in state["resources"].items()
        if each["seen"]
    }


# ── what is the same afterwards ──────────────────────────────────────────────────────────────────────────────────────


def without_ids(user: dict[str, Any]) -> dict[str, Any]:
    """A user as it has to be on both sides: all but our ids, and what the move itself adds."""
    lists = [each["name"] for each in user["lists"] if not each["name"].endswith("(segment)")]
    return {name: value for name, value in user.items() if name not in ("id", "lists", "companies", "tags", "updated_at")} | {
        "lists": lists, "tags": sorted(each["name"] for each in user["tags"]),
        "companies": [(each["name"], each["member_since"]) for each in user["companies"]],
    }  # fmt: skip


def company_without_ids(company: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in company.items() if name not in ("id", "employees", "tags", "updated_at")}
    return kept | {"tags": [each["name"] for each in company["tags"]], "employees": len(company["employees"])}


def talk_of(api: Api, id: int) -> dict[str, Any]:
    whole = api("GET", f"/conversations/{id}/")["results"]
    said = [(each["content"], each["timestamp"], each["source"], each["source_context"], each["user"]["key"], each["user"]["name"])
            for each in whole["messages"]]  # fmt: skip
    return {"active": whole["active"], "user": whole["user"]["key"], "said": said}


def crm_of(api: Api) -> dict[str, Any]:
    """Deals, activities, products and notes without ids of ours."""
    stages = {
        each["id"]: (pipeline["name"], each["name"])
        for pipeline in api.all("/pipelines/")
        for each in pipeline["stages"]
    }
    deals = api.all("/deals/")
    told = [
        {name: deal[name] for name in ("name", "value", "currency", "custom_id", "status", "created_at", "user_custom_id")} | {
            "stage": stages[deal["stage"]], "company": deal["company_custom_id"],
            "lines": [(each["product_custom_id"], each["quantity"], each["value"]) for each in deal["order_products"]],
            "notes": [each["content"] for each in api.all(f"/deals/{deal['id']}/notes/")],
        }
        for deal in deals
    ]  # fmt: skip
    names = {deal["id"]: deal["name"] for deal in deals}
    activities = [
        {
            name: each[name]
            for name in ("name", "datetime", "duration", "description", "done", "custom_id", "created_at")
        }
        | {"deal": names.get(each["deal"])}
        for each in api.all("/activities/")
    ]
    products = [{name: each[name] for name in ("name", "custom_id")} for each in api.all("/products/")]
    vera = api("GET", "/users/search/?email=vera0@example.com")["id"]
    return {
        "deals": sorted(told, key=lambda each: each["name"]), "activities": activities, "products": products,
        "notes": [(each["content"], each["pinned"]) for each in api.all(f"/users/{vera}/notes/")],
    }  # fmt: skip


def picture(api: Api) -> dict[str, Any]:
    """All that the public API tells of an account, without ids."""
    users = api.all("/users/")
    events = {}
    for user in users:
        if user["email"] in (None, "vera0@example.com"):
            found = api.all(f"/users/{user['id']}/events/")
            events[user["user_key"]] = [(each["event"], each["timestamp"], each["items"]) for each in found]
    talks = sorted((talk_of(api, each["id"]) for each in api.all("/conversations/")), key=lambda each: each["user"])
    attributes = [{name: value for name, value in each.items() if name != "id"} for each in api.all("/attributes/")]
    return {
        "users": sorted(map(without_ids, users), key=lambda each: each["user_key"]), "events": events, "talks": talks,
        "companies": sorted(map(company_without_ids, api.all("/companies/")), key=lambda each: each["name"]),
        "attributes": sorted(attributes, key=lambda each: each["name"]),
        "tags": sorted(each["name"] for each in api.all("/tags/")), "crm": crm_of(api),
    }  # fmt: skip


def test_everything_is_as_it_was_with_its_own_times_and_authors(home: Home, account: Api):
    dry = home.move(account.url, account.key, "--dry-run")
    assert (dry["state"], dry["resources"]["users"]["total"]) == ("counted", PEOPLE + 1)
    assert dry["resources"]["conversations"]["total"] == 2
    with home.house() as server:
        assert home.api(server).all("/users/") == []
    first = home.move(account.url, account.key)
    assert first["resources"]["users"]["created"] == PEOPLE + 1 and first["state"] == "done"
    with home.house() as server:
        api = home.api(server)
        assert picture(api) == picture(account)
        (segment,) = [each for each in api.all("/lists/") if each["name"] == "High score (segment)"]
        assert len(api.all(f"/lists/{segment['id']}/users/")) == PEOPLE - 200
    second = home.move(account.url, account.key)
    assert all(made == changed == 0 for made, changed, _, _ in counted(second).values())
    with home.house() as server:
        assert picture(home.api(server)) == picture(account)


def test_what_changed_there_since_comes_with_the_next_run_and_what_was_deleted_here_stays_away(
    home: Home, account: Api
):
    home.move(account.url, account.key)
    email = f"vera{23 if home.mongo else 3}@example.com"
    vera = account("GET", f"/users/search/?email={email}")
    account("PUT", f"/users/{vera['id']}/", city="Gdańsk")
    begun = account("POST", "/message/send_message_as_user/", user_id=vera["id"], content="First")
    with home.house() as server:
        api = home.api(server)
        api("DELETE", f"/users/{api('GET', '/users/search/?email=vera4@example.com')['id']}/")
        api("PUT", f"/users/{api('GET', '/users/search/?email=vera5@example.com')['id']}/", city="Sopot")
    state = home.move(account.url, account.key, code=3)
    assert counted(state)["users"] == (0, 1, PEOPLE - 1, 1) and counted(state)["conversations"][0] == 1
    account("POST", "/message/send_message_as_user/", conversation=begun["chat"], user_id=vera["id"], content="Second")
    home.move(account.url, account.key, code=3)
    with home.house() as server:
        api = home.api(server)
        here = api("GET", f"/users/search/?email={email}")
        assert here["city"] == "Gdańsk"
        assert api("GET", "/users/search/?email=vera5@example.com")["city"] == "Sopot", (
            "only what changed there is written"
        )
        assert api("GET", "/users/search/?email=vera4@example.com&many=true") == []
        (talk,) = api.all(f"/users/{here['id']}/conversations/")
        assert [each[0] for each in talk_of(api, talk["id"])["said"]] == ["First", "Second"]


def test_the_report_is_for_people_and_a_wrong_call_says_what_is_wrong(tmp_path: Path, account: Api):
    home = Home(tmp_path / "home", None)

    def said(*more: str) -> subprocess.CompletedProcess[str]:
        order = [each for each in home.command(account.url, account.key, *more) if each != "--json"]
        return command(*order[2:], **ALLOWED)

    order = [each for each in home.command(account.url, account.key, "--dry-run") if each != "--json"]
    counted = subprocess.run(order, cwd=ROOT, env=os.environ | ALLOWED, capture_output=True, text=True, timeout=120)
    assert counted.returncode == 0 and "offers:" in counted.stdout and "users " in counted.stdout, counted
    done = said("--without", "segments", "--without", "events")
    assert done.returncode == 0 and "Moved in from 127.0.0.1" in done.stdout and "deals " in done.stdout, done
    assert "segments" not in done.stdout and "What was not taken" not in done.stdout, "all of it came"
    wrong = said("--agent", "Ada")
    assert wrong.returncode == 2 and "ID=E-MAIL" in wrong.stderr
    refused = said("--application", "99")
    assert refused.returncode == 1 and "--application" in refused.stderr and "Traceback" not in refused.stderr
    nowhere = command(*home.command("http://10.0.0.1", "x")[2:])
    assert nowhere.returncode == 1 and "HUB_FETCH_ALLOW" in nowhere.stdout


# ── killed, and gone on ──────────────────────────────────────────────────────────────────────────────────────────────


def until_some_users_are_in(process: subprocess.Popen[str]) -> None:
    assert process.stderr
    for line in process.stderr:
        if line.startswith("{") and 0 < json.loads(line)["resources"]["users"]["seen"] < PEOPLE:
            return
    raise AssertionError("it was over before it could be killed")


def start(home: Home, account: Api) -> subprocess.Popen[str]:
    return subprocess.Popen(
        home.command(account.url, account.key, "--connections", "1"), cwd=ROOT, env=os.environ | ALLOWED,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_killed_in_the_middle_it_goes_on_where_it_was_and_doubles_nothing(home: Home, account: Api):
    with start(home, account) as process:
        until_some_users_are_in(process)
        process.send_signal(signal.SIGKILL)
    state = home.move(account.url, account.key)
    assert state["state"] == "done" and state["resources"]["users"]["seen"] < 2 * PEOPLE
    assert state["resources"]["attributes"]["unchanged"] == 0, "what had come in was not begun again"
    with home.house() as server:
        assert picture(home.api(server)) == picture(account)


def test_beside_a_running_server_that_is_killed_it_says_so_and_goes_on(tmp_path: Path, account: Api):
    home = Home(tmp_path / "home", None)
    server = home.server().start()
    with start(home, account) as process:
        until_some_users_are_in(process)
        server.kill()
        said = process.communicate(timeout=30)
    assert process.returncode == 1 and "goes on from here" in said[1] and "Traceback" not in said[1]
    with server:
        state = home.move(account.url, account.key)
        assert state["state"] == "done"
        assert picture(home.api(server)) == picture(account)
