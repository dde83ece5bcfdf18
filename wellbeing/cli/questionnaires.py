"""The command that tells what is understood of a questionnaire file."""

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from wellbeing.cli.commands import Commands, add_json, complain, read_file, say
from wellbeing.instruments.formats.conditions import written
from wellbeing.instruments.formats.questionnaire import (
    Item,
    LeftOut,
    NeedsLeavingOutError,
    Number,
    Option,
    Questionnaire,
)
from wellbeing.instruments.formats.read import understand
from wellbeing.instruments.formats.texts import visible
from wellbeing.settings import Settings


def add(commands: Commands) -> None:
    """Add ``read-questionnaire``."""
    one = commands.add(
        "read-questionnaire",
        _read,
        "Tell what is understood of a REDCap, FHIR or template file; change nothing",
    )
    one.add_argument("file", type=Path, metavar="FILE")
    one.add_argument(
        "--leave-out",
        action="store_true",
        help="leave out what cannot be taken over, instead of refusing the file",
    )
    one.add_argument("--form", metavar="NAME", help="only this form of a REDCap file")
    one.add_argument(
        "--language", metavar="CODE", help="the wording in this language, such as de"
    )
    add_json(one)


def _read(_settings: Settings, chosen: argparse.Namespace) -> None:
    """Print what is understood, also of a file that is then refused."""
    data = read_file(chosen.file)
    read = understand(data, form=chosen.form, language=chosen.language)
    if chosen.json:
        say([json.dumps(_as_json(read))])
        complain(_notes(read))
    else:
        say(_told(read))
    if read.needs_word and not chosen.leave_out:
        raise NeedsLeavingOutError(read.needs_word, "add --leave-out")


def _as_json(read: Questionnaire) -> dict[str, object]:
    return {
        "title": read.title,
        "items": [
            {
                "id": item.id,
                "text": item.text,
                "type": item.type.value,
                "options": [
                    {"code": o.code, "label": o.label, "score": o.score}
                    for o in item.options
                ],
            }
            for item in read.items
        ],
        "left_out": [{"where": o.where, "reason": o.reason} for o in read.left_out],
    }


def _told(read: Questionnaire) -> Iterator[str]:
    language = f" ({read.language})" if read.language else ""
    yield f"{_line(read.title) or 'Without a title'}{language}"
    for item in read.items:
        yield from _item(item)
    yield from _left_out("Left out", read.needs_word)
    yield from _left_out(
        "Not part of what is asked", [o for o in read.left_out if not o.asked]
    )
    yield from _notes(read)
    noun = "item" if len(read.items) == 1 else "items"
    yield f"{len(read.items)} {noun} understood, {len(read.needs_word)} left out."


def _item(item: Item) -> Iterator[str]:
    if item.heading:
        yield f"  # {_line(item.heading)}"
    yield f"  {item.id} [{_about(item)}] {_line(item.text)}"
    if item.hint:
        yield f"      ({_line(item.hint)})"
    for option in item.options:
        yield f"      {option.code} = {_line(option.label)}{_score(option)}"
    if item.show_if is not None:
        yield f"      shown if {_line(written(item.show_if))}"


def _about(item: Item) -> str:
    parts = [item.type.value]
    if item.lowest is not None or item.highest is not None:
        parts.append(f"{_bound(item.lowest)} to {_bound(item.highest)}")
    return ", ".join(parts)


def _bound(number: Number | None) -> str:
    return "any" if number is None else str(number)


def _score(option: Option) -> str:
    if option.score is None:
        return ""
    return f" (score {option.score}{', to be confirmed' if option.to_confirm else ''})"


def _left_out(title: str, left_out: Iterable[LeftOut]) -> Iterator[str]:
    for n, one in enumerate(left_out):
        if n == 0:
            yield f"{title}:"
        yield f"  {_line(one.where)}: {_line(one.reason)}"


def _notes(read: Questionnaire) -> Iterator[str]:
    for note in read.notes:
        yield _line(note)
    if read.to_confirm:
        count = len(read.to_confirm)
        noun = "item" if count == 1 else "items"
        yield (
            f"At {count} {noun} the scores are only the codes, taken for scores. "
            "Confirm them before use."
        )


def _line(text: str) -> str:
    """Return a text on one line, with nothing in it that moves a cursor."""
    return visible(" / ".join(text.split("\n")))
