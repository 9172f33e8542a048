"""Real data of Acme, and the ids of it by the places and fields that name them."""

from __future__ import annotations

import json
from typing import Any

import requests

from hub.doors.api.routes import Route
from tests.support.house import sign_in

LATER = "2030-01-01T10:00:00Z"
WHERE = {"all": [{"type": "attribute", "attribute": "score", "op": "gte", "value": 0}]}
_PLACES = {
    "users": "contact", "companies": "company", "deals": "deal", "activities": "activity", "products": "product",
    "tags": "tag", "lists": "list", "segments": "segment", "attributes": "attribute", "events": "event",
    "tickets": "ticket", "email-templates": "template", "pipelines": "pipeline", "stages": "stage", "message": "message",
    "deal-loss-reasons": "loss_reason", "activity-types": "type", "conversations": "conversation", "imports": "import",
}  # fmt: skip
"""first word of a path → what the id in it is of"""
FIELDS = {
    "user_id": "contact", "client": "contact", "person": "contact", "contact": "contact", "contacts": "contact",
    "company_id": "company", "company": "company", "deal_id": "deal", "deal": "deal", "pipeline": "pipeline",
    "stage": "stage", "activity_type": "type", "type_id": "type", "loss_reason": "loss_reason", "product": "product",
    "product_id": "product", "products": "product", "participants": "contact", "parent": "contact",
    "users_list": "contact", "ids": "contact", "list": "list", "lists": "list", "segment": "segment", "tag": "tag",
    "template": "template", "conversation": "conversation", "assigned_to": "agent", "assignee": "agent",
    "receivers": "contact", "author": "agent", "move_to": "stage", "into": "contact", "agents": "agent",
}  # fmt: skip
"""name of a field → what the id in it is of"""

TEXTS: dict[str, list[Any]] = {
    "attribute": ["score", "city"], "tag": ["vip"], "currency": ["PLN"], "url": ["http://127.0.0.1:9/hook"],
    "page_domain": ["shop.example"], "page_path": ["/tea"], "kinds": [["contact.created"]], "tag_names": [["vip"]],
    "due_date": [LATER], "due": [1_900_000_000_000], "where": [WHERE], "value_type": ["string"],
}  # fmt: skip
"""name of a field → what fits it, which nobody hits upon by chance"""


class Things:
    """Makes data through the API, and knows its ids."""

    def __init__(self, url: str, company: Any, house: Any) -> None:
        self.url, self.house = url, house
        self.session = requests.Session()
        self.key, self.mobile_key = company.api_key, company.made["mobile_key"]
        self.token = sign_in(url, "ada@acme.example", company.id)["token"]
        self.company = company.id
        self.answered: dict[tuple[str, str], set[int]] = {}
        """call → the statuses that it has answered with"""
        self.ids: dict[str, list[Any]] = {"agent": [company.made["agent"]["id"]]}

    def call(self, method: str, path: str, body: Any = None, token: bool = False, **more: Any) -> Any:
        """Return the answer of a call that has to succeed."""
        headers = {"Authorization": f"Bearer {self.token}" if token else f"Token {self.key}"} | more.pop("headers", {})
        answer = self.session.request(method, self.url + path, json=body, headers=headers, **more)
        assert answer.status_code < 400, (method, path, answer.text)
        return answer.json() if answer.content else None

    def make(self, count: int = 3) -> None:
        """Make some of everything that ids in paths are of."""
        for number in range(count):
            self._people(number)
            self._crm(number)
            self._rest(number)
        team = self.call("GET", "/api/app/agents", token=True)["agents"]
        self.ids["spare agent"] = [each["id"] for each in team if each["id"] not in self.ids["agent"]]
        self.ids["custom_id"] = [f"own@{number}" for number in reversed(range(count))]  # the last of them first
        self.ids["name"] = ["plan", "city"]

    def _keep(self, kind: str, made: Any, field: str = "id") -> int:
        self.ids.setdefault(kind, []).append(made[field])
        return int(made[field])

    def _public(self, path: str, body: Any, **more: Any) -> Any:
        return self.call("POST", f"/api/public/{path}/", body, **more)

    def _app(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.call("POST", f"/api/app/{path}", body, token=True, **more)

    def _people(self, number: int) -> None:
        own = f"own@{number}"
        self._keep("company", self._public("companies", {"name": f"Tea {number}", "custom_id": own, "plan": "pro"}))
        made = self._public("users", {
            "email": f"walt{number}@example.org", "user_id": own, "tags": ["vip", f"t{number}"], "shoes": 43,
            "company_id": own, "last_order": "2024-01-02T03:04:05Z", "gender": 2, "first_name": "Walt",
        })  # fmt: skip
        contact = self._keep("contact", made)
        self.ids.setdefault("user_key", []).append(made["key"])
        self.ids.setdefault("tag", []).append(made["tags"][-1]["id"])
        group = self._keep("list", self._public("lists", {"name": f"News {number}", "description": "x"}))
        self._public(f"users/{contact}/add_to_list", {"list": group})
        event = {"client": contact, "name": f"order {number}", "data": {"sum": 5}}
        self._keep("event", self._public("events", event))
        self._public("site-views", {"client_user": made["key"], "page_domain": "shop.example", "page_path": "/tea"})
        talk = self._keep("conversation", self._public(f"users/{contact}/conversations", {"content": "Hello"}))
        message = {"conversation": talk, "user_id": contact, "content": "Hi"}
        self._public("message/send_message_as_user", message)
        segment = {"name": f"Keen {number}", "subject": "contact", "where": WHERE}
        self._keep("segment", self._app("segments", segment))
        colour = {
            "value_type": "fixed", "name": f"Colour {number}", "content_type": "clientuser", "choices": ["red", "blue"],
            "allow_multiple_choices": True,
        }  # fmt: skip
        self._keep("attribute", self._public("attributes", colour))
        self.call("PUT", f"/api/public/users/{contact}/", {f"colour_{number}": ["red"]})

    def _crm(self, number: int) -> None:
        contact, company, own = self.ids["contact"][number], self.ids["company"][number], f"own@{number}"
        pipeline = self._keep("pipeline", self._public("pipelines", {"name": f"Sales {number}", "currency": "PLN"}))
        stage = self._keep("stage", self._public("stages", {"pipeline": pipeline, "name": "First", "description": ""}))
        self._public("stages", {"pipeline": pipeline, "name": "Second", "description": ""})
        self._keep("loss_reason", self._public("deal-loss-reasons", {"name": f"Too dear {number}"}))
        kind = self._keep("type", self._public("activity-types", {"name": f"Lunch {number}"}))
        product = {"custom_id": own, "name": "Tea", "price": "4.50", "colour": "green"}
        made = self._keep("product", self._public("products", product))
        line = {"product_custom_id": own, "quantity": 2, "value": 4.5, "currency": "PLN"}
        deal = self._keep("deal", self._public("deals", {
            "name": "Tea", "custom_id": own, "value": "12.50", "currency": "PLN", "stage": stage, "person": contact,
            "company": company, "products": [made], "tags": ["vip"], "order_products": [line], "colour": "red",
        }))  # fmt: skip
        self._keep("activity", self._public("activities", {
            "name": "Call", "custom_id": own, "activity_type": kind, "due_date": LATER, "duration": 90, "deal_id": deal,
            "person": contact,
        }))  # fmt: skip
        for base, subject in (("users", "contact"), ("companies", "company"), ("deals", "deal")):
            note = self._public(f"{base}/{self.ids[subject][number]}/notes", {"content": "A note"})
            self._keep(f"{subject} note", note)
        self._keep("note", note)
        self._keep("ticket", self._public("tickets", {
            "description": "Broken", "name": "Cup", "person": contact, "participants": [contact], "custom_id": own,
        }))  # fmt: skip
        event = {"client": contact, "event_type": "view", "data": {"price": 5}}
        self._public(f"products/{made}/product_event", event)

    def _rest(self, number: int) -> None:
        template = {"name": f"Hello {number}", "subject": "Hi", "content": "<p>Hi {{ user.first_name }}</p>"}
        self._keep("template", self._public("email-templates", template))
        self._keep("group", self._app("groups", {"name": f"Sales {number}"}))
        self._keep("key", self._app("keys", {"name": f"spare {number}", "scopes": ["contacts.read"]})["key"])
        hook = {"url": "http://127.0.0.1:9/hook", "kinds": ["*"], "name": f"Hook {number}"}
        self._keep("webhook", self._app("webhooks", hook)["webhook"])
        field = {"key": "email", "kind": "email", "attribute": "email", "label": {"en": "E-mail"}}
        self._keep("form", self._app("forms", {"name": f"Newsletter {number}", "fields": [field]}))
        self._keep("view", self._app("views", {"name": f"Keen {number}", "where": WHERE}))
        self._keep("import", self._app(f"imports?name=a{number}.csv", data=b"email,name\na@b.example,A\n"))
        self._keep("operation", self._app("operations", {"contacts": self.ids["contact"][:1], "tag": "new"}))

    def places(self, route: Route, pick: int, *, real: bool) -> dict[str, Any]:
        """Return what to put into the path of a call; of what must not go (Ada, the keys in use) only spare ones."""
        found: dict[str, Any] = {}
        for name in route.places:
            kind = self._kind(route, name)
            known = self.ids.get(kind) or []
            if known and (real or kind in ("key", "spare agent")):
                found[name] = known[pick % len(known)]
        return found

    def _kind(self, route: Route, name: str) -> str:
        word = route.path.split("/")[3]
        base = _PLACES.get(word.removesuffix("-by-id"), word)
        if name == "note" and route.path.startswith("/api/public"):
            return f"{base} note"
        if name in ("id", "user_id"):
            return "spare agent" if word == "agents" else base
        return name

    def put_into(self, body: Any, pick: int) -> Any:
        """Return a generated body with real ids where its fields name things."""
        if isinstance(body, list):
            return [self.put_into(each, pick) for each in body]
        if not isinstance(body, dict):
            return body
        return {name: self._value(name, value, pick) for name, value in body.items()}

    def _value(self, name: str, value: Any, pick: int) -> Any:
        if value is None:
            return None
        if name in TEXTS:
            return TEXTS[name][pick % len(TEXTS[name])]
        own = {"user_custom_id": "custom_id", "company_custom_id": "custom_id", "client_user": "user_key"}.get(name)
        if own and isinstance(value, str):
            return self.ids[own][pick % len(self.ids[own])]
        known = self.ids.get(FIELDS.get(name, ""))
        if known and type(value) is int:
            return known[pick % len(known)]
        if known and isinstance(value, list) and value and all(type(each) is int for each in value):
            return [known[(pick + place) % len(known)] for place in range(min(len(value), 2))]
        return self.put_into(value, pick)


def sendable(body: Any) -> bool:
    """Tell whether JSON can hold it as it is."""
    try:
        json.dumps(body)
    except (TypeError, ValueError):
        return False
    return True
