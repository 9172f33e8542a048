"""What the product sends out. Reading order: `rendering` (Liquid), `templates`, `emails` (to contacts), `letters` (what forms
ask a confirmation with), `mailer` (speaks SMTP), `keeping` (what stays of a contact)."""
