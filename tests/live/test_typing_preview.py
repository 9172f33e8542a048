"""What a visitor is writing: agents see it before it is sent, where the application lets them, and nobody else ever does."""

from __future__ import annotations

import pytest

from tests.people.conftest import Panel, Refused, panel_of

pytestmark = pytest.mark.annex("H3")


async def _talk(acme):
    vera, ada = await acme.visitor(), await acme.agent()
    conversation = (await vera.says("Hello"))["conversation"]
    await ada.hears("message")
    return vera, ada, conversation


async def test_agents_see_what_vera_is_writing_and_nobody_else_does(acme, globex):
    vera, ada, conversation = await _talk(acme)
    tab = await acme.visitor(vera.token)
    walt, gus = await acme.visitor(), await globex.agent()
    assert vera.session["application"]["preview"] is True
    await vera.call("typing", conversation=conversation, on=True, text="How much is a")
    assert (await ada.hears("typing", on=True))["text"] == "How much is a"
    # A text in the name of an agent goes nowhere; the sign itself does.
    await ada.call("typing", conversation=conversation, on=True, text="A secret")
    assert "text" not in await vera.hears("typing", on=True)
    assert "text" not in (
        await ada.hears("typing", on=True, by={"kind": "agent", "id": ada.session["agent"]["id"], "name": "Ada"})
    )
    # The end of it says nothing of the text, and too much of it is refused.
    await vera.call("typing", conversation=conversation, on=False, text="How much is a")
    assert "text" not in await ada.hears("typing", on=False)
    assert await vera.refused("typing", conversation=conversation, on=True, text="x" * 501) == "invalid_payload"
    for other in (walt, gus, tab):
        assert not [each for each in other.events("typing") if each["by"]["kind"] == "contact" or "text" in each]
    assert "How much" not in repr(await ada.call("conversation.open", conversation=conversation))


async def test_the_preview_is_switched_off_for_the_whole_application_and_counts_at_once(acme, globex):
    vera, ada, conversation = await _talk(acme)
    api: Panel = await panel_of(acme)
    try:
        assert await api("PUT", "typing-preview", on=False) == {"on": False} == await api("GET", "typing-preview")
        await vera.call("typing", conversation=conversation, on=True, text="How much")
        assert "text" not in await ada.hears("typing", on=True)
        assert "preview" not in (await acme.visitor()).session["application"]
        assert (await globex.visitor()).session["application"]["preview"] is True
        ada.forget()
        await api("PUT", "typing-preview", on=True)
        await vera.call("typing", conversation=conversation, on=True, text="How much")
        assert (await ada.hears("typing", on=True))["text"] == "How much"
    finally:
        await api._http.close()


async def test_who_does_not_agree_to_be_followed_is_not_looked_over_the_shoulder(acme):
    vera, ada = await acme.visitor(consent=False), await acme.agent()
    conversation = (await vera.says("Hello"))["conversation"]
    await vera.call("typing", conversation=conversation, on=True, text="Private")
    assert "text" not in await ada.hears("typing", on=True)


async def test_an_agent_who_may_not_say_how_visitors_are_treated_may_not_switch_it(acme):
    api: Panel = await panel_of(acme)
    ben: Panel = await panel_of(acme)
    try:
        ben._http.headers["Authorization"] = f"Bearer {await acme.token('ben@acme.example')}"
        with pytest.raises(Refused) as refused:
            await ben("PUT", "typing-preview", on=False)
        assert refused.value.status == 403
        assert (await api("GET", "typing-preview")) == {"on": True}
    finally:
        await api._http.close()
        await ben._http.close()
