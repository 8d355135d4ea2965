"""What can go wrong with an embedded server, in words for the person at the terminal."""


class EmbeddedError(Exception):
    """An embedded server cannot be started; the text says why and what to do."""


class FolderInUseError(EmbeddedError):
    """Another living process has this folder: two owners would end each other's server."""


class MissingPartError(EmbeddedError):
    """A wheel or a program that the embedded server consists of is not installed."""
