"""What values of personal data look like: an e-mail address, a phone number, a name. One function each, on one stripped string.

They judge values of a column whose name made a promise, so they may be kinder than a search of free text could be. What was
plainly made up (``example.com``, 555-01..) looks like nothing.
"""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[\w.+'-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,5})")
_RESERVED = re.compile(r"(?:.*\.)?(?:example\.(?:com|org|net)|example|test|invalid|localhost|test\.com|domain\.com|email\.com|mail\.com)")
_PHONE = re.compile(r"(?:tel:)?\+?[(\d][\d\s().\-/]{5,22}\d(?:\s?(?:x|ext\.?)\s?\d{1,6})?")
_FLOAT = re.compile(r"[+-]?\d*\.\d*(?:[eE][+-]?\d+)?")
_PERSON = re.compile(r"[^\W\d_][^\W\d_'.\-\u2019]*(?:[ ,.'\-\u2019]+[^\W\d_][^\W\d_'.\-\u2019]*){0,5}\.?")
_NUMBER = re.compile(r"[A-Z]{0,6}[-. ]?\d(?:[\dA-Z]|[-./ ](?=[\dA-Z])){2,23}")
_SSN = re.compile(r"\d{3}-\d{2}-\d{4}|\d{3} \d{2} \d{4}|\d{9}")
_DATE = re.compile(
    r"(?:(?:19\d\d|20[0-2]\d)[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:(?:19|20)?\d\d)"
    r"|\d{1,2}[ .-]*[A-Z][a-z]{2,8}[ .,-]*(?:19|20)?\d\d|[A-Z][a-z]{2,8}\.? \d{1,2},? (?:19|20)\d\d)(?:[T ][\d:.+Z]{4,20})?"
)
_IPV4 = re.compile(r"(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}")
_IPV6 = re.compile(r"(?=.*:.*:)[0-9A-Fa-f:]{6,39}")
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}")
_STREET = re.compile(r"(?=[^\d]{0,80}\d)(?=.{0,80}[^\W\d_]{3}).{0,100} .{1,100}")
_ACCOUNT = re.compile(r"@?[\w.\-+@]{3,40}")
_NOBODY = frozenset(
    ("john doe", "jane doe", "john", "jane", "doe", "foo", "bar", "foo bar", "alice", "bob", "test", "true", "false", "yes", "no")
)


def is_email(value: str) -> bool:
    found = _EMAIL.fullmatch(value.removeprefix("mailto:"))
    return found is not None and _RESERVED.fullmatch(found[1].lower()) is None


def is_phone(value: str) -> bool:
    value = value.removesuffix(".0")  # numbers beside missing ones are floats to pandas
    digits = [character for character in value if character.isdecimal()]
    return (
        8 <= len(digits) <= 15  # with fewer a number could be anything
        and len(set(digits)) > 2
        and "555-01" not in value
        and _PHONE.fullmatch(value) is not None
        and not _FLOAT.fullmatch(value)
        and not _DATE.fullmatch(value)
    )


def is_person(value: str) -> bool:
    """A name as people are called: letters, the first one large."""
    return len(value) <= 60 and value[:1].isupper() and value.lower() not in _NOBODY and _PERSON.fullmatch(value) is not None


def is_full_name(value: str) -> bool:
    return is_person(value) and any(separator in value for separator in (" ", ","))


def is_number(value: str) -> bool:
    """A number that an office gives out: digits, perhaps a few letters, five characters or more."""
    value = value.removesuffix(".0")
    return len(value) > 4 and len(set(value)) > 2 and _NUMBER.fullmatch(value.upper()) is not None and not _FLOAT.fullmatch(value)


def is_ssn(value: str) -> bool:
    return _SSN.fullmatch(value.removesuffix(".0")) is not None and not value.startswith(("000", "666", "123-45-6789", "123456789"))


def is_birthday(value: str) -> bool:
    return _DATE.fullmatch(value) is not None


def is_address(value: str) -> bool:
    """An IP address that the world can see."""
    found = _IPV4.fullmatch(value)
    if found:
        first, second = int(found[1]), int(found[2])
        is_local = first in (0, 10, 127, 255) or (first == 192 and second == 168) or (first == 172 and 16 <= second <= 31)
        return first <= 255 and second <= 255 and not is_local
    return _IPV6.fullmatch(value) is not None and all(len(part) <= 4 for part in value.split(":"))


def is_iban(value: str) -> bool:
    compact = value.replace(" ", "").upper()
    if not _IBAN.fullmatch(value.upper()):
        return False
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1


def is_card(value: str) -> bool:
    digits = [int(character) for character in value.removesuffix(".0") if character.isdecimal()]
    if not 13 <= len(digits) <= 19 or any(character not in "0123456789 -" for character in value.removesuffix(".0")):
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[::-2]) + sum(doubled)) % 10 == 0 and len(set(digits)) > 2


def is_mac_address(value: str) -> bool:
    return _MAC.fullmatch(value) is not None


def is_street(value: str) -> bool:
    """Something of several words with a number in it."""
    return _STREET.fullmatch(value) is not None


def is_account(value: str) -> bool:
    return _ACCOUNT.fullmatch(value) is not None and any(character.isalpha() for character in value)


def is_anything(_value: str) -> bool:
    return True
