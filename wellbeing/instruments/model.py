"""What a published instrument is: items, scales, bands, norms, terms. No wording."""

from dataclasses import dataclass
from enum import StrEnum


class Method(StrEnum):
    """How the answered items of a scale become its score.

    With sum S of n items, of which a were answered:
    SUM is S * n / a, the sum if all were answered; MEAN is S / a; RESCALED is the
    mean moved so that the lowest code becomes the lower end of the range and the
    highest code the upper end.
    """

    SUM = "sum"
    MEAN = "mean"
    RESCALED = "rescaled"


class Rule(StrEnum):
    """Where the rule for missing answers comes from."""

    PUBLISHED = "published"
    OURS = "ours"


class Coefficient(StrEnum):
    """Which reliability a figure is."""

    ALPHA = "alpha"
    RETEST = "retest"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A question of the printed sheet, by its place there.

    Attributes:
        id: what its column is called in a file, ``INSTRUMENT_POSITION``.
        position: place on the sheet that the definition names, from 1.
        reversed: whether lowest + highest code - answer is what counts.
    """

    id: str
    position: int
    reversed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """A published range of scores, both ends included, under a name of ours."""

    name: str
    lowest: float
    highest: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Bands:
    """The published bands of a scale, lowest first.

    Attributes:
        source: who published them.
        criticism: why they are to be read with care.
        checked: whether the source was read; else it is only commonly quoted.
    """

    bands: tuple[Band, ...]
    source: str
    criticism: str
    checked: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Norm:
    """Mean and standard deviation of a scale in a sample, in units of the scale."""

    sample: str
    mean: float
    sd: float
    source: str
    criticism: str
    checked: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Reliability:
    """A published reliability of a scale, 0 to 1."""

    coefficient: Coefficient
    value: float
    source: str
    checked: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """A named group of items and how its score is computed.

    Attributes:
        id: what its column is called in a file.
        items: ids of the items, in the order of the sheet.
        needs: how many items must be answered; with fewer there is no score.
        rule: where that number comes from.
        lowest, highest: the ends of the score.
        higher_means: what a higher score stands for, in our words.
    """

    id: str
    items: tuple[str, ...]
    method: Method
    needs: int
    rule: Rule
    rule_source: str
    lowest: float
    highest: float
    higher_means: str
    bands: Bands | None
    norms: tuple[Norm, ...]
    reliability: tuple[Reliability, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Licence:
    """Who owns an instrument, what its terms allow, and the credit they ask for."""

    holder: str
    allows: str
    wording: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Instrument:
    """The key of a published questionnaire.

    Attributes:
        version: of our key; a changed key is a new version.
        citation: the reference to print, with its DOI where it has one.
        sheet: whose printed order of items the positions follow.
        window_days: how many days back the questions look; None: none is stated.
        shortest_interval_days: how many days should lie between two uses.
        codes: the codes an answer may have, lowest first. Not their labels.
        unsure: what nobody has verified at the source yet, one sentence each.
        examples: how many worked examples agree with a clinic's own key; None: the
            key is shipped, and checked as the README of this folder says.
    """

    id: str
    version: str
    title: str
    citation: str
    doi: str | None
    licence: Licence
    sheet: str
    window_days: int | None
    shortest_interval_days: int
    codes: tuple[int, ...]
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    unsure: tuple[str, ...]
    examples: int | None = None

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The ids of the items, in the order of the sheet."""
        return tuple(item.id for item in self.items)

    def scale(self, scale_id: str) -> Scale:
        """Return a scale by its id.

        Raises:
            KeyError: the instrument has no such scale.
        """
        return {scale.id: scale for scale in self.scales}[scale_id]


@dataclass(frozen=True, kw_only=True, slots=True)
class NotShipped:
    """An instrument that people ask for and that is left out, with the reason.

    Attributes:
        licensed_as: names under which its owner sells or licenses each use, so that
            a clinic's own key of it is refused, too; empty: it does not.
    """

    id: str
    title: str
    reason: str
    licensed_as: tuple[str, ...] = ()
