"""What people do: pages, events, browsers, places.

Reading order: `pages` (page views), `touches` (where they came from), `custom_events`, `ingesting` (in bulk),
`occurrences` and `counting` (what is counted on the contact), `browsers`, `places`, `mobile`.
"""
