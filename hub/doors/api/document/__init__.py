"""The OpenAPI document of every REST call, made from the table of routes and the structs that it names.

document.py    the whole of it
operations.py  one call: what it takes, what it answers with
refusals.py    what a call may be refused with
schemas.py     the types of bodies and answers as JSON schemas, each under a name
typescript.py  the answers of our own API as types for the panel
"""
