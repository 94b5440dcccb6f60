"""One number, many spellings."""

from __future__ import annotations

from control.numbers import spellings


def test_a_national_number_is_also_an_international_one() -> None:
    assert set(spellings("064 123 4567", "RS")) == {
        "064 123 4567",
        "+381641234567",
        "381641234567",
        "00381641234567",
        "0641234567",
    }


def test_a_foreign_number_keeps_its_country() -> None:
    found = spellings("+442079460000", "RS")
    assert "+442079460000" in found
    assert "02079460000" in found


def test_what_is_no_telephone_number_stays_as_it_is() -> None:
    assert spellings("ana", "RS") == ("ana",)
    assert spellings("700", "RS") == ("700",)
