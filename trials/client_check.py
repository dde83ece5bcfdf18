"""How much of what may identify a client the check finds, and how often it is wrong."""

import argparse

from tests.client_sentences import WITH_CLUES, WITHOUT_CLUES
from wellbeing.domain.client_check import client_clues


def missed() -> list[tuple[str, str]]:
    """Return sentences in which the clue is not among what is found, and the clue."""
    return [
        (sentence, clue)
        for sentence, clue in WITH_CLUES
        if not any(
            clue in one.words or one.words in clue for one in client_clues(sentence)
        )
    ]


def wrongly_warned() -> list[tuple[str, str]]:
    """Return clean sentences that are warned about, and the words."""
    return [
        (sentence, ", ".join(one.words for one in client_clues(sentence)))
        for sentence in WITHOUT_CLUES
        if client_clues(sentence)
    ]


def main() -> None:
    """Print both shares and every sentence that is not as it should be."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    lost, wrong = missed(), wrongly_warned()
    caught = len(WITH_CLUES) - len(lost)
    print(f"caught: {caught} of {len(WITH_CLUES)} sentences with a clue")
    for sentence, clue in lost:
        print(f"  missed {clue!r} in: {sentence}")
    print(f"false warnings: {len(wrong)} of {len(WITHOUT_CLUES)} clean sentences")
    for sentence, words in wrong:
        print(f"  warned about {words!r} in: {sentence}")


if __name__ == "__main__":
    main()
