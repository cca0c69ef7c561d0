"""Columns of a table that name or describe a person: told by the column's name and, where rows can be read, by its values.

A name alone proves little: ``email_count``, ``phone_service``, ``ssn`` of a sensor network. So a column counts as sure only if
most of its values look like what its name says, and some kinds only beside another one: a birthday names nobody, a birthday
beside a surname does.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from dsguard.analysis import personal_values as values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Looks = Callable[[str], bool]

ALONE, TOGETHER, WEAK = "alone", "together", "weak"
"""How much a kind says: enough by itself; enough beside another kind; something only beside a person's name."""

MAX_VALUES = 200
"""Values of a column that are looked at."""

_LEAST_SHARE = 0.6
_QUOTES = " \t\r\n\"'"
_MAX_NAME = 120
_MAX_VALUE = 200


class Kind:
    """A kind of personal data.

    Args:
        label: what people call it: ``e-mail address``.
        weight: ``ALONE``, ``TOGETHER`` or ``WEAK``.
        looks: whether a value, blanks at its ends taken off, looks like one.
    """

    __slots__ = ("label", "looks", "weight")

    def __init__(self, label: str, weight: str, looks: Looks) -> None:
        self.label = label
        self.weight = weight
        self.looks = looks

    def __repr__(self) -> str:
        return f"<Kind {self.label!r}>"


class Column:
    """A column whose name speaks of a person.

    Args:
        name: as it stands in the table.
        share: which part of its values looks like its kind, from 0 to 1; ``None`` if there are no values to look at.
    """

    __slots__ = ("kind", "name", "share")

    def __init__(self, name: str, kind: Kind, share: float | None) -> None:
        self.name = name
        self.kind = kind
        self.share = share

    def __repr__(self) -> str:
        return f"<Column {self.name!r}, {self.kind.label}, {self.share}>"

    @property
    def is_confirmed(self) -> bool:
        """Whether its values agree with its name."""
        return self.share is not None and self.share >= _LEAST_SHARE


class Verdict:
    """What a table says about persons.

    Args:
        columns: those that speak of a person and whose values do not deny it, in order; beside others none that say little.
        is_sure: whether they name one, going by their values. If not, it is a suspicion.
    """

    __slots__ = ("columns", "is_sure")

    def __init__(self, columns: Sequence[Column], *, is_sure: bool) -> None:
        self.columns = tuple(columns)
        self.is_sure = is_sure


def judge(table: Iterable[tuple[str, Sequence[str]]]) -> Verdict | None:
    """Whether a table shows persons.

    Args:
        table: names of columns with some of their values; of a long column the first :data:`MAX_VALUES` are looked at.

    Returns:
        ``None`` if no column speaks of a person, or the values say otherwise.
    """
    found = [column for name, sample in table if (column := judge_column(name, sample)) is not None]
    found = [column for column in found if column.share is None or column.is_confirmed]
    telling = [column for column in found if column.kind.weight != WEAK]
    if telling:
        sure = {column.kind.label: column.kind.weight for column in telling if column.is_confirmed}
        return Verdict(telling, is_sure=len(sure) > 1 or ALONE in sure.values())
    named = any(column.kind is _NAME and column.is_confirmed for column in found)
    return Verdict(found, is_sure=False) if named and len({column.kind.label for column in found}) > 1 else None


def judge_column(name: str, sample: Sequence[str] = ()) -> Column | None:
    """A column by its name, and how far its values agree; ``None`` if the name speaks of no person."""
    kind = kind_of(name)
    if kind is None:
        return None
    told = [value for value in (value.strip(_QUOTES) for value in sample[:MAX_VALUES]) if value.lower() not in _MISSING]
    if not told:
        return Column(name, kind, None)
    return Column(name, kind, sum(len(value) <= _MAX_VALUE and kind.looks(value) for value in told) / len(told))


# Names


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MISSING = frozenset(("", "nan", "none", "null", "na", "n/a", "<na>", "nat", "-", "--", "...", "…", "?", "unknown", "not available"))

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_QUALIFIERS = _set(
    """
    1 2 3 4 5 no nr num number value field col column str text raw x y left right old new original orig clean cleaned current primary
    secondary main home work office business private personal
    """
)
"""Words behind a name that leave it what it is: ``phone_home``, ``ssn_raw``."""

_DENIALS = _set(
    """
    has is n num number count cnt flag missing null invalid verified confirmed opt subscribed hash hashed sha md5 masked mask anon
    anonymized anonymised pseudo pseudonym encrypted encoded token tokenized fake synthetic len length avg mean median min max sum total
    pct percent rate ratio score avail available unique distinct open opened click clicked allow wants
    """
)
"""Words before a name that leave nothing personal of it: ``has_phone``, ``hashed_email``."""

_THINGS = _set("product item store shop company brand file image model feature server host domain column class team city")
"""Words before a name that give it to a thing, where it takes two to name a person: ``server_ip``, but not ``company_email``."""


def words_of(name: str) -> list[str]:
    """The words of a column's name in lower case, plurals folded: ``EmailAddresses`` is ``email``, ``address``."""
    return [_singular(word.lower()) for word in _WORD.findall(name[:_MAX_NAME])]


def _singular(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=4096)  # many tables of one repository have the same columns
def kind_of(name: str) -> Kind | None:
    """The kind of personal data that a column's name promises.

    What a name means is its last word: ``customer_email`` is an e-mail address and ``email_count`` a count. A name that says little
    must stand alone: a ``bank_name`` is no person's.
    """
    words = words_of(name)
    while len(words) > 1 and words[-1] in _QUALIFIERS and tuple(words) not in _kinds():
        words.pop()
    for start in range(len(words)):
        kind = _kinds().get(tuple(words[start:]))
        if kind is not None:
            before = set(words[:start])
            no = before & _DENIALS or (kind.weight == TOGETHER and before & _THINGS) or (kind.weight == WEAK and before)
            return None if no else kind
    return None


_NAME = Kind("name", WEAK, values.is_full_name)


@cache
def _kinds() -> dict[tuple[str, ...], Kind]:
    """Kinds by the words of a column's name."""
    kinds: dict[tuple[str, ...], Kind] = {("name",): _NAME}

    def add(label: str, weight: str, looks: Looks, names: str) -> None:
        kind = Kind(label, weight, looks)
        for name in names.split(";"):
            words = tuple(words_of(name.strip()))
            kinds[words] = kind
            kinds.setdefault(("".join(words),), kind)

    add(
        "e-mail address",
        ALONE,
        values.is_email,
        "email; mail; email address; mail address; email id; e mail; e mail address; correo; correo electronico; courriel",
    )
    add(
        "phone number",
        ALONE,
        values.is_phone,
        """
        phone; phone number; telephone; telephone number; tel; mobile; mobile no; mobile number; mobile phone; cell phone; fax; fax number;
        contact number; contact no; whatsapp; msisdn; telefon; telefonnummer; telefono
        """,
    )
    add("social security number", ALONE, values.is_ssn, "ssn; social security; social security number")
    add(
        "national id",
        ALONE,
        values.is_number,
        """
        national id; national identification number; tax id; tax identification number; tin; national insurance number; nino; nhs number;
        aadhaar; aadhaar number; aadhar; pan number; nric; cpf; bsn; codice fiscale; dni; nie; rut; personnummer; steuer id
        """,
    )
    add(
        "passport or licence number",
        ALONE,
        values.is_number,
        """
        passport; passport no; passport number; driver license; driver licence; driver license number; driver licence number;
        driving license; driving licence; driving licence number; license plate; licence plate; number plate; plate number
        """,
    )
    add(
        "medical record number",
        ALONE,
        values.is_number,
        "mrn; medical record; medical record number; insurance number; health insurance number",
    )
    add("IBAN", ALONE, values.is_iban, "iban; iban number")
    add("card number", ALONE, values.is_card, "credit card; credit card number; debit card number; card number; cc number; cc num")
    add(
        "person's name",
        TOGETHER,
        values.is_person,
        """
        first name; last name; surname; full name; maiden name; middle name; given name; family name; fname; lname; vorname; nachname;
        prenom; apellido; patient name; customer name; employee name; client name; student name; person name; contact name
        """,
    )
    add(
        "date of birth",
        TOGETHER,
        values.is_birthday,
        "date of birth; dob; birth date; birthday; date birth; geburtsdatum; fecha nacimiento; fecha de nacimiento",
    )
    add(
        "street address",
        TOGETHER,
        values.is_street,
        "street address; home address; address line 1; mailing address; postal address; billing address; shipping address",
    )
    add("IP address", TOGETHER, values.is_address, "ip; ip address; ip addr; client ip; user ip; remote ip; remote addr")
    add("device id", TOGETHER, values.is_mac_address, "mac; mac address; mac addr")
    add("device id", TOGETHER, values.is_number, "imei; imsi; device id; vin; vehicle identification number")
    add(
        "account",
        TOGETHER,
        values.is_account,
        "username; user name; user login; login; screen name; user handle; twitter handle; password; password hash; passwd",
    )
    add(
        "account number",
        TOGETHER,
        values.is_number,
        "account number; account no; bank account; bank account number; routing number; sort code",
    )
    add("patient number", TOGETHER, values.is_number, "patient id; patient number; patient no")
    add("place", WEAK, values.is_street, "address")
    add("place", WEAK, values.is_anything, "city; zip; zip code; postcode; postal code; latitude; longitude")
    add("age or sex", WEAK, values.is_anything, "age; gender; sex; birth year; year of birth")
    add("number in a register", WEAK, values.is_anything, "user id; customer id; employee id; student id; member id")
    add(
        "private matter",
        WEAK,
        values.is_anything,
        """
        religion; ethnicity; sexual orientation; political affiliation; genotype; diagnosis; marital status; nationality; occupation;
        income; salary; comment; free text
        """,
    )
    return kinds
