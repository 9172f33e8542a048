"""How mails leave. Everybody who mails needs `mail` (what a mail is) and `sending` (`can_mail`, `send_mail`) alone.

Reading order: `mail`, `message` (its bytes), `dkim` (its signature), `sender` (over what it goes), `given` and `senders`
(which there are), `connecting`, `connections`, `pace`, `states` (what keeps a sender), `sending`; `checking` (tries one),
`hints`, `spf` and `names` (what DNS says)."""
