"""What the documentation tells of the calls of the public API: what goes in and what comes out, field by field.

objects.py, crm_objects.py, application.py  what comes out, each object in both versions, by our names and those of versions.py
answers.py                  which call answers with what
bodies.py, crm_bodies.py    what goes in
queries.py                  what a query may ask for
"""
