"""Why a dial is allowed: ``permit`` asks every rule, and each refusal names the rule that made it.

What regions demand is data (``data/``), each row with its source; what a kind of demand means is code (``rules/``).
None of it is legal advice: see docs/compliance.md.
"""
