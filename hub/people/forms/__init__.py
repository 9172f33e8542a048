"""Forms: what a company asks people on its website, and what they answered.

Read `fields.py` (what can be asked), `forms.py` (the form and its verbs), `showing.py` (as a page gets it), then
`submitting.py`: `traps.py` tells programs from people, `answers.py` checks what was filled in, `whose.py` finds the
contact, and one batch keeps all of it. `confirming.py` is the second half where a form asks for a confirmation by
mail. `exporting.py` hands all answers out as a file.
"""
