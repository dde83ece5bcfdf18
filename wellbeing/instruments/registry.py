"""Which instruments there are, and which are left out and why."""

from functools import cache

from wellbeing.instruments.errors import NotShippedError, UnknownInstrumentError
from wellbeing.instruments.model import Instrument, NotShipped
from wellbeing.instruments.reading import FOLDER, parse_definition, read_toml

_ORDER = (
    "proqol5",
    "cbi",
    "olbi",
    "bat23",
    "pfi",
    "stss",
    "who5",
    "pss10",
    "pss4",
    "brs",
    "ucla3",
    "burnout1",
)


@cache
def instruments() -> tuple[Instrument, ...]:
    """Return every instrument whose key is shipped.

    Raises:
        DefinitionFaultError: a definition is faulty.
    """
    return tuple(
        parse_definition(FOLDER.joinpath(name).read_text("utf-8"), name)
        for name in (f"{one}.toml" for one in _ORDER)
    )


@cache
def not_shipped() -> tuple[NotShipped, ...]:
    """Return the instruments that are left out on purpose."""
    name = "not_shipped.toml"
    found = read_toml(FOLDER.joinpath(name).read_text("utf-8"), name)
    return tuple(
        NotShipped(**one | {"licensed_as": tuple(one.get("licensed_as", ()))})
        for one in found["not_shipped"]
    )


def find_instrument(instrument_id: str) -> Instrument:
    """Return an instrument by its id; upper and lower case are the same.

    Raises:
        NotShippedError: it is left out on purpose.
        UnknownInstrumentError: there is none.
    """
    wanted = instrument_id.strip().casefold()
    for found in instruments():
        if found.id == wanted:
            return found
    for left_out in not_shipped():
        if left_out.id == wanted:
            raise NotShippedError(title=left_out.title, reason=left_out.reason)
    raise UnknownInstrumentError(instrument_id, _ORDER)
