"""What a password must be: long, and not what anybody would guess first (NIST SP 800-63B, without rules of composition)."""

SHORTEST = 12
LONGEST = 256
"""Characters. Longer ones cost time to hash and add nothing."""
_GUESSED = ("password", "passwort", "qwerty", "123456", "letmein", "chairside", "iloveyou", "abcdef")


def why_not(password: str, *, email: str, name: str) -> str | None:
    """A sentence that says what is wrong, or None for a good password."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. Several words in a row are easy to remember. You typed {len(password)}."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters. You typed {len(password)}."
    bare = password.casefold()
    if len(set(bare)) < 5:
        return "Use more different characters."
    rest = bare
    for own in _own_words(email, name):
        rest = rest.replace(own, "")
    if rest != bare and len(rest.strip(" .-_@")) < SHORTEST - 4:
        return "Do not build it from your name or your e-mail."
    if any(len(bare.replace(word, "")) < SHORTEST - 4 for word in _GUESSED):
        return "This is one of the first passwords anybody would try."
    return None


def _own_words(email: str, name: str) -> list[str]:
    """Longest first, so that taking one out leaves no half of a longer one."""
    local = email.casefold().partition("@")[0]
    words = {email.casefold(), local, *local.split("."), *name.casefold().split()}
    return sorted((word for word in words if len(word) >= 3), key=len, reverse=True)
