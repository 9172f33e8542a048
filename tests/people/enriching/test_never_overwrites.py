"""Whatever people, imports, merges and providers do in whatever order: enrichment never changes what a person said."""

from __future__ import annotations

import random
from typing import Any

import pytest

from hub.people.collections import CONTACTS
from hub.people.editing import at
from storage.engine import Scope
from tests.people.conftest import Panel
from tests.support.fullcontact import FullContactImitation
from tests.support.people import settled

pytestmark = pytest.mark.annex("U4")
ROUNDS, STEPS = 6, 24
FIELDS = ("first_name", "city", "gender", "Job title", "Bio", "twitter_url")
VALUES: dict[str, list[Any]] = {
    "gender": ["male", "female", None], "twitter_url": ["https://twitter.com/a", "https://twitter.com/b", None],
}  # fmt: skip
ANYTHING = ["One", "Two", None]


class Model:
    """Who said each value last: `person` for people, also where they took one away."""

    def __init__(self) -> None:
        self.said: dict[str, tuple[str, Any]] = {}

    def person_says(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            if value is not None or name in self.said:  # to take away what is not there says nothing
                self.said[name] = ("person", value)


def _values(chance: random.Random) -> dict[str, Any]:
    return {name: chance.choice(VALUES.get(name, ANYTHING)) for name in chance.sample(FIELDS, chance.randint(1, 3))}


def _answer(chance: random.Random, fullcontact: FullContactImitation, email: str) -> None:
    known = fullcontact.knows(
        email, title=chance.choice(ANYTHING), bio=chance.choice(ANYTHING), gender=chance.choice(["Male", "Female", None]),
        twitter=chance.choice(VALUES["twitter_url"]),
    )  # fmt: skip
    known["details"]["name"] = {"given": chance.choice(["One", "Two"]), "family": "Ross"}
    known["details"]["locations"] = [{"city": chance.choice(ANYTHING)}]


async def _import(panel: Panel, email: str, values: dict[str, Any]) -> dict[str, Any]:
    """Import one row; an empty cell says nothing."""
    given = {name: value for name, value in values.items() if value is not None}
    rows = ",".join(["email", *given]) + "\n" + ",".join([email, *given.values()]) + "\n"
    async with panel._http.post("/api/app/imports?name=row.csv", data=rows.encode()) as response:
        upload = await response.json()
    await panel("POST", f"imports/{upload['id']}/start", mapping=["email", *given])
    return given


@pytest.mark.parametrize(
    ("house", "seed"), [*(("sqlite", seed) for seed in range(ROUNDS)), *(("mongo", seed) for seed in range(2))],
    indirect=["house"],
)  # fmt: skip
async def test_what_a_person_said_is_what_stands_there(house, acme, ready, fullcontact, seed):
    chance, scope, model = random.Random(seed), Scope(acme.id), Model()
    email = "vera@shop.example"
    vera = await ready.contact(email=email)
    for _ in range(STEPS):
        what, values = (
            chance.choice(["agent", "upsert", "import", "merge", "enrich", "enrich", "enrich"]),
            _values(chance),
        )
        if what == "agent":
            await ready("PATCH", f"contacts/{vera}", attributes=values)
            model.person_says(values)
        elif what == "upsert":
            await ready("POST", "contacts/upsert", attributes={"email": email, **values})
            model.person_says(values)
        elif what == "import":
            model.person_says(await _import(ready, email, values))
            await settled(house)
        elif what == "merge":
            other = await ready.contact(**{name: value for name, value in values.items() if value is not None})
            for name, value in values.items():
                known = model.said.get(name)
                if value is not None and (known is None or known[0] == "enrichment" or known[1] is None):
                    model.said[name] = ("person", value)  # no person had said more than that
            await ready("POST", f"contacts/{vera}/merge", others=[other])
        else:
            _answer(chance, fullcontact, email)
            outcome = await ready("POST", f"contacts/{vera}/enrich", force=True)
            assert outcome["status"] == "found", outcome
        profile = await ready("GET", f"contacts/{vera}/profile")
        for name in FIELDS:
            std = name.lower().replace(" ", "_")
            now, is_enriched = profile["values"].get(std), std in profile["sources"]
            by, value = model.said.get(name, ("nobody", None))
            if by == "person":
                assert (now, is_enriched) == (value, False), (what, name, seed)
            elif now is not None:
                assert is_enriched, (what, name, seed)
                model.said[name] = ("enrichment", now)
            if by == "enrichment" and now is not None:
                model.said[name] = ("enrichment", now)
    stored = await house.hub.store.get(scope, CONTACTS, vera)
    assert stored is not None and at(stored, "email") == email
