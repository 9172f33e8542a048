"""Calls whose sound passes through a media worker of ours: where one has to be recorded, announced, listened to, or bridged.

workers.py      the worker processes of this node: begun when the first call needs one, begun anew when one dies
control.py      how a worker is spoken with, on whatever node it is
rooms.py        what a worker has to know of a call, and tells of it
"""
