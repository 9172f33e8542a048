"""Two who talk: what each of their messages says about both, and which way it goes (RFC 3261, section 12)."""

from __future__ import annotations

from hub.calls.sip.address import address_of, tag_of, uri_of
from hub.calls.sip.message import Malformed, Message
from hub.calls.sip.serving import Server
from hub.calls.sip.wire import Peers, Place

Key = tuple[str, str, str]
"""Call-ID, our tag, their tag."""


class Dialog:
    """One end of a call: ours."""

    def __init__(self, call_id: str, ours: str, theirs: str, target: str, routes: list[str], sequence: int) -> None:
        self.call_id, self._ours, self._theirs, self._target, self._routes = call_id, ours, theirs, target, routes
        self._sequence, self._their_sequence = sequence, -1
        self._ack: Message | None = None
        self.key: Key = (call_id, tag_of(ours), tag_of(theirs))

    @classmethod
    def of_answer(cls, answer: Message) -> Dialog:
        """Return the dialog that an answer to our INVITE opens. Raises Malformed where it says not whom to talk to."""
        routes = answer.all("record-route")[::-1]
        number = answer.sequence[0]
        return cls(answer.get("call-id"), answer.get("from"), answer.get("to"), _contact(answer), routes, number)

    @classmethod
    def of_request(cls, server: Server) -> Dialog:
        """Return the dialog that an INVITE opens which reached us. Raises Malformed."""
        request = server.request
        ours = f"{request.get('to')};tag={server.tag}"
        routes = request.all("record-route")
        dialog = cls(request.get("call-id"), ours, request.get("from"), _contact(request), routes, 0)
        dialog.follows(request)
        return dialog

    def request(self, method: str, sequence: int | None = None) -> Message:
        """Return the next request of ours in this dialog, or one with the number of another: an ACK."""
        if sequence is None:
            self._sequence += 1
        uri, routes = self._target, self._routes
        if routes and "lr" not in uri_of(address_of(routes[0]).uri).params:
            # A router of the old kind wants to be the addressee, and the addressee last (section 12.2.1.1).
            uri, routes = address_of(routes[0]).uri, [*routes[1:], f"<{self._target}>"]
        message = Message(method=method, uri=uri).add("max-forwards", "70")
        for route in routes:
            message.add("route", route)
        message.add("from", self._ours).add("to", self._theirs).add("call-id", self.call_id)
        return message.add("cseq", f"{self._sequence if sequence is None else sequence} {method}")

    def ack(self, sequence: int) -> Message:
        """Return the ACK of the yes to an INVITE; the same message as often as the yes comes."""
        if self._ack is None or self._ack.sequence[0] != sequence:
            self._ack = self.request("ACK", sequence)
        return self._ack

    def way(self, peers: Peers) -> Place:
        """Return where our next request is sent."""
        uri = uri_of(address_of(self._routes[0]).uri if self._routes else self._target)
        return peers.next_hop(uri.host, uri.port)

    def follows(self, request: Message) -> bool:
        """Tell whether a request of theirs is a new one, and note its number: what is older came too late."""
        number = request.sequence[0]
        if number <= self._their_sequence:
            return False
        self._their_sequence = number
        return True

    def retarget(self, message: Message) -> None:
        """Note where they want to be reached from now on (section 12.2)."""
        if message.get("contact"):
            self._target = _contact(message)


def _contact(message: Message) -> str:
    uri = address_of(message.get("contact")).uri
    uri_of(uri)
    if any(char in uri for char in " <>\t"):
        raise Malformed("contact")
    return uri
