"""Published instruments: their keys, scoring and files."""
