"""The promise to clinicians as code: what a lead may see, and how it is made.

README.md says it in words. Everything here is plain Python over frozen data and knows
no database: the closing job feeds it, the release tables keep what it returns.
"""
