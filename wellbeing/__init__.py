"""Wellbeing: weekly check-ins for mental-health clinicians.

Where to look:

- ``domain``: people, weeks, check-ins, indicators, usual range, errors.
- ``content``: weekly questions, next steps, support lines, screen sentences.
- ``storage``: tables, queries, migrations.
- ``charts``, ``imports``: frozen data to pictures, files to frozen data and back.
- ``services``: use cases; each checks who is asking.
- ``web``: sign-in, session cookie, downloads, headers.
- ``ui``: the only Streamlit code outside ``pages/``.
- ``settings``, ``bootstrap``, ``cli``: how it is started.
"""

__version__ = "0.1.0"
