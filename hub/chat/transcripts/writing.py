"""Writes a conversation down, page by page: however long it is, only a page of it is in memory.

Messages are as they are now: what was changed says what it says, what was deleted is not there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from html import escape
from typing import Any, Literal

import msgspec
from msgspec import Struct

from hub.accounts.applications import application
from hub.chat.collections import MESSAGES, NOTES
from hub.chat.edited import as_now, notes_as_now
from hub.core.clock import rfc3339
from hub.core.hub import Hub
from hub.core.weeks import local
from hub.core.words import words_in
from hub.people.speaking import Language
from storage.engine import Document, Scope, Stream

Format = Literal["text", "html", "json"]
TYPES: dict[Format, tuple[str, str]] = {
    "text": ("text/plain", "txt"), "html": ("text/html", "html"), "json": ("application/json", "json"),
}  # fmt: skip
"""format → its media type and the ending of its files"""
_PAGE = 500
_STYLE = (
    "body{margin:0 auto;max-width:720px;padding:24px;font:16px/1.5 system-ui,sans-serif}"
    "article{margin:0 0 16px}h1{font-size:22px}header p,time{color:#5f6778;font-size:14px}"
    "p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}.note{padding:8px 12px;background:#fff4d6;color:#181c26}"
)


class Said(Struct, frozen=True):
    """An entry: a message, a turn of the conversation (`closed`, `reopened`, `merged`), or a note."""

    kind: Literal["message", "turn", "note"]
    id: int
    at: int
    by: Document
    text: str
    files: list[Document]


class Written(Struct, frozen=True):
    """What is written down, and how: `after` and `through` are positions; notes only for the team.

    `parts` are those conversations that became parts of this one: the team's and the contact's, who owns them all, and not
    a browser's, which may not see them.
    """

    conversation: Document
    name: str
    format: Format
    language: Language
    notes: bool = False
    after: int = 0
    parts: bool = False


async def written(hub: Hub, scope: Scope, given: Written) -> AsyncIterator[str]:
    """Yield a conversation in pieces of its format."""
    app = await application(hub, scope.app)
    words = words_in(given.language, "pages")
    ink: Any = {"text": _Text, "html": _Html, "json": _Json}[given.format](words, app.zone, given.language)
    yield ink.head(app.name, given)
    async for each in entries(hub, scope, given):
        yield ink.entry(each)
    yield ink.tail()


async def entries(hub: Hub, scope: Scope, given: Written) -> AsyncIterator[Said]:
    """Yield what was said up to now, in the order of time."""
    own = given.conversation
    threads = [(own["id"], given.after, own["position"], own.get("notes", 0))]
    if given.parts and not given.after:
        threads += [(each["conversation"], 0, each["position"], each["notes"]) for each in own.get("merged") or ()]
    streams = [_messages(hub, scope, id, after, through) for id, after, through, _ in threads]
    if given.notes:
        streams += [_notes(hub, scope, id, through) for id, _, _, through in threads]
    async for each in _in_order(streams):
        yield each


async def _in_order(streams: list[AsyncIterator[Said]]) -> AsyncIterator[Said]:
    heads = [(head, each) for each in streams if (head := await anext(each, None)) is not None]
    while heads:
        first = min(range(len(heads)), key=lambda place: heads[place][0].at)
        said, stream = heads[first]
        yield said
        head = await anext(stream, None)
        if head is None:
            del heads[first]
        else:
            heads[first] = (head, stream)


async def _messages(hub: Hub, scope: Scope, id: int, after: int, through: int) -> AsyncIterator[Said]:
    async for records in _pages(hub, scope, MESSAGES, id, after, through):
        for each in await as_now(hub, scope, records):
            if each["kind"] in ("text", "event") and not each.get("deleted"):
                kind: Any = "message" if each["kind"] == "text" else "turn"
                yield Said(kind, each["id"], each["at"], each["author"], each["text"], each["attachments"])


async def _notes(hub: Hub, scope: Scope, id: int, through: int) -> AsyncIterator[Said]:
    async for records in _pages(hub, scope, NOTES, id, 0, through):
        for each in await notes_as_now(hub, scope, records):
            if each.get("of") or each.get("deleted"):
                continue
            yield Said("note", each["id"], each["at"], each["author"], each["text"], [])


async def _pages(
    hub: Hub, scope: Scope, stream: Stream, id: int, after: int, through: int
) -> AsyncIterator[list[Document]]:
    while after < through and (records := await hub.store.read(scope, stream, id, after=after, limit=_PAGE)):
        yield [each for each in records if each["position"] <= through]
        after = records[-1]["position"]


class _Ink:
    def __init__(self, words: Any, zone: str, language: str) -> None:
        self.words, self.zone, self.language = words, zone, language

    def when(self, at: int) -> str:
        return f"{local(self.zone, at):%Y-%m-%d %H:%M}"

    def turn(self, said: Said) -> str:
        word = {"closed": "transcriptClosed", "reopened": "transcriptReopened"}.get(said.text)
        return self.words(word, who=said.by["name"]) if word else said.text

    def who(self, said: Said) -> str:
        name = str(said.by["name"])
        return f"{name} ({self.words('transcriptNote')})" if said.kind == "note" else name

    def files(self, said: Said) -> str:
        names = ", ".join(file["name"] for file in said.files)
        return self.words("transcriptFiles", names=names) if names else ""

    def about(self, company: str, given: Written) -> str:
        first = self.when(given.conversation["created"])
        return self.words("transcriptAbout", company=company, at=first, zone=self.zone, id=given.conversation["id"])

    def cut(self, given: Written) -> str:
        return self.words("transcriptCut") if given.after else ""


class _Text(_Ink):
    def head(self, company: str, given: Written) -> str:
        cut = f"{self.cut(given)}\n" if given.after else ""
        return f"{self.words('transcriptTitle', name=given.name)}\n{self.about(company, given)}\n{cut}\n"

    def entry(self, said: Said) -> str:
        if said.kind == "turn":
            return f"[{self.when(said.at)}] {self.turn(said)}\n\n"
        return (
            f"[{self.when(said.at)}] {self.who(said)}:\n"
            + "\n".join(filter(None, (said.text, self.files(said))))
            + "\n\n"
        )

    def tail(self) -> str:
        return ""


class _Html(_Ink):
    def head(self, company: str, given: Written) -> str:
        title = escape(self.words("transcriptTitle", name=given.name))
        cut = f"<p>{escape(self.cut(given))}</p>" if given.after else ""
        return (
            f'<!doctype html>\n<html lang="{self.language}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style></head>\n'
            f"<body><header><h1>{title}</h1><p>{escape(self.about(company, given))}</p>{cut}</header>\n"
        )

    def entry(self, said: Said) -> str:
        time = f'<time datetime="{rfc3339(said.at)}">{self.when(said.at)}</time>'
        if said.kind == "turn":
            return f"<article>{time} {escape(self.turn(said))}</article>\n"
        note = ' class="note"' if said.kind == "note" else ""
        text = "".join(f"<p>{escape(each)}</p>" for each in (said.text, self.files(said)) if each)
        return f"<article{note}><b>{escape(self.who(said))}</b> {time}{text}</article>\n"

    def tail(self) -> str:
        return "</body></html>\n"


class _Json(_Ink):
    _first = True

    def head(self, company: str, given: Written) -> str:
        kept = given.conversation
        about = {
            "conversation": kept["id"], "company": company, "contact": {"id": kept["contact"], "name": given.name},
            "status": kept["status"], "created": rfc3339(kept["created"]),
        }  # fmt: skip
        return msgspec.json.encode(about).decode()[:-1] + ',"entries":['

    def entry(self, said: Said) -> str:
        files = [{name: file[name] for name in ("id", "name", "size", "type")} for file in said.files]
        entry = {
            "kind": said.kind,
            "id": said.id,
            "at": rfc3339(said.at),
            "by": said.by,
            "text": said.text,
            "files": files,
        }
        comma, self._first = "" if self._first else ",", False
        return f"{comma}\n{msgspec.json.encode(entry).decode()}"

    def tail(self) -> str:
        return "\n]}\n"
