"""A request of ours that may be asked for a password: it is sent again with the proof, once, or twice for an old nonce."""

from __future__ import annotations

from collections.abc import Callable

from hub.calls.sip.digest import Credentials, challenge_of
from hub.calls.sip.message import Message
from hub.calls.sip.transactions import Client, OnAnswer, Transactions
from hub.calls.sip.wire import Place

_PROOFS = {401: ("www-authenticate", "authorization"), 407: ("proxy-authenticate", "proxy-authorization")}


class Asked:
    """What was asked. `build` returns the request anew for each try, with a sequence number of its own."""

    def __init__(
        self,
        transactions: Transactions,
        credentials: Credentials | None,
        build: Callable[[], Message],
        to: Place,
        on_answer: OnAnswer,
    ) -> None:
        self._transactions, self._credentials, self._build, self._to = transactions, credentials, build, to
        self._on_answer, self._proofs = on_answer, 0
        self.cancelled, self._told, self._patience = False, False, 0.0
        self.client: Client = transactions.send(build(), to, self._heard)

    def _heard(self, answer: Message | None) -> None:
        if self.cancelled and answer is not None and answer.status < 200:
            self._tell()
        if answer is not None and answer.status in _PROOFS and not self.cancelled and self._prove(answer):
            return
        self._on_answer(answer)

    def _prove(self, answer: Message) -> bool:
        asks, proves = _PROOFS[answer.status]
        challenges = answer.all(asks)
        stale = any(each.stale for each in map(challenge_of, challenges) if each)
        if self._credentials is None or self._proofs > (1 if stale else 0):
            return False  # the password was not taken: asking again would only lock the account
        request = self._build()
        proof = self._credentials.answer(challenges, request.method, request.uri)
        if proof is None:
            return False
        self._proofs += 1
        self.client = self._transactions.send(request.add(proves, proof), self._to, self._heard)
        return True

    def cancel(self, patience: float) -> None:
        """Take an INVITE back that nobody answered yet: now, or once somebody has said that it arrived (section 9.1)."""
        self.cancelled, self._patience = True, patience
        if self.client.proceeding:
            self._tell()

    def _tell(self) -> None:
        if not self._told:
            self._told = True
            self.client.patient(self._patience)
            self._transactions.cancel(self.client)
