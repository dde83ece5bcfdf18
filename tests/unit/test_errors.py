"""What people are told when something is refused."""

import inspect

import pytest

from wellbeing.domain import errors

ALL = [
    errors.NotAllowedError("administrator"),
    errors.SignedOutError(),
    errors.NotFoundError("person"),
    errors.ImpossibleWeekError("2025-W53"),
    errors.WeekClosedError("2026-W44"),
    errors.NothingAnsweredError(),
    errors.UnknownItemError("mood"),
    errors.AnswerOutOfRangeError(item="rest", lowest=0, highest=4),
    errors.WeakPasswordError("Use at least 12 characters."),
    errors.WrongPasswordError(),
    errors.WrongOwnPasswordError(),
    errors.WrongRecoveryError(),
    errors.TooManyAttemptsError(15),
    errors.LinkUsedOrExpiredError(),
    errors.AlreadySetUpError(),
    errors.DatabaseNotEmptyError(),
    errors.NoClinicError(),
    errors.DatabaseUnusableError("The disk is full. Free some space."),
    errors.InvalidInputError("Type a name."),
    errors.EmailTakenError(),
    errors.LastAdministratorError(),
    errors.ImportRefusedError(["line 2: no week"]),
]


def test_every_error_is_looked_at_here():
    known = {
        found
        for _, found in inspect.getmembers(errors, inspect.isclass)
        if issubclass(found, errors.WellbeingError)
    }
    assert known == {errors.WellbeingError, *map(type, ALL)}


@pytest.mark.parametrize("error", ALL, ids=lambda e: type(e).__name__)
def test_an_error_speaks_in_whole_calm_sentences(error):
    sentence = str(error)
    assert sentence[0].isupper() or sentence.startswith(("“", "rest "))
    assert sentence.endswith(".")
    assert "!" not in sentence
    assert len(sentence) < 200


@pytest.mark.parametrize(
    ("problems", "counted"),
    [(["one"], "1 problem "), (["one", "two"], "2 problems ")],
)
def test_a_refused_file_says_how_many_problems_it_has(problems, counted):
    refused = errors.ImportRefusedError(problems)
    assert counted in str(refused)
    assert refused.problems == tuple(problems)
