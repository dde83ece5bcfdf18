"""Every error raised on purpose, each with its sentence.

``str(error)`` is fit for a person: what happened and what to do. No message holds
a name, a score or a number of people. Programming faults stay ``ValueError``.
"""

from collections.abc import Sequence


class WellbeingError(Exception):
    """The root of every error that a person may be shown."""


class NotAllowedError(WellbeingError):
    """The viewer lacks the role that this needs."""

    def __init__(self, role: str) -> None:
        self.role = role
        super().__init__(f"This is open to people with the role {role} only.")


class SignedOutError(WellbeingError):
    """There is no session, or it has ended."""

    def __init__(self) -> None:
        super().__init__("You are signed out. Sign in to go on.")


class NotFoundError(WellbeingError):
    """What was asked for is not there, or not for this viewer: the same answer."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"There is no such {what}. Go back and choose again.")


class ImpossibleWeekError(WellbeingError):
    """A text that is not an ISO week that exists."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"“{text}” is not a week. Write it like 2026-W47.")


class WeekClosedError(WellbeingError):
    """The week takes no more changes, or has not begun."""

    def __init__(self, week: str) -> None:
        self.week = week
        super().__init__(
            f"Week {week} takes no changes now. You can fill in this week, "
            "and last week until Wednesday 06:00."
        )


class NothingAnsweredError(WellbeingError):
    """A check-in was to be saved in which nothing is answered."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing is answered yet, so nothing was saved. Answer one question, "
            "or choose “Not this week”."
        )


class UnknownItemError(WellbeingError):
    """A value for an item that the questions do not have."""

    def __init__(self, item: str) -> None:
        self.item = item
        super().__init__(f"“{item}” is not one of the questions.")


class AnswerOutOfRangeError(WellbeingError):
    """A value that the question does not offer."""

    def __init__(self, *, item: str, lowest: int, highest: int) -> None:
        self.item, self.lowest, self.highest = item, lowest, highest
        super().__init__(f"{item} takes whole numbers from {lowest} to {highest}.")


class WeakPasswordError(WellbeingError):
    """A password that is too short or too easy to guess."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class WrongPasswordError(WellbeingError):
    """The e-mail and the password do not belong together; which one is not told."""

    def __init__(
        self,
        sentence: str = "E-mail and password do not match. Check both and try again.",
    ) -> None:
        super().__init__(sentence)


class WrongOwnPasswordError(WrongPasswordError):
    """Somebody who is signed in was asked for their password, and it was another."""

    def __init__(self) -> None:
        super().__init__("This is not your password. Check it and try again.")


class WrongRecoveryError(WrongPasswordError):
    """The e-mail and the recovery code do not belong together; which is not told."""

    def __init__(self) -> None:
        super().__init__(
            "E-mail and recovery code do not match. Check both and try again; "
            "only the newest code works."
        )


class TooManyAttemptsError(WellbeingError):
    """Signing in is paused after too many failures."""

    def __init__(self, minutes: int) -> None:
        self.minutes = minutes
        super().__init__(
            f"Too many attempts. Wait {minutes} minutes, then try again. "
            "Nobody is told about this."
        )


class LinkUsedOrExpiredError(WellbeingError):
    """A set-up or invitation link that is unknown, used or too old."""

    def __init__(self) -> None:
        super().__init__(
            "This link has been used or has expired. If you have set a password "
            "already, sign in with it; otherwise ask your administrator for a new link."
        )


class AlreadySetUpError(WellbeingError):
    """The clinic exists already."""

    def __init__(self) -> None:
        super().__init__("This clinic is set up already. Sign in instead.")


class DatabaseNotEmptyError(WellbeingError):
    """A demo or restore was asked for where people already are."""

    def __init__(self) -> None:
        super().__init__(
            "This database already holds people, so nothing was written. "
            "Point WELLBEING_DATABASE_URL at an empty one."
        )


class NoClinicError(WellbeingError):
    """The database holds no clinic yet."""

    def __init__(self) -> None:
        super().__init__(
            "This database holds no clinic yet. Start the app and open the "
            "set-up link that the terminal prints."
        )


class DatabaseUnusableError(WellbeingError):
    """The database cannot be opened, read or written."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class InvalidInputError(WellbeingError):
    """A field of a form that cannot be taken as it is."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class EmailTakenError(WellbeingError):
    """Somebody in the clinic already has this e-mail address."""

    def __init__(self) -> None:
        super().__init__("Somebody already has this e-mail address. Use another one.")


class LastAdministratorError(WellbeingError):
    """The clinic would be left without an administrator."""

    def __init__(self) -> None:
        super().__init__(
            "You are the only administrator. Make somebody else one first."
        )


class ImportRefusedError(WellbeingError):
    """A file with problems; nothing of it was written."""

    def __init__(self, problems: Sequence[str], total: int | None = None) -> None:
        self.problems = tuple(problems)
        count = len(self.problems) if total is None else total
        noun = "problem" if count == 1 else "problems"
        super().__init__(f"Nothing was written: {count} {noun} in the file.")
