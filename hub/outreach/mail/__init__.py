"""How mails leave. Everybody who mails needs `mail` (what a mail is) and `sending` (`can_mail`, `send_mail`) alone.

Reading order: `mail`, `message` (its bytes), `sender` (over what it goes), `sending`, `checking` (tries a sender)."""
