"""What Twilio is told to do with a call: a small XML document (TwiML)."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from hub.calls.carriers.carrier import Answer, Connect

TYPE = "text/xml"
NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def twiml(answer: Answer) -> str:
    """Return the document that takes a call or refuses it. A refused call costs nothing: it is never answered."""
    if isinstance(answer, Connect):
        words = "".join(
            f"<Parameter name={quoteattr(name)} value={quoteattr(value)}/>" for name, value in answer.words.items()
        )
        return _document(f"<Connect><Stream url={quoteattr(answer.stream)}>{words}</Stream></Connect>")
    return _document(f"<Reject reason={quoteattr(answer.why)}/>")


def dial(number: str, caller: str) -> str:
    """Return the document that connects a call with another number."""
    return _document(f"<Dial callerId={quoteattr(caller)}><Number>{escape(number)}</Number></Dial>")


def _document(inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>'
