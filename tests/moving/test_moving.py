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
    users = []
    for number in range(PEOPLE):
        users.append(api("POST", "/users/", email=f"vera{number}@example.com", custom_id=f"v-{number}", first_name="Vera",
                         last_name=str(number), score=number, favourite_colour=f"shade {number}",
                         plan="pro" if number % 2 else "free", tags=["vip", "żółty"] if number == 0 else []))  # fmt: skip
    anonymous = api("POST", "/users/", phone_number="+48600100200", unsubscribed=True)
    vera, walt = users[0], users[1]
    api("POST", f"/companies/{company['id']}/add_member/", user_id=vera["id"])
    api("POST", f"/users/{walt['id']}/add_to_list/", list=news["id"])
    for day in range(3):
        at = 1_700_000_000 + day * 86_400
        api("POST", "/events/", user_id=vera["id"], name="order", timestamp=at, data={"value": day, "lines": [{"sku": "x"}]})
    api("POST", "/events/", user_id=anonymous["id"], name="newsletter_signup", timestamp=1_700_000_500)
    begun = api("POST", f"/users/{vera['id']}/conversations/", content="How can we help?", user=1, source=1)
    api("POST", "/message/send_message_as_user/", conversation=begun["id"], user_id=vera["id"], content="<p>My <b>order</b></p>")
    api("POST", "/message/send_message_as_user/", user_id=walt["id"], content="Dzień dobry", source=2, source_context={"a": 1})
    api("POST", "/message/send_message_as_user/", conversation=begun["id"], user_id=vera["id"], content="Thanks", state="close")


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


def test_a_whole_account_moves_in_and_a_second_time_changes_nothing(home: Home, account: Api):
    state = home.move(account.url, account.key)
    print(json.dumps(state, indent=1))
    assert state["state"] == "done"
    print(counted(state))
    again = home.move(account.url, account.key)
    print(counted(again), again["problems"])
    assert all(made == changed == 0 for made, changed, _, _ in counted(again).values()), again
