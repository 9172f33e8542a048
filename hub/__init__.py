"""Everything the product can do.

The path of a message, in the order of its files:

    widget/src/ui/composer.tsx   makes a client id, shows the message as pending, emits `message.send`
    hub/doors/live/commands.py   the name becomes a verb
    hub/doors/live/dispatch.py   shape → who → verb → reply → error
    hub/chat/messages.py         send(): one atomic batch
    storage/sqlite.py            commits; the same client id twice gives the same message
    storage/sqlite_writer.py     in a process of its own: what waits is one durable transaction
    hub/doors/live/dispatch.py   the ack with the stored record
    hub/core/hub.py              publish(): the event goes to whoever listens
    hub/doors/live/delivery.py   audience → rooms → every socket, on every node, in the order of positions

Read next: core/ (actor, verb, event, hub), then chat/messages.py, then doors/live/.
Arrows point one way: server → doors → areas → core → storage. Who reacts to what stands in hub/subscribers.py.
"""
