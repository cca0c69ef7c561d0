"""Columns that speak of persons: by their names, by their values, and what a table of them says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsguard.analysis import personal_values as values
from dsguard.analysis.personal_data import ALONE, TOGETHER, WEAK, judge, judge_column, kind_of, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("EmailAddress", ["email", "address"]),
        ("e-mail", ["e", "mail"]),
        ("DOB", ["dob"]),
        ("patientID", ["patient", "id"]),
        ("user.emails", ["user", "email"]),
        ("Addresses", ["address"]),
        ("address_line_1", ["address", "line", "1"]),
        ("Téléphone", ["t", "é", "l", "é", "phone"]),
        ("  ", []),
        ("_" * 5000, []),
    ],
)
def test_words_of_a_name(name: str, words: list[str]) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("name", "label", "weight"),
    [
        ("email", "e-mail address", ALONE),
        ("E-Mail", "e-mail address", ALONE),
        ("customer_email", "e-mail address", ALONE),
        ("company_email", "e-mail address", ALONE),
        ("user.email", "e-mail address", ALONE),
        ("EmailAddresses", "e-mail address", ALONE),
        ("email_2", "e-mail address", ALONE),
        ("phone", "phone number", ALONE),
        ("mobile_no", "phone number", ALONE),
        ("PhoneNumber", "phone number", ALONE),
        ("phone_home", "phone number", ALONE),
        ("SSN", "social security number", ALONE),
        ("passport_number", "passport or licence number", ALONE),
        ("drivers_license", "passport or licence number", ALONE),
        ("IBAN", "IBAN", ALONE),
        ("credit_card_number", "card number", ALONE),
        ("mrn", "medical record number", ALONE),
        ("first_name", "person's name", TOGETHER),
        ("lastname", "person's name", TOGETHER),
        ("Surname", "person's name", TOGETHER),
        ("date_of_birth", "date of birth", TOGETHER),
        ("birthDate", "date of birth", TOGETHER),
        ("address_line_1", "street address", TOGETHER),
        ("client_ip", "IP address", TOGETHER),
        ("patient_id", "patient number", TOGETHER),
        ("Name", "name", WEAK),
        ("Age", "age or sex", WEAK),
        ("zip_code", "place", WEAK),
    ],
)
def test_names_that_speak_of_persons(name: str, label: str, weight: str) -> None:
    kind = kind_of(name)
    assert kind is not None
    assert (kind.label, kind.weight) == (label, weight)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "email_count",
        "n_emails",
        "has_phone",
        "hashed_email",
        "email_hash",
        "email_domain",
        "phone_model",
        "PhoneService",
        "mobile_app",
        "product_name",
        "bank_name",
        "column_name",
        "feature name",
        "server_ip",
        "home_city",
        "mrna",
        "sin",
        "pan",
        "latency",
        "MedHouseVal",
        "x" * 3000,
    ],
)
def test_names_that_do_not(name: str) -> None:
    assert kind_of(name) is None


@pytest.mark.parametrize(
    ("looks", "yes", "no"),
    [
        (values.is_email, ["ana.lima@lima.local", "mailto:a+b@mail.example.co"], ["ana@example.com", "x@y.test", "ana", "j***@x.de"]),
        (
            values.is_phone,
            ["+44 20 7946 0958", "(030) 901820-11", "2015550123", "2015550123.0", "415-555-2671 x12"],
            ["382-4657", "555-0123", "2024-01-31", "12345.678901", "1111111111", "yes", "123", "201-555-0123 4567 8901 234"],
        ),
        (values.is_ssn, ["219-09-9999", "219099999"], ["123-45-6789", "000-12-3456", "2", "21909"]),
        (values.is_number, ["C01X00T47", "1234 5678 9012", "123.456.789-09", "4000123.0"], ["12", "3.14159", "yes", "aaaaa", "00000"]),
        (values.is_iban, ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"], ["DE88 3704 0044 0532 0130 00", "DE89"]),
        (values.is_card, ["4539 5787 6362 1486", "4539578763621486"], ["4539578763621487", "0000000000000000", "123", "453957876362148x"]),
        (values.is_person, ["Ana", "O'Brien", "MÜLLER", "Lima, Ana", "Ana-Maria de Sá"], ["ana", "Ana1", "John Doe", "TRUE", "", "A" * 61]),
        (values.is_full_name, ["Ana Lima", "Lima, Ana"], ["Ana", "Lima1 Ana"]),
        (
            values.is_birthday,
            ["1987-03-21", "21.03.1987", "3/21/87", "21 Mar 1987", "Mar 21, 1987", "1987-03-21 00:00:00"],
            ["2087-03-21", "1987", "soon", "0.5"],
        ),
        (values.is_street, ["12 Rua Augusta", "Rua Augusta 12"], ["Lisbon", "12", "12 34", "0x3f"]),
        (values.is_address, ["81.2.69.142", "2001:db8::1"], ["10.0.0.1", "192.168.1.7", "127.0.0.1", "999.1.1.1", "12:30:01x", "1.2"]),
        (values.is_mac_address, ["00:1B:44:11:3A:B7"], ["00:1B:44", "12:30:01"]),
        (values.is_account, ["ana_lima", "@ana", "ana@home"], ["12345", "a", "two words", "x" * 41]),
    ],
)  # fmt: skip
def test_values(looks: Callable[[str], bool], yes: list[str], no: list[str]) -> None:
    assert [value for value in yes if not looks(value)] == []
    assert [value for value in no if looks(value)] == []


def test_a_column_is_confirmed_by_most_of_its_values() -> None:
    emails = ["ana@lima.local", "bo@lima.local", "", "NaN", "none"]
    assert (column := judge_column("email", emails)) is not None
    assert (column.share, column.is_confirmed) == (1.0, True)
    assert (column := judge_column("email", [*emails, "?", "x", "y", "z"])) is not None
    assert (column.share, column.is_confirmed) == (0.4, False)
    assert (column := judge_column("email", ["", "nan"])) is not None
    assert (column.share, column.is_confirmed) == (None, False)
    assert (column := judge_column("email", ['"ana@lima.local"', " bo@lima.local "])) is not None
    assert column.is_confirmed
    assert judge_column("colour", ["ana@lima.local"]) is None


EMAIL = ("email", ["ana@lima.local", "bo@lima.local"])
SURNAME = ("surname", ["Lima", "Berg"])
BIRTHDAY = ("dob", ["1987-03-21", "1990-11-02"])
NAME = ("name", ["Ana Lima", "Bo Berg"])
AGE = ("age", ["33", "41"])
RELIGION = ("religion", ["none", "buddhist"])


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([EMAIL], (True, ["email"])),
        ([("id", ["1"]), EMAIL, AGE], (True, ["email"])),
        ([("email", [])], (False, ["email"])),
        ([("email", ["yes", "no"])], None),
        ([SURNAME], (False, ["surname"])),
        ([SURNAME, BIRTHDAY], (True, ["surname", "dob"])),
        ([SURNAME, ("first_name", ["Ana", "Bo"])], (False, ["surname", "first_name"])),
        ([("surname", ["x1", "x2"]), BIRTHDAY], (False, ["dob"])),
        ([NAME, AGE], (False, ["name", "age"])),
        ([NAME], None),
        ([("name", ["iris-1", "iris-2"]), AGE], None),
        ([AGE, RELIGION], None),
        ([AGE, ("city", ["Lisbon"])], None),
        ([], None),
        ([("", []), ("price", ["1"])], None),
    ],
)
def test_what_a_table_says(table: list[tuple[str, list[str]]], expected: tuple[bool, list[str]] | None) -> None:
    verdict = judge(table)
    assert (None if verdict is None else (verdict.is_sure, [column.name for column in verdict.columns])) == expected


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["email", "phone", "ip", "dob", "iban", "card number", "name", "address"]), st.lists(st.text(max_size=250))
        )
    )
)
def test_any_values_are_judged(table: list[tuple[str, list[str]]]) -> None:
    verdict = judge(table)
    assert verdict is None or verdict.columns
