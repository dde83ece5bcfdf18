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


def clean_words(text: str, longest: int) -> str:
    """Return words that everybody in a team will read, without surplus spaces.

    Raises:
        InvalidInputError: there are none, too many, or some that cannot be shown.
    """
    words = " ".join(text.split())
    if not words:
        raise InvalidInputError("Write a sentence first.")
    refuse_longer(len(words), longest)
    if not words.isprintable():
        raise InvalidInputError("There are characters that cannot be shown. Type anew.")
    return words


def refuse_longer(characters: int, longest: int) -> None:
    """Refuse a text of more characters than are kept.

    No field is given the limit: a browser would drop a whole paste that is over it.

    Raises:
        InvalidInputError: it says how long the text is, and how long it may be.
    """
    if characters > longest:
        raise InvalidInputError(
            f"That is too long: it has {characters:,} characters, and there is room "
            f"for {longest:,}. Shorten it."
        )


def clean_email(text: str) -> str:
    """Return an e-mail address in lower case.

    Raises:
        InvalidInputError: it does not look like one.
    """
    return cells.email(text)
