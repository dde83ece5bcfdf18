"""Files for bulk loading: bytes in, rows or problems out. Nothing here is stored.

``people`` reads who joins; ``check_ins`` reads and writes a past of check-ins;
``problems`` says line by line what is wrong. ``tables``, ``decoding`` and ``cells``
are what both are made of.
"""
