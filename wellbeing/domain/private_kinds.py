"""The kinds of texts that somebody writes for themselves."""

from enum import StrEnum


class PrivateKind(StrEnum):
    """What a private text is; everything else about it is encrypted."""

    REFLECTION = "reflection"
    INTENTION = "intention"
    SMALL_SUCCESS = "small_success"
    PRACTICE = "practice"
    DRAFT = "draft"
