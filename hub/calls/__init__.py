"""Calls between a contact and an agent: who calls whom, who answers, and how the two browsers find each other.

The path of a call
    starting.py      somebody calls: one record in the state `ringing`, and one job that looks after it
    ringing.py       whom it rings, and whom next
    machine.py       the states and what leads from one to the next, in plain Python; every verb asks it
    turning.py       one turn of the state: read, decide, commit, tell; whoever was too late decides anew
    engaged.py       an agent is in one call at a time
    answering.py     accept, decline, hang up, hold, mute, hand over
    consulting.py    a colleague is asked first; consult.py has the states of that
    taping.py        recording, and supervisors who listen; tapes.py and recordings.py keep what was recorded
    wrapping.py      what came out of it, as whoever had it writes down
    signalling.py    offer, answer, candidates: passed on to the other device, kept nowhere
    watching.py      the job: the ringing that nobody ends, the device that is gone
    legs.py          which device is still there, said again and again by the node that it is connected with
    ice.py           by which servers two browsers behind walls reach each other
    log.py           which calls there were; rules.py: whether an application takes any, and whom they ring

media/ has the media workers that sound passes through where it has to, phone/ calls over the phone network, by trunks (sip/) and by
providers (carriers/); texts/ has text messages over the numbers of a provider.
"""
