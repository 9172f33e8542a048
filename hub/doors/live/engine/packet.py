"""Socket.IO packets with limits on everything that a client may choose."""

import re
from typing import Any

from socketio import packet as stock

from . import json as default_json
from .faults import INVALID_PAYLOAD, POLICY_VIOLATION, UNSUPPORTED_DATA, Malformed
from .frames import Outgoing

MAX_ATTACHMENTS = 4
MAX_ID_DIGITS = 10
MAX_DEPTH = 32  # of lists and objects inside one another; chat needs five
MAX_NAME = 64
MAX_NAMESPACE = 64

# Names that mean something to clients and servers of Socket.IO; Node refuses them from a client as well. Without
# this, `42["connect"]` would call the connect handler of the stock server.
RESERVED = frozenset({"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"})

_HEAD = re.compile(r"([0-6])(?:([0-9]+)-)?(?:(/[^,]*)(?:,|$))?([0-9]*)", re.ASCII)


class Packet(stock.Packet):
    """A packet of python-socketio 5.18.1 whose `decode` raises Malformed instead of accepting anything."""

    json = default_json

    # Replaces socketio.packet.Packet.decode of 5.18.1: no limit there on attachments (finding 5), name, depth or
    # namespace, and no check that an event is a list that starts with a name.
    def decode(self, encoded_packet: str) -> int:
        """Fill this packet from text and return how many attachments must follow."""
        if not isinstance(encoded_packet, str):
            raise Malformed("a binary message that no packet announced", UNSUPPORTED_DATA)
        head = _HEAD.match(encoded_packet)
        if head is None:
            raise Malformed("not a Socket.IO packet")
        kind, attachments, namespace, number = head.groups()
        self.packet_type = int(kind)
        self.namespace = None if namespace is None else _namespace(namespace)
        self.id = _ack_id(number) if number else None
        self.data = None
        if head.end() < len(encoded_packet):
            self.data = self._body(encoded_packet[head.end() :])
        count = 0
        if self.packet_type in (stock.BINARY_EVENT, stock.BINARY_ACK):
            count = _attachments(attachments)
            if not count:  # legal, and then there is nothing to wait for
                self.packet_type -= stock.BINARY_EVENT - stock.EVENT
        elif attachments is not None:
            raise Malformed("attachments announced by a packet that cannot have any")
        self._check_shape()
        return count

    def _body(self, text: str) -> Any:
        if text.count("[") + text.count("{") > MAX_DEPTH and is_deeper(text, MAX_DEPTH):
            raise Malformed("JSON nested too deeply", POLICY_VIOLATION)
        try:
            return self.json.loads(text)
        except (ValueError, RecursionError):
            raise Malformed("the packet's body is not JSON", INVALID_PAYLOAD) from None

    def _check_shape(self) -> None:
        kind, data = self.packet_type, self.data
        if kind in (stock.EVENT, stock.BINARY_EVENT):
            if not isinstance(data, list) or not data or not isinstance(data[0], str):
                raise Malformed("an event must be a list that starts with its name")
            if len(data[0]) > MAX_NAME:
                raise Malformed("the event's name is too long", POLICY_VIOLATION)
            if data[0] in RESERVED:
                raise Malformed("the event's name is reserved")
        elif kind in (stock.ACK, stock.BINARY_ACK):
            if not isinstance(data, list) or self.id is None:
                raise Malformed("an acknowledgement must be a list with an id")
        elif kind == stock.CONNECT:
            if data is not None and not isinstance(data, dict):
                raise Malformed("the data of a connect packet must be an object")
        elif kind == stock.DISCONNECT:
            if data is not None:
                raise Malformed("a disconnect packet cannot have data")
        elif kind == stock.CONNECT_ERROR:
            raise Malformed("a client cannot send connect errors")

    @classmethod
    def _reconstruct_binary_internal(cls, data: Any, attachments: list[bytes]) -> Any:
        # Replaces the method of 5.18.1, which takes any `num` (also negative or a string) as an index.
        if isinstance(data, list):
            return [cls._reconstruct_binary_internal(item, attachments) for item in data]
        if isinstance(data, dict):
            if data.get("_placeholder") is True:
                place = data.get("num")
                if type(place) is not int or not 0 <= place < len(attachments):
                    raise Malformed("a placeholder for an attachment that is not there")
                return attachments[place]
            return {key: cls._reconstruct_binary_internal(value, attachments) for key, value in data.items()}
        return data


def outgoing(
    packet_class: type, kind: int, data: Any, namespace: str | None = None, number: int | None = None
) -> Outgoing:
    """Encode a packet once, in the shape in which every socket can take it."""
    if packet_class is not Packet or Packet.json is not default_json or holds_bytes(data):
        return Outgoing.message(packet_class(kind, data=data, namespace=namespace, id=number).encode())
    head = f"4{kind}" if namespace is None or namespace == "/" else f"4{kind}{namespace},"
    if number is not None:
        head += str(number)
    return Outgoing(head.encode() if data is None else head.encode() + default_json.encode(data))


def holds_bytes(data: Any) -> bool:
    """Whether a value has binary somewhere in its lists, tuples and dicts."""
    kind = type(data)
    if kind is dict:
        data = data.values()
    elif kind is not list and kind is not tuple:
        return isinstance(data, bytes | bytearray)
    for value in data:
        kind = type(value)
        if kind is not str and kind is not int and value is not None and holds_bytes(value):
            return True
    return False


def is_deeper(text: str, most: int) -> bool:
    """Whether lists and objects of a JSON text are nested deeper than so many, brackets inside strings apart.

    In whole passes over the text, a level in each: a loop over a million brackets would block the server for a third of
    a second. Of what is not JSON it says anything; the parser refuses that.
    """
    if '"' in text:
        text = _STRINGS.sub("", text)
    brackets = text.encode(errors="replace").translate(_SQUARE, _NO_BRACKETS)
    for _ in range(most):
        flatter = brackets.replace(b"[]", b"")
        if len(flatter) == len(brackets):
            return len(brackets) - len(brackets.lstrip(b"[")) > most
        brackets = flatter
    return bool(brackets)


# A string that never ends is taken to the end of the text: without the `?` each quote in it would be tried anew.
_STRINGS = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_SQUARE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def _namespace(text: str) -> str:
    name = text.partition("?")[0]
    if len(name) > MAX_NAMESPACE:
        raise Malformed("the namespace's name is too long", POLICY_VIOLATION)
    if not name.isprintable():
        raise Malformed("the namespace's name is not text")
    return name


def _ack_id(digits: str) -> int:
    if len(digits) > MAX_ID_DIGITS:
        raise Malformed("the packet's id is too long", POLICY_VIOLATION)
    return int(digits)


def _attachments(digits: str | None) -> int:
    if digits is None:
        raise Malformed("a binary packet must say how many attachments follow")
    if len(digits) > 2 or int(digits) > MAX_ATTACHMENTS:
        raise Malformed("too many attachments", POLICY_VIOLATION)
    return int(digits)
