"""What a clinician approves, in versions: how one lives, where they are kept, and the pages on which it happens."""
