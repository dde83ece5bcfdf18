"""How the parts of the archive are written, whoever writes them."""

import json
from collections.abc import Mapping

Files = Mapping[str, bytes]
"""File names and their content."""


def as_json(value: object) -> bytes:
    """Return a value as JSON text for people and programs."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode()
