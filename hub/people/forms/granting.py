"""What a submission brings a contact: tags, lists, consents. With a double opt-in it is brought by the confirmation."""

from __future__ import annotations

from hub.core.hub import Hub
from hub.people.collections import HISTORY
from hub.people.privacy.consent import agreed
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, Scope


async def grant(hub: Hub, batch: Batch, contact: Document, form: Document, submission: Document) -> Document:
    """Put tags, lists and consents of a submission into the batch; return the fields of the contact that change."""
    words, now = await vocabulary(hub, Scope(batch.scope.app)), hub.clock.now()
    by = {"kind": "system", "id": form["id"], "name": form["name"]}
    fresh = {
        "tags": [tag for tag in words.tag_names(form["tags"]) if tag.id not in (contact.get("tags") or ())],
        "lists": [
            words.lists[id] for id in form["lists"] if id in words.lists and id not in (contact.get("lists") or ())
        ],
    }
    changes: Document = {}
    for field, named in fresh.items():
        if not named:
            continue
        changes[field] = [*(contact.get(field) or ()), *(each.id for each in named)]
        kind = field.removesuffix("s")
        for each in named:
            record = {
                "id": await hub.ids.next("history"), "kind": kind, "word": "added", kind: each.id, "name": each.name,
                "by": by, "at": now,
            }  # fmt: skip
            batch.append(HISTORY, contact["id"], record)
    purposes: set[str] = set()
    for consent in submission["consents"]:
        if consent["purpose"] in purposes:  # two boxes for the same: said once
            continue
        purposes.add(consent["purpose"])
        record = {
            "id": await hub.ids.next("consent"), "purpose": consent["purpose"], "given": True,
            "source": f"{form['name']}: {consent['label']}"[:255], "version": consent["version"], "at": now,
            "by": form["name"], "written": now,
        }  # fmt: skip
        changes |= agreed(batch, contact, record)
    return changes
