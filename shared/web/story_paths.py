"""Where each service tells its part of a patient's story: below its own staff pages, so that the front door finds it."""

STORY_PATHS = {
    "intake": "/staff/requests/story",
    "scheduling": "/staff/sessions/story",
    "notifications": "/staff/inbox/story",
}
