"""What the product sends out: so far the mails that forms ask for a confirmation with. `mailer.py` speaks SMTP."""
