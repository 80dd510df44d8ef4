"""Errors that models raise and views turn into a kind sentence."""


class IllegalTransition(Exception):
    """A move that the state of the object does not allow. The message is Dutch and fit to show."""


class AlreadyDone(IllegalTransition):
    """The move was made before: a button pressed twice, or a page from before. No mistake; nothing happens."""


class PublicError(Exception):
    """A mistake of the person at the screen. The message is Dutch and fit to show."""
