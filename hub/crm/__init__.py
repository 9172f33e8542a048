"""What a company wants to happen: deals on their way through pipelines, activities, notes, products and tickets.

Reading order: `collections` (what is kept), `records` (what all of it has in common), `pipelines/`, `deals/`, `activities/`,
then `notes`, `products`, `product_events`, `tickets`; last `releasing` (what was deleted is referred to no more) and
`keeping` (merging, handing out and erasing people). Companies and contacts belong to hub/people.
"""
