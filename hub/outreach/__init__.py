"""What the product sends out. Reading order: `rendering` (Liquid), `templates`, `emails` (to contacts), `letters` (what forms
ask a confirmation with), `chat_mail` (what somebody missed in the chat), `mail/` (how mails leave),
`keeping` (what stays of a contact)."""
