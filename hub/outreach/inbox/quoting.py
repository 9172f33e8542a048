"""Cuts what mail programs add to an answer: the mail that is answered, and signatures. In Polish and English.

What was cut is handed back, as nothing that somebody wrote may be lost. Answers that stand between quoted lines are left
as they are: without the lines they would mean nothing.
"""

from __future__ import annotations

import re

_MONTHS = "sty|lut|mar|kwi|maj|cze|lip|sie|wrz|paź|lis|gru|jan|feb|apr|may|jun|jul|aug|sep|oct|nov|dec"
_WROTE = re.compile(
    r"(?:napisał(?:\(a\)|a|/a)?|pisze|napisano|wrote|writes|schrieb|a écrit)(?:\s+[^\n:]{0,120})?\s*:\s*$",
    re.IGNORECASE,
)
"""How a line ends that says who wrote what follows: „… napisał(a):”, “… wrote:”."""
_BEGINS = re.compile(
    r"^\W{0,3}(?:on|dnia|w dniu|użytkownik|wiadomość napisana przez|am|le|pon|wt|śr|czw|pt|sob|niedz?|nd|\d{1,4})\b",
    re.IGNORECASE,
)
_DATED = re.compile(rf"\d{{1,4}}[\s./-]+(?:\d{{1,2}}|(?:{_MONTHS})\w*)|<[^<>\s]+@[^<>\s]+>|@", re.IGNORECASE)
_APPLE = re.compile(r"^\W{0,3}Wiadomość napisana przez .{1,200} w dniu .{4,60}:\s*$", re.IGNORECASE | re.DOTALL)
_RULE = re.compile(
    r"^\s*-{2,}\s*(?:original message|oryginalna wiadomość|wiadomość oryginalna|treść oryginalnej wiadomości|"
    r"forwarded message|wiadomość przekazana|przekazana wiadomość|wiadomość przesłana dalej|treść przekazanej wiadomości)"
    r"\s*-{2,}\s*$",
    re.IGNORECASE,
)
_LINE = re.compile(r"^\s*_{10,}\s*$")
_FROM = re.compile(r"^\s*\*?(?:from|od|nadawca|von|de)\s*:\*?\s*\S", re.IGNORECASE)
_FIELD = re.compile(
    r"^\s*\*?(?:from|sent|date|to|cc|subject|importance|od|wysłano|wysłane|data|do|dw|temat|kopia|ważność)\s*:\*?",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"^\s*(?:(?:sent|wysłan[eao]|wysłałem|wysłałam) (?:from|z|ze|via|using|za pomocą|przy użyciu)\b.{0,120}"
    r"|(?:get|download|pobierz|uzyskaj) (?:program |aplikację )?outlook\b.{0,160}"
    r"|outlook (?:for|dla) .{0,60})\s*$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^--\s?$")
_HEADERS, _WRAPPED = 8, 4


def split(text: str) -> tuple[str, str]:
    """Return what somebody wrote, and what their mail program added below or above it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    said, quoted = _split_quote(lines)
    said, signature = _split_signature(said)
    cut = "\n".join([*signature, *([""] if signature and quoted else []), *quoted]).strip("\n")
    return "\n".join(said).strip(), cut


def _split_quote(lines: list[str]) -> tuple[list[str], list[str]]:
    for index, line in enumerate(lines):
        if _RULE.match(line) or (_LINE.match(line) and _is_block(lines, index + 1)) or _is_block(lines, index):
            return lines[:index], lines[index:]
        length = _attribution(lines, index)
        if length:
            return _around(lines, index, index + length)
    first = next((index for index, line in enumerate(lines) if line.startswith(">")), None)
    return (lines, []) if first is None else _around(lines, first, first)


def _is_block(lines: list[str], index: int) -> bool:
    """Tell whether the headers of a mail stand here, as Outlook repeats them: From/Od, and two more of them."""
    if index >= len(lines) or not _FROM.match(lines[index]):
        return False
    rest = [line for line in lines[index + 1 : index + 1 + _HEADERS] if line.strip()]
    return sum(_FIELD.match(line) is not None for line in rest) >= 2


def _attribution(lines: list[str], index: int) -> int:
    """Return how many lines say who wrote what follows; 0 where none does."""
    if not lines[index].strip() or not _BEGINS.match(lines[index].lstrip("> ")):
        return 0
    for length in range(1, _WRAPPED + 1):
        some = lines[index : index + length]
        if len(some) < length or not some[-1].strip():
            return 0
        whole = " ".join(line.lstrip("> ").strip() for line in some)
        if len(whole) > 400:
            return 0
        if (_WROTE.search(whole) and _DATED.search(whole)) or _APPLE.match(whole):
            return length
    return 0


def _around(lines: list[str], first: int, after: int) -> tuple[list[str], list[str]]:
    """Part lines at a quote that begins at `first`, its lines with > from `after` on.

    What stands below one quote is an answer below it; between several ones they all stay.
    """
    rest = lines[after:]
    blocks = _blocks(rest)
    if not any(quoted for quoted, _ in blocks):  # not marked line by line: all of it is the old mail
        return (lines, []) if first == after else (lines[:first], lines[first:])
    quotes = sum(quoted for quoted, _ in blocks)
    if quotes > 1:
        return lines[:first] + rest if first != after else lines, lines[first:after]
    below = [line for quoted, some in blocks if not quoted for line in some]
    quote = [line for quoted, some in blocks if quoted for line in some]
    return lines[:first] + below, lines[first:after] + quote


def _blocks(lines: list[str]) -> list[tuple[bool, list[str]]]:
    """Return the lines in runs: quoted ones, and others; empty lines part nothing."""
    blocks: list[tuple[bool, list[str]]] = []
    for line in lines:
        quoted = line.startswith(">")
        if not line.strip() and blocks:
            quoted = blocks[-1][0]
        if blocks and blocks[-1][0] == quoted:
            blocks[-1][1].append(line)
        elif line.strip():
            blocks.append((quoted, [line]))
    return blocks


def _split_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    for index, line in enumerate(lines):
        if index and _SIGNATURE.match(line):
            return _without_phone(lines[:index], lines[index:])
    return _without_phone(lines, [])


def _without_phone(lines: list[str], cut: list[str]) -> tuple[list[str], list[str]]:
    """Take the last lines away that only say from which device or program the mail was sent."""
    end = len(lines)
    while end:
        line = lines[end - 1]
        if line.strip() and not _PHONE.match(line):
            break
        end -= 1
    return lines[:end], [*(line for line in lines[end:] if line.strip()), *cut]
