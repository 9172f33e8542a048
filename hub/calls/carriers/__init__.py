"""Phone providers: an application's own account there, its numbers, its calls and texts.

Reading order
    carrier.py     what any provider has to do, and the plain values that go to it and come from it
    facts.py       what a provider tells us, typed: a call comes in, is over, a text came
    twilio.py      the first driver, on twilio_api.py; twiml.py is what it answers calls with, twilio_facts.py what hooks say
    telnyx.py      the second one, on telnyx_api.py; telnyx_facts.py what its hooks say
    providers.py   which drivers there are
    asking.py      HTTP as both of them speak it, and an answer that is none
    signing.py     whether a provider says it, or somebody else
    accounts.py    an application's account: connected, checked, limited, let go
    numbers.py     numbers searched, bought, taken over, given back, and what an incoming call does; buying.py the middle of it
    dialing.py     which numbers may be called at all
    usage.py       calls that cost: how many at once, how long today, for how much this month
    calling.py     calls and texts that go out, and recordings that are fetched
    hooks.py       what a provider sends: proven, taken once, told on
    desk.py        who hears of it, and who says what to answer a call with
"""
