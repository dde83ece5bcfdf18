"""What somebody's private texts are opened with, and what can go wrong with it."""

from enum import StrEnum

from wellbeing.domain.errors import WellbeingError


class Lock(StrEnum):
    """What somebody's private texts are opened with."""

    PASSWORD = "password"  # noqa: S105 (a kind)
    PASSPHRASE = "passphrase"  # noqa: S105 (a kind)
    NOTHING_YET = "nothing_yet"


class WrongPassphraseError(WellbeingError):
    """A passphrase that does not open the texts; they stay as they are."""

    def __init__(self) -> None:
        super().__init__(
            "This passphrase does not open your private texts. Check it and try again."
        )


class WrongRecoveryCodeError(WellbeingError):
    """A recovery code that does not open the texts; they stay as they are."""

    def __init__(self) -> None:
        super().__init__(
            "This recovery code does not open your private texts. Check it and try "
            "again; a newer code has replaced every earlier one."
        )


class PassphraseThereError(WellbeingError):
    """Somebody chooses a first passphrase and has one already."""

    def __init__(self) -> None:
        super().__init__(
            "Your private texts have a passphrase already. Type it to open them."
        )


class PasswordOpensError(WellbeingError):
    """Somebody whose password opens their texts asks for a passphrase."""

    def __init__(self) -> None:
        super().__init__(
            "Your password opens your private texts, so they need no passphrase."
        )


class StillLockedError(WellbeingError):
    """The password opens the account and not the texts; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(
            "No code was made: your password does not open your private texts, and a "
            "new code would not either. Open them on Reflect first, with the "
            "passphrase or the recovery code that you last had for them."
        )


class WrongFormerError(WellbeingError):
    """What somebody last had for their texts, and it does not open them."""

    def __init__(self) -> None:
        super().__init__(
            "This opens your private texts neither as a passphrase or password from "
            "before nor as a recovery code. They stay as they are. Check it and try "
            "again."
        )
