"""Enrichment: what a provider knows of a contact or a company fills what is empty, and never what a person wrote.

Read `enricher.py` (what a provider is asked and answers), `fullcontact.py` (the one there is), `setting.py` (an
application's key, occasions and quota), `quota.py` (what may be asked now, over all nodes), `filling.py` (which values
may be written), `enriching.py` (one contact or company), `occasions.py` (when somebody is identified), `many.py` (all
that conditions find) and `keeping.py`. Which values are enrichment's is known from `hub/people/provenance.py`.
"""
