"""What may be secret in addresses is taken out of all that is said of them (pure)."""

from __future__ import annotations

import re

# A sign that ends a quotation or a clause behind an address is left standing.
_SECRET = re.compile(
    r"([?&;][^=&;#]*(?:key|token|secret|passw|auth|signature|credential)[^=&;#]*=)[^&;#\s]+?(?=[:,.'\")]*(?:[&;#\s]|\Z))",
    re.I,
)
_USER = re.compile(r"(//)[^/?#\s]*@")


def masked(text: str) -> str:
    """The text with what may be secret in addresses (user names, passwords, keys, tokens) replaced by `***`."""
    return _SECRET.sub(r"\1***", _USER.sub(r"\1***@", text))
