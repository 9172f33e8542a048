"""Turns the HTML of a mail into text, without the mail that it answers: nothing of its markup goes any further."""

from __future__ import annotations

import re
from typing import Any

_NEVER = "script,style,head,title,meta,link,template,object,svg,noscript"
_SIGNATURES = (
    ".gmail_signature,.gmail_signature_prefix,[data-smartmail=gmail_signature],.moz-signature,#Signature,"
    "#ms-outlook-mobile-signature,#AppleMailSignature,#ms-outlook-mobile-body-separator-line,.protonmail_signature_block"
)
_QUOTES = (
    ".gmail_quote,.gmail_quote_container,.gmail_attr,.moz-cite-prefix,.yahoo_quoted,.protonmail_quote,"
    "[name=messageReplySection],#OLK_SRC_BODY_SECTION,.ms-outlook-mobile-reference-message,.zmail_extra,"
    "#mail-editor-reference-message-container"
)
_AND_BELOW = "#divRplyFwdMsg,#appendonsend,#stopSpelling"
"""Outlook on the web puts these before the old mail, which follows beside them."""
_CITE = "blockquote[type=cite],blockquote.gmail_quote,blockquote.cite"
_BORDER = re.compile(r"border(?:-top)?:\s*(?:none;\s*border-top:\s*)?solid\s+#?(?:e1e1e1|b5c4df)", re.IGNORECASE)
"""The line that Outlook on the desktop draws above the headers of the old mail."""
_APART = {"p", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "table"}
_BLOCKS = _APART | {
    "div",
    "section",
    "article",
    "header",
    "footer",
    "tr",
    "li",
    "hr",
    "dl",
    "dt",
    "dd",
    "form",
    "center",
}
_MOST_NODES = 200_000
_DEEP = 400
"""Elements inside each other: more is made to hurt whoever reads it."""
_DEEPEST, _LONGEST = 2_000, 2_000_000
_LINE, _PARTED = "\x01", "\x02"
"""Stand in the text for the beginning and the end of a block: several of them are one line, or one empty line."""
_BREAKS = re.compile("(?:[\x01\x02][ \t]*)+")
_NO_BREAKS = {1: None, 2: None}
_TAG, _OPENS = re.compile("<[^<>]{0,1000}>"), re.compile("<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_LEFT_OPEN = {
    "p",
    "li",
    "td",
    "th",
    "tr",
    "dd",
    "dt",
    "option",
    "br",
    "img",
    "hr",
    "meta",
    "link",
    "input",
    "col",
    "area",
    "wbr",
}
_SPACES = re.compile(r"[ \t\r\n\f]+")


def read_html(html: str) -> tuple[str, str]:
    """Return the text of a mail, and that of the mail which it answers."""
    from selectolax.lexbor import LexborHTMLParser

    html = html[:_LONGEST]
    if _is_abyss(html):
        return tidy(_TAG.sub(" ", html)), ""
    tree = LexborHTMLParser(html)
    body = tree.body
    if body is None:
        return "", ""
    for node in tree.css(_NEVER):
        node.decompose()
    whole = ""
    quotes = [node for node in tree.css(_CITE) if not _inside_quote(node)]
    if len(quotes) > 1:  # answers between what they answer: that stays, marked as in text
        return tidy(_text(body)), ""
    removed: list[str] = []
    for node in _old_mail(tree, quotes):
        removed.append(_text(node))
        node.decompose()
    for node in tree.css(_SIGNATURES):
        removed.insert(0, _text(node))
        node.decompose()
    whole = tidy("\n".join(removed))
    return tidy(_text(body)), whole


def _is_abyss(html: str) -> bool:
    """Tell whether elements stand in each other so deep that the parser takes minutes."""
    depth = 0
    for closes, tag in _OPENS.findall(html):
        if tag.lower() not in _LEFT_OPEN:
            depth += -1 if closes else 1
            if depth > _DEEPEST:
                return True
    return False


def _old_mail(tree: Any, quotes: list[Any]) -> list[Any]:
    """Return the elements that are the old mail, none of them inside another."""
    found: list[Any] = list(tree.css(_QUOTES)) + quotes
    for node in [*tree.css(_AND_BELOW), *_lined(tree)]:
        while node is not None:
            found.append(node)
            node = node.next
    marked = {node.mem_id for node in found}
    kept: dict[int, Any] = {}
    for node in found:
        parent, deep = node.parent, 0
        while parent is not None and parent.mem_id not in marked and deep < _DEEP:
            parent, deep = parent.parent, deep + 1
        if parent is None or parent.mem_id not in marked:
            kept[node.mem_id] = node
    return list(kept.values())


def _lined(tree: Any) -> list[Any]:
    """Return what begins with Outlook's line: the element with the border, or the one that holds nothing else."""
    found = []
    for node in tree.css("div[style]"):
        if _BORDER.search(node.attributes.get("style") or ""):
            parent = node.parent
            alone = (
                parent is not None
                and parent.tag == "div"
                and (parent.text() or "").strip() == (node.text() or "").strip()
            )
            found.append(parent if alone else node)
    return found


def _inside_quote(node: Any) -> bool:
    parent, deep = node.parent, 0
    while parent is not None and deep < _DEEP:
        if parent.tag == "blockquote" or "gmail_quote" in (parent.attributes or {}).get("class", "") or "":
            return True
        parent, deep = parent.parent, deep + 1
    return False


def _text(root: Any) -> str:
    """Return the text of an element: blocks on lines of their own, links with their address, quotes behind `>`."""
    out: list[str] = []
    stack: list[tuple[Any, bool]] = [(root, True)]
    quotes: list[int] = []
    preformatted = 0
    for _ in range(_MOST_NODES):
        if not stack:
            break
        node, opens = stack.pop()
        tag = node.tag or ""
        if tag == "-text":
            text = (node.text(deep=False) or "").translate(_NO_BREAKS)
            out.append(text if preformatted else _SPACES.sub(" ", text))
            continue
        if tag.startswith(("-", "_", "!")):
            continue
        if not opens:
            _close(node, tag, out, quotes)
            preformatted -= tag == "pre"
            continue
        preformatted += tag == "pre"
        _open(node, tag, out, quotes)
        stack.append((node, False))
        children = []
        child = node.child
        while child is not None:
            children.append((child, True))
            child = child.next
        stack += reversed(children)
    return "".join(out)


def _open(node: Any, tag: str, out: list[str], quotes: list[int]) -> None:
    if tag == "br":
        out.append("\n")
    elif tag == "img":
        alt = ((node.attributes or {}).get("alt") or "").strip()
        if alt and len(alt) < 100 and not (node.attributes or {}).get("src", "").startswith("cid:"):
            out.append(f"[{alt}]")
    elif tag in _BLOCKS:
        out.append(_PARTED if tag in _APART else _LINE)
        if tag == "li":
            out.append("- ")
    if tag == "blockquote" or tag == "a":
        quotes.append(len(out))


def _close(node: Any, tag: str, out: list[str], quotes: list[int]) -> None:
    if tag in ("td", "th"):
        out.append(" ")
    if tag in ("blockquote", "a") and quotes:
        begun = quotes.pop()
        inner = "".join(out[begun:])
        if tag == "blockquote":
            out[begun:] = ["\n".join(f"> {line}" for line in tidy(inner).split("\n"))]
        else:
            href = ((node.attributes or {}).get("href") or "").strip()
            shown = inner.strip()
            if href.startswith(("http://", "https://")) and shown.rstrip("/") not in (
                href.rstrip("/"),
                href.partition("://")[2].rstrip("/"),
            ):
                out.append(f" ({href})" if shown else href)
    if tag in _BLOCKS:
        out.append(_PARTED if tag in _APART else _LINE)


def tidy(text: str) -> str:
    """Return text without spaces at the ends of lines, and with one empty line where there were several."""
    text = _BREAKS.sub(lambda found: "\n\n" if _PARTED in found[0] else "\n", text)
    lines = [line.replace("\xa0", " ").replace("\u200b", "").strip(" \t") for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
