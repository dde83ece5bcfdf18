"""Questionnaire files of others: bytes in, a questionnaire or one sentence out.

``read`` finds out what a file is and reads it; ``questionnaire`` is what comes out;
``README.md`` says what each format may hold and what is refused. Nothing is stored.
"""
