"""What can be wrong with a backup, in sentences that say what to do."""

from wellbeing.domain.errors import WellbeingError


class BackupDamagedError(WellbeingError):
    """A file that is no backup, or not all of one."""

    def __init__(self) -> None:
        super().__init__(
            "This file is no backup, or it is damaged or cut short. Nothing was "
            "changed; use another one."
        )


class BackupTooNewError(WellbeingError):
    """A backup that this version cannot read."""

    def __init__(self) -> None:
        super().__init__(
            "This backup was made by a newer version of Wellbeing. Nothing was "
            "changed; restore it with that version."
        )


class BackupNotWrittenError(WellbeingError):
    """A backup that could not be finished; no file of that name is left."""

    def __init__(self, error: OSError) -> None:
        reason = (error.strerror or "it cannot be written").lower()
        super().__init__(
            f"The backup could not be written: {reason}. There is no file of that "
            "name; free space or choose another place, then make it again."
        )


class KeyNeededError(WellbeingError):
    """An encrypted backup, and no key."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__(
            f"This backup is encrypted under the key {fingerprint}. Nothing was "
            "changed; name the file of that key with --key-file or "
            "WELLBEING_BACKUP_KEY_FILE."
        )
        self.needed = fingerprint


class OtherKeyError(WellbeingError):
    """An encrypted backup, and a key that does not open it."""

    def __init__(self, needed: str, given: str) -> None:
        super().__init__(
            f"This backup is encrypted under the key {needed}, and the one that is "
            f"named is {given}. Nothing was changed; name the file of that key."
        )
        self.needed = needed


class NotEncryptedError(WellbeingError):
    """A backup, or secrets, that anybody could have made, where a key is set."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is not encrypted, although a key is named: anybody who can write "
            "here could have made it. Nothing was changed; if you know that it is "
            "yours, from before there was a key, add --plain-backup."
        )


class SecretsKeyNeededError(WellbeingError):
    """Secrets beside a backup that the key does not open, or that no key is named for.

    The backup itself may be older than the key, and not encrypted.
    """

    def __init__(self, name: str, fingerprint: str) -> None:
        super().__init__(
            f"{name} beside this backup is encrypted under the key {fingerprint}. "
            "Nothing was changed; name the file of that key with --key-file or "
            "WELLBEING_BACKUP_KEY_FILE, and add --plain-backup if the backup itself is "
            "not encrypted."
        )


class SecretsDamagedError(WellbeingError):
    """The file of secrets that stands there is not one: it is not written over."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"No backup was made: {name} in this folder is damaged, and older "
            "backups may need it. Put a whole copy of it there, or move it away; "
            "then make the backup again."
        )


class SecretsEncryptedError(WellbeingError):
    """The file of secrets that stands there is encrypted under no key that is named."""

    def __init__(self, name: str, fingerprint: str) -> None:
        super().__init__(
            f"No backup was made: {name} in this folder is encrypted under the key "
            f"{fingerprint}, and older backups need it. Name the file of that key, or "
            "another folder."
        )
