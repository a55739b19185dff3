"""Unified social credit codes of agencies (GB 32100-2015): eighteen characters, of which the third to the eighth name a region."""

from dataclasses import dataclass

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_MANAGED_BY_STAFFING = "1"
"""First character: registered by the office of institutional staffing, as agencies and public institutions are."""


@dataclass(frozen=True)
class CreditCode:
    """A code that stands its check."""

    code: str

    @property
    def region_code(self) -> str:
        """The region whose office registered the agency (GB/T 2260)."""
        return self.code[2:8]

    @property
    def is_agency(self) -> bool:
        """Whether the office of institutional staffing registered it, and not that of companies or associations."""
        return self.code.startswith(_MANAGED_BY_STAFFING)


def read_credit_code(text: str) -> CreditCode | None:
    """Read a code of eighteen characters; None where its form or its check character (MOD 31-3) is wrong."""
    code = text.strip().upper()
    if len(code) != 18 or any(character not in _ALPHABET for character in code) or not code[2:8].isdigit():
        return None
    return CreditCode(code) if code[17] == check_character(code[:17]) else None


def check_character(body: str) -> str:
    """Return the check character of the first seventeen characters.

    Raises: ValueError for a character that no code has.
    """
    total = sum(_ALPHABET.index(character) * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return _ALPHABET[(31 - total % 31) % 31]
