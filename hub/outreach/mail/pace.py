"""How fast a sender goes: its rate, and slower where its server says so. Times are in milliseconds."""

from __future__ import annotations

from hub.outreach.mail.connecting import Why

_SHORTEST, _LONGEST = 1_000, 15 * 60_000
_SIGN_IN = 60_000
"""First pause after a refused password: tried too often, accounts are locked."""
_KEPT = 60_000
"""For so long a mail that waits keeps its turn."""
_LOOK = 1_000
_GAP, _WIDEST = 100.0, 10_000.0
"""Between two mails after a server has said that it is too much, at first and at most."""


class Pace:
    """The pace of one sender in one process. While it has trouble one mail at a time tries, after growing pauses."""

    def __init__(self) -> None:
        self.until = 0
        """Until when it is paused."""
        self.trouble: tuple[Why, str] | None = None
        """What paused it, and what was said."""
        self._pauses = 0
        self._trying = ""
        self._gap = 0.0
        self._next = 0.0
        self._turns: dict[str, float] = {}

    def paused(self, mail: str, now: int) -> int:
        """Return for how long the sender is paused; 0 where it is not, or where this mail may look whether it works again."""
        if now < self.until:
            return self.until - now
        if self._pauses:
            if self._trying not in ("", mail):
                return _LOOK
            self._trying = mail
        return 0

    def turn(self, mail: str, rate: float, now: int) -> int:
        """Return how long a mail has to wait for its turn, which it keeps. `rate` is mails a minute, 0 for no limit."""
        gap = max(60_000 / rate if rate else 0.0, self._gap)
        turn = self._turns.pop(mail, None)
        if turn is None or turn < now - _KEPT:
            turn = max(float(now), self._next) if gap else float(now)
            self._next = turn + gap
        if turn <= now or self._trying == mail:
            return 0
        if len(self._turns) > 1_000:
            self._turns = {each: turn for each, turn in self._turns.items() if turn > now - _KEPT}
        self._turns[mail] = turn
        return max(1, int(turn - now))

    def went(self) -> bool:
        """Note that the server took a mail, or answered as it should; return whether there was trouble before."""
        had = self._pauses > 0
        self._pauses, self._trying, self.until, self.trouble = 0, "", 0, None
        self._gap = self._gap * 0.9 if self._gap > _GAP / 10 else 0.0
        return had

    def halts(self, why: Why, said: str, begun: int, now: int) -> int:
        """Note trouble that a mail had which began at a time; return for how long the sender is paused.

        What began before the last pause tells nothing new.
        """
        if begun >= self.until:
            self.trouble = (why, said)
            first = _SIGN_IN if why == "sign_in" else _SHORTEST
            self.until = now + min(_LONGEST, first * 2**self._pauses)
            self._pauses = min(self._pauses + 1, 20)
            self._trying = ""
            if why == "slow":
                self._gap = min(_WIDEST, max(_GAP, self._gap * 2))
        return max(1, self.until - now)

    def lets_go(self, mail: str) -> None:
        """Note that a mail that tried has ended without telling anything of the sender."""
        if self._trying == mail:
            self._trying = ""
