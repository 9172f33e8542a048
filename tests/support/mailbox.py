"""A real mail server for tests, and what it took."""

from __future__ import annotations

import email
import email.policy
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.house import free_port


class Mailbox:
    """Keeps what was sent; `refuse` is the answer to the next recipients. It may be closed and opened again."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refuse = ""
        self.port = free_port()
        self._server: Controller | None = None

    @property
    def url(self) -> str:
        """Its address as a setting."""
        return f"smtp://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Listen."""
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"
