"""Calls over a SIP trunk: a phone is the contact's side of a call, and this server speaks for it.

lines.py      an application's trunks, as owners set them up
trunks.py     exactly one node has a trunk, by a lease: it registers, is called, and places what agents call
arriving.py   a call that comes in: whose number it is, and whom it rings
bridge.py     one call: what happens on the trunk becomes turns of the call, and the other way round
keys.py       keys that an agent presses, on their way to the phone
numbers.py    numbers as people and providers write them, and whose they are
waking.py     word to the node that has the trunk: look at this call
"""
