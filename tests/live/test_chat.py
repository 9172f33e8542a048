"""Two people talk (H1, H2)."""

import pytest


@pytest.mark.annex("H1", "H2", "C2")
async def test_vera_and_ada_talk_and_each_hears_the_other(acme):
    ada, vera = await acme.agent(), await acme.visitor()
    hello = await vera.says("Hello, do you ship to Oslo?")
    assert hello["position"] == 1
    assert await ada.hears("message", text="Hello, do you ship to Oslo?") == hello
    answer = await ada.says("We do.", hello["conversation"])
    assert await vera.hears("message", text="We do.") == answer
    assert answer["position"] == 2
