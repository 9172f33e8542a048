"""Text messages over the numbers of a phone provider: they stand in conversations, and answers go back the way they came.

taking.py    a text that came in becomes a message, in a conversation of its own kind
writers.py   which contact wrote it, by number or by a name that stands in its place
stopping.py  STOP and START: who wants no texts
telling.py   what the team is told beside it
sms.py       the channel: an answer becomes a text, from the number that the person wrote to
fitting.py   what fits into one text, and where a long one is parted
sent.py      which text of which letter the provider has taken, so that none goes out twice
reports.py   what became of a text, as the provider tells
"""
