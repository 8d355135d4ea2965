"""What every page tells the browser about itself."""

from collections.abc import Mapping

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing inline and nothing from another host: a script that somebody typed into a name has no way to run."""

PAGE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # A link of a patient is a secret in the path: no other site may hear it. Not `no-referrer`, which would also turn
    # the Origin of our own forms into `null`, and that header is what tells our forms from foreign ones.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    # Answers about health stay out of caches of shared computers.
    "Cache-Control": "no-store",
}
