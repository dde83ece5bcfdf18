"""How large a questionnaire file and what is in it may be. One sentence beyond it."""

MOST_BYTES = 5_000_000
"""Bytes of a file, as it comes."""

MOST_UNPACKED = 20_000_000
"""Bytes of all parts of an archive together, unpacked."""

MOST_RATIO = 150
"""How many times larger a part of an archive may be than what it was packed into."""

MOST_PARTS = 200
"""Parts of an archive."""

MOST_TAGS = 250_000
"""Tags in all parts of a workbook together; each costs memory while it is read."""

MOST_ROWS = 20_000
"""Rows of a table, its header not counted."""

MOST_COLUMNS = 52
"""Columns of a table: A to AZ."""

MOST_ITEMS = 2_000
"""Items of a questionnaire."""

MOST_OPTIONS = 500
"""Options of one item."""

MOST_CONDITIONS = 50
"""Conditions on which one item is shown."""

MOST_DEPTH = 20
"""How deep groups of items may lie within one another."""

LONGEST_TEXT = 10_000
"""Characters of a text, a label, a hint or a heading."""

LONGEST_CODE = 255
"""Characters of an id or a code."""

LARGEST_NUMBER = 1_000_000
"""How far from zero a score or a bound may lie."""

MOST_TOLD = 5
"""How many names a sentence lists before it counts the rest."""
