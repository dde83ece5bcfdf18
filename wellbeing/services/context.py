"""What every use case is given: the database, the settings, the clock."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from wellbeing.domain.people import Clinic
from wellbeing.domain.questions import QuestionSet
from wellbeing.domain.sign_in import Provider
from wellbeing.domain.weeks import CLOSING, ClosingRule, Week
from wellbeing.settings import Settings
from wellbeing.storage.engine import one_look, reading, writing
from wellbeing.storage.release_engine import Door


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """The surroundings of a use case.

    Attributes:
        releases: the release tables, for the closing job.
        door: the release tables, for what leads and members see.
        now: returns this instant, in UTC; no rule reads the system clock itself.
        closing: when a week takes no more changes.
        providers: who else may say who somebody is.
    """

    engine: Engine
    releases: Engine
    door: Door
    settings: Settings
    questions: QuestionSet
    now: Callable[[], datetime]
    closing: ClosingRule = CLOSING
    providers: tuple[Provider, ...] = ()

    def reading(self) -> AbstractContextManager[Connection]:
        """Open a short transaction that only reads."""
        return reading(self.engine)

    def one_look(self) -> AbstractContextManager[None]:
        """Let all that is read inside see one moment; nothing is written inside."""
        return one_look(self.engine)

    def writing(self) -> AbstractContextManager[Connection]:
        """Open a short transaction that writes; all of it or nothing."""
        return writing(self.engine)

    def reading_releases(self) -> AbstractContextManager[Connection]:
        """Open a short transaction that reads releases as their owner."""
        return reading(self.releases)

    def writing_releases(self) -> AbstractContextManager[Connection]:
        """Open a short transaction that writes releases; all of it or nothing."""
        return writing(self.releases)

    def dispose(self) -> None:
        """Close every connection."""
        for engine in (self.engine, self.releases, self.door.engine):
            if engine is not None:
                engine.dispose()

    def this_week(self, clinic: Clinic) -> Week:
        """Return the week it is at the clinic."""
        return Week.at(self.now(), clinic.zone)
