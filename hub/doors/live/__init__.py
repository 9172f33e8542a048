"""The live door: Socket.IO for visitors and agents.

`commands` is the table of names; `dispatch` the five steps of each; `sessions` who a socket is; `wire` what events look
like; `delivery` how they reach sockets in order; `limits` how much is too much; `door` holds it
together. `engine/` is the Socket.IO server itself.
"""
