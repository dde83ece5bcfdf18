"""Reading the TOML files of this folder; a refusal names the file and the key."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NoReturn, TypeVar

_Kind = TypeVar("_Kind")


def refuse(where: str, problem: str) -> NoReturn:
    """Refuse a faulty file.

    Raises:
        ValueError: always; it names the file and the key.
    """
    message = f"{where} {problem}"
    raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Section:
    """A table of a file, and where it stands, so that a refusal can say so."""

    where: str
    values: Mapping[str, object]

    def at(self, key: str) -> str:
        """Name a key of this table."""
        return f"{self.where}: {key}"

    def take(self, key: str, kind: type[_Kind]) -> _Kind:
        """Return a value that must be there and be of a kind.

        Raises:
            ValueError: it is missing or of another kind.
        """
        value = self.values.get(key)
        # To Python True is a whole number; to a file it is not.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            problem = "is missing" if value is None else f"is no {kind.__name__}"
            refuse(self.at(key), problem)
        return value

    def text(self, key: str) -> str:
        """Return a text that must be there and not be blank."""
        text = self.take(key, str)
        if not text.strip():
            refuse(self.at(key), "is blank")
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, none of them blank."""
        texts = self.take(key, list)
        if not texts or not all(isinstance(t, str) and t.strip() for t in texts):
            refuse(self.at(key), "must be a list of texts")
        return tuple(texts)

    def section(self, key: str) -> "Section":
        """Return a table inside this one."""
        return Section(self.at(key), self.take(key, dict))

    def sections(self, key: str) -> tuple["Section", ...]:
        """Return a list of tables inside this one."""
        tables = self.take(key, list)
        if not all(isinstance(t, dict) for t in tables):
            refuse(self.at(key), "must be a list of tables")
        return tuple(Section(self.at(f"{key}[{n}]"), t) for n, t in enumerate(tables))

    def only(self, *keys: str) -> None:
        """Refuse keys that nothing reads: they are mistyped.

        Raises:
            ValueError: there is one.
        """
        for key in self.values:
            if key not in keys:
                refuse(self.at(key), "is not known")


@cache
def read(name: str) -> Section:
    """Read one TOML file of this folder.

    Raises:
        ValueError: the file is not TOML.
    """
    return _parsed(files("wellbeing.content").joinpath(f"{name}.toml"))


@cache
def read_all(folder: str) -> Section:
    """Read every TOML file of a folder in here as if they were one.

    Raises:
        ValueError: a file is not TOML, or a table stands in two of them.
    """
    found: dict[str, object] = {}
    sources = files("wellbeing.content").joinpath(folder).iterdir()
    for source in sorted(sources, key=str):
        for key, value in _parsed(source).values.items():
            if key in found:
                refuse(f"{folder}/{source.name}: {key}", "stands in another file too")
            found[key] = value
    return Section(folder, found)


def _parsed(source: Traversable) -> Section:
    return Section(source.name, tomllib.loads(source.read_text("utf-8")))
