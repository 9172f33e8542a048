"""Sockets whose contact was merged go on as the one that it is now; those of an erased one are sent away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import MutableMapping
from typing import Any

from msgspec.structs import replace

from hub.chat.presence import Presence
from hub.core.errors import HubError
from hub.core.hub import Hub
from hub.core.nodes import Nodes
from hub.doors.live.engine import SocketServer
from hub.doors.live.sessions import Session, greet, greeted_anew, own_room
from hub.people.events import ContactsReplaced
from hub.people.merging.replacing import Replacements, gone_among
from storage.engine import Scope, StorageError

_AT_ONCE = 500


class Replacing:
    """The visitors of this node, by contact."""

    def __init__(self, hub: Hub, sockets: SocketServer, sessions: MutableMapping[str, Session]) -> None:
        self._hub, self._sockets, self._sessions = hub, sockets, sessions
        self.of_contact: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
        self._lately = hub.part(Replacements).lately
        hub.listen(ContactsReplaced, self._replaced)
        hub.part(Nodes).on_missed(self._missed)

    def came(self, sid: str) -> None:
        """Count a visitor's socket; one whose contact was replaced while it connected follows it at once."""
        app, contact = self._who(sid)
        self.of_contact[app, contact].add(sid)
        gone, into = self._lately(app, contact)
        if gone:
            self._follow(sid, into)

    def went(self, sid: str, session: Session) -> None:
        """Forget a socket that was closed."""
        who = (session.actor.scope.app, session.actor.id)
        self.of_contact[who].discard(sid)
        if not self.of_contact[who]:
            del self.of_contact[who]

    def _who(self, sid: str) -> tuple[int, int]:
        actor = self._sessions[sid].actor
        return actor.scope.app, actor.id

    def _replaced(self, event: Any) -> None:
        for contact in event.contacts:
            for sid in list(self.of_contact.get((event.app, contact), ())):
                self._follow(sid, event.into)

    def _follow(self, sid: str, into: int | None) -> None:
        if into is None:
            self._hub.spawn("send a socket away", self._sockets.send_away([sid], "/visitor"))
            return
        session = self._sessions[sid]
        scope = replace(session.actor.scope, contact=into)
        rooms = (own_room(scope), *session.rooms[1:])
        # At once, with no await: what the merge announces next is heard in the new room.
        self._sockets.manager.basic_enter_room(sid, "/visitor", rooms[0])
        if rooms[0] != session.rooms[0]:
            self._sockets.manager.basic_leave_room(sid, "/visitor", session.rooms[0])
        self.went(sid, session)
        self._sessions[sid] = replace(session, actor=replace(session.actor, id=into, scope=scope), rooms=rooms)
        self.of_contact[scope.app, into].add(sid)
        presence = self._hub.part(Presence)
        presence.join(scope.app, "contact", into)
        presence.leave(scope.app, "contact", session.actor.id)
        self._hub.spawn("greet anew", self._greet(sid))

    async def _greet(self, sid: str) -> None:
        """Tell a client who it is now, as when it connected."""
        session = self._sessions.get(sid)
        if session is None:
            return
        try:
            anew = await greeted_anew(self._hub, session)
            greeting = await greet(self._hub, anew)
        except HubError:  # replaced once more, which greets it again
            return
        if self._sessions.get(sid) is session:
            self._sessions[sid] = anew
            await self._sockets.emit("session", greeting, to=sid, namespace="/visitor")

    def _missed(self, back: float) -> None:
        self._hub.spawn("replaced contacts", self._look())

    async def _look(self) -> None:
        """Find out what the other nodes said while nothing was heard of them."""
        apps: defaultdict[int, list[int]] = defaultdict(list)
        for app, contact in self.of_contact:
            apps[app].append(contact)
        try:
            for app, contacts in apps.items():
                for start in range(0, len(contacts), _AT_ONCE):
                    gone = await gone_among(self._hub, Scope(app), contacts[start : start + _AT_ONCE])
                    for contact, into in gone.items():
                        self._replaced(ContactsReplaced(app=app, contacts=(contact,), into=into))
        except StorageError as error:
            self._hub.log.warning("contacts can't be looked up", error=str(error))
