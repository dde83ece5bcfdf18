"""Names and e-mail addresses as people type them: the same rules as in a file."""

from wellbeing.domain.errors import InvalidInputError
from wellbeing.imports import cells


def clean_name(text: str) -> str:
    """Return a name without surplus spaces, in composed form.

    Raises:
        InvalidInputError: it is empty, too long, or starts like a formula.
    """
    name = " ".join(text.split())
    if not name:
        raise InvalidInputError("Type a name.")
    if cells.starts_like_formula(name):
        raise InvalidInputError("A name cannot begin with = + - or @.")
    return cells.plain_text(name)


def clean_email(text: str) -> str:
    """Return an e-mail address in lower case.

    Raises:
        InvalidInputError: it does not look like one.
    """
    return cells.email(text)
