"""What shows itself on the website: modals, and automatic messages, which are a modal of the kind `message`.

content.py what they say, rules.py when and how often, modals.py how a company makes them, showing.py what a page asks for
and tells, reaching.py showing one to whoever is here now, hub/chat/automatic/ what is special about messages.
"""
