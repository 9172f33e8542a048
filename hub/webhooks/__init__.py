"""Webhooks: what happens in an application is told to other programs over HTTP, signed, at least once.

Read `kinds.py` (what can be told), `outbox.py` (the row that an event's own batch carries), `touches.py` (contacts and
companies that changed), `spreading.py` (a delivery for each webhook that asks for it), `telling.py` and `bodies.py` (what
is sent), `signing.py`, `sending.py` (one delivery after the other, to each receiver at its own pace), `ending.py` (when a
webhook is switched off), `webhooks.py` and `deliveries.py` (what owners do) and `keeping.py` (what is forgotten).
"""
