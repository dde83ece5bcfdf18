"""Texts of a bundle, with places that are filled in."""

from importlib.resources import files


def fill(name: str, **values: str) -> str:
    """Return a text of this folder with each ``{{place}}`` filled in.

    Raises:
        ValueError: a place has no value, or a value no place.
    """
    text = files(__name__).joinpath(name).read_text("utf-8")
    for place, value in values.items():
        parts = text.split(f"{{{{{place}}}}}")
        if len(parts) == 1:
            message = f"{name} has no place for {place}"
            raise ValueError(message)
        text = value.join(parts)
    return text
