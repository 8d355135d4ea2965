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
    for own in _own_words(email, name):
        if own in bare and len(bare) - len(own) < SHORTEST - 4:
            return "Do not build it from your name or your e-mail."
    if any(len(bare.replace(word, "")) < SHORTEST - 4 for word in _GUESSED):
        return "This is one of the first passwords anybody would try."
    return None


def _own_words(email: str, name: str) -> list[str]:
    local = email.casefold().partition("@")[0]
    words = [email.casefold(), local, *name.casefold().split(), name.casefold().replace(" ", "")]
    return [word for word in words if len(word) >= 3]
