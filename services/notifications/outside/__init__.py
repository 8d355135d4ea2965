"""The world outside: the mail server, and the one call to scheduling."""
