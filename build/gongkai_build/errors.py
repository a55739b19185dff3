"""What can go wrong without the program being wrong: told to people in a line, without a traceback."""


class GongkaiError(Exception):
    """An expected failure; the message says what is wrong, where, and what to do."""
