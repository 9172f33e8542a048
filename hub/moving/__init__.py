"""Moving in: a whole account of User.com, pulled over its public API into an application here.

Reading order: `order` (what is asked for, and what is told of it), `source` (the account over there: pages, patience),
`values` (what its JSON holds), `words` (attributes, tags, lists, agents), then what is moved: `people`, `sales`, `talks`,
and `running` (one resource after the other, how far each has come, the report).
"""
