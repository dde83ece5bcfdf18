"""Plain Python: people, weeks, check-ins, indicators, usual range, errors.

Nothing here reads a clock, a file or a database; everything is a function over
frozen data.
"""
