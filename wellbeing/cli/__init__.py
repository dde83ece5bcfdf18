"""The command line, ``python -m wellbeing COMMAND``; one family of commands a file."""
