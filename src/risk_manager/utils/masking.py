"""Removes secrets from text on its way into a log: tokens, API keys, mail addresses.

Masking is unconditional; there is no switch. Patterns find secrets by their shape or by the name
in front of them; secrets known at run time are registered and removed wherever they stand.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import quote

MASK: Final = "***"
_MIN_SECRET_LENGTH: Final = 6

_NAMES: Final = r"access_token|accesstoken|newtoken|token|api[_-]?key|apikey|password|secret"
_PATTERNS: Final = (
    # JSON and repr members: "token": "..." and 'apiKey': '...', also with escaped quotes
    (
        re.compile(rf"""(?i)((?:\\?["'])(?:{_NAMES})(?:\\?["'])\s*:\s*\\?["'])[^"'\\]+"""),
        rf"\1{MASK}",
    ),
    # URLs, forms and key=value or key: value text
    (re.compile(rf"(?i)((?:{_NAMES})\s*[=:]\s*)[^\s\"'&,;)}}\]]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=-]+"), rf"\1{MASK}"),
    # A JSON Web Token anywhere
    (re.compile(r"\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?"), MASK),
    # Mail addresses; the @ may be percent-encoded in a URL. They begin where a word does: a long
    # word would otherwise be read again from each of its letters.
    (
        re.compile(
            r"(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]+(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
        ),
        MASK,
    ),
)


def mask(text: str) -> str:
    """Return `text` with everything that looks like a secret replaced by ``***``."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def masker(secrets: Iterable[str]) -> Callable[[str], str]:
    """Return `mask` extended by secrets known at run time, plain and percent-encoded.

    Secrets under 6 characters are left to the patterns: replacing them would garble the log.
    """
    known = {secret for secret in secrets if len(secret) >= _MIN_SECRET_LENGTH}
    spellings = sorted(known | {quote(secret, safe="") for secret in known}, key=len, reverse=True)

    def apply(text: str) -> str:
        for spelling in spellings:
            text = text.replace(spelling, MASK)
        return mask(text)

    return apply
