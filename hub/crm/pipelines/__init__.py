"""The ways that deals take: pipelines and their stages, how much stands in each, and why deals are lost.

Reading order: `pipelines` (made, changed, the first one by itself), `stages`, `totals` (counts and sums that nobody has to
add up), `emptying` (a stage goes when its deals have moved on), `loss_reasons`.
"""
