"""One mailbox is read by one node, and by the other when that one has gone (E5)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from hub.core import jobs
from hub.outreach.collections import MAILBOX_TURNS, MAILS
from hub.outreach.inbox import reading
from storage.engine import INSTALLATION, Scope
from tests.outreach.conftest import letter
from tests.support.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.support.forms import rest
from tests.support.house import eventually

pytestmark = pytest.mark.annex("E5", "H6")


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


async def test_one_node_reads_a_mailbox_and_agents_of_both_see_the_mail(open_nodes, dovecot, monkeypatch):
    monkeypatch.setattr(reading, "_RENEW", 1.0)
    nodes = await open_nodes(fetch_allow="127.0.0.1")
    dovecot.box("shared")
    body = {"address": "support@acme.example", "host": "127.0.0.1", "port": dovecot.port, "security": "none",
            "user": "shared", "password": PASSWORD}  # fmt: skip
    await rest(nodes.one, "POST", "mail/mailboxes", body)
    agents = [await company.agent() for company in nodes.both]
    for number in range(20):
        await asyncio.to_thread(dovecot.put, "shared", letter(f"Number {number}", sender=f"p{number}@example.com"))

    def seen(agent: Any) -> list[str]:
        return [each["text"] for event, each in agent.heard if event == "message"]

    await eventually(lambda: all(len(seen(agent)) >= 20 for agent in agents), 30)
    await asyncio.sleep(0.5)
    assert [len(seen(agent)) for agent in agents] == [20, 20]
    hub = nodes.one.house.hub
    (turn,) = (await hub.store.find(INSTALLATION, MAILBOX_TURNS)).items
    readers = [company for company in nodes.both if company.house.hub.node == turn["owner"]]
    assert len(readers) == 1 and turn["due"] <= hub.clock.now() + jobs.LEASE_MS

    other = next(company for company in nodes.both if company is not readers[0])
    await rest(other, "PATCH", f"mail/mailboxes/{turn['id']}", {"folder": "INBOX"})  # heard by whoever reads it
    await asyncio.to_thread(dovecot.put, "shared", letter("After the change"))
    await eventually(lambda: any("After the change" in text for text in seen(agents[0])), 20)
    rows = (await hub.store.find(Scope(nodes.one.id), MAILS, limit=100)).items
    assert len(rows) == 21
