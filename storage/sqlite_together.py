"""Small reads of one turn of the event loop, joined: one statement and one trip to a thread for all of them.

A hundred calls that look up a contact each would hand the interpreter to a reading thread and back a hundred times,
which costs more than the reading.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import apsw

from storage.engine import StorageError
from storage.sqlite_group import asked
from storage.sqlite_reader import Readers

FEW = 100
"""Things in one question that may wait for others of its turn, and be waited for by them; more go alone."""

MOST = 500
"""Things in one statement."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a statement is to answer about some things, and who waits for it."""

    about: list[Any]
    answer: asyncio.Future[list[Any]]


class Together:
    """Asks statements of the form of `asked`: each row of their answer begins with the place of what it is about."""

    def __init__(self, readers: Readers):
        self._readers = readers
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[str, list[Question]] = {}

    def ask(self, sql: str, about: list[Any]) -> asyncio.Future[list[Any]]:
        """Return the rows of an answer, at the end of this turn; it knows all that was committed before now."""
        question = Question(about, self._loop.create_future())
        if len(about) > FEW:
            self._read(sql, [question])
            return question.answer
        if not self._waiting:
            self._loop.call_soon(self._end)
        self._waiting.setdefault(sql, []).append(question)
        return question.answer

    def _end(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for sql, questions in waiting.items():
            joined: list[Question] = []
            size = 0
            for question in questions:
                if joined and size + len(question.about) > MOST:
                    self._read(sql, joined)
                    joined, size = [], 0
                joined.append(question)
                size += len(question.about)
            self._read(sql, joined)

    def _read(self, sql: str, questions: list[Question]) -> None:
        about = questions[0].about if len(questions) == 1 else [each for one in questions for each in one.about]
        try:
            self._readers.run(partial(_answer, sql=sql, about=about), partial(_share, questions))
        except StorageError as error:
            _share(questions, None, error)


def _answer(connection: apsw.Connection, sql: str, about: Sequence[Any]) -> list[Any]:
    return list(asked(connection, sql, about))


def _share(questions: list[Question], rows: list[Any] | None, error: Exception | None) -> None:
    """Tell each question its own rows, with places as it counts them."""
    if rows is not None and len(questions) > 1:
        owners = [(one, place) for one in range(len(questions)) for place in range(len(questions[one].about))]
        shares: list[list[Any]] = [[] for _ in questions]
        for row in rows:
            one, row[0] = owners[row[0]]
            shares[one].append(row)
    else:
        shares = [rows or []]
    for number, question in enumerate(questions):
        if question.answer.done():  # cancelled meanwhile
            continue
        if error is not None:
            question.answer.set_exception(error)
        else:
            question.answer.set_result(shares[number])
