"""Calls over the phone network: a phone is the contact's side of a call, and this server speaks for it.

side.py        what a phone does in its call, whatever network it is on
calling.py     an agent calls a phone: over which trunk, or from which number
arriving.py    a call that comes in: whom it rings
numbers.py     numbers as people and providers write them, and whose they are
keys.py        keys that an agent presses, on their way to the phone

Over a SIP trunk
lines.py       an application's trunks, as owners set them up
trunks.py      exactly one node has a trunk, by a lease: it registers, is called, and places what agents call
bridge.py      one call: what happens on the trunk becomes turns of the call, and the other way round
minutes.py     what a trunk's calls use of their day
waking.py      word to the node that has the trunk: look at this call

Over a provider's numbers (hub/calls/carriers/)
streams.py     its hooks and streams become turns of the call; what agents call is placed by a job
hanging_up.py  what ends here ends there
"""
