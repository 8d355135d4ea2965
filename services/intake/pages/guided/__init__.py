"""The request as it is asked: one question a page, each kept before the next one is shown."""
