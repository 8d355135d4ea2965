"""The request as it is asked page by page: which questions come, what was answered, and what follows from it."""
