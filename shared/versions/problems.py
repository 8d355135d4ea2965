"""How refusals about versions look from outside. Routes import the errors from here, so that each is described before them."""

from shared.versions.life import ChangedSinceSeen, NotADraft, VersionBroken, VersionNotFound
from shared.web.problems import describe

__all__ = ["ChangedSinceSeen", "NotADraft", "VersionBroken", "VersionNotFound"]

describe(
    VersionNotFound,
    status=404,
    title="There is no such version",
    what_to_do="Open the list of versions and choose one from there.",
)
describe(
    NotADraft,
    status=409,
    title="This version does not change any more",
    what_to_do="What was decided under it keeps it. Make a new draft from it, and change that one.",
)
describe(
    ChangedSinceSeen,
    status=409,
    title="Somebody changed this draft in the meantime",
    what_to_do="Nothing was saved. Open the version again, read what is new, and decide then.",
)
describe(
    VersionBroken,
    status=409,
    title="What this version holds cannot be read",
    what_to_do="This release does not understand it. Work from another version, and tell whoever runs the system.",
)
