"""What the switch itself says to callers, by language; each may be replaced by a recording of the same name."""

from __future__ import annotations

from pbx.asking import Wording

_PHRASES = {
    "en": {
        "leave-message": "Please leave a message after the tone.",
        "no-messages": "You have no messages. Goodbye.",
        "messages": "You have {new} new messages and {old} old ones.",
        "message-from": "Message from {caller}.",
        "message-menu": "Press 1 to hear it again, 2 for the next message, 3 to delete it.",
        "deleted": "Deleted.",
        "end-of-messages": "You have no more messages. Goodbye.",
        "goodbye": "Goodbye.",
        "enter-pin": "Please enter the PIN of the conference.",
        "callback-noted": "We will call you back. Goodbye.",
        "callback-impossible": "We cannot see your number, so we cannot call you back. Goodbye.",
    },
    "sr": {
        "leave-message": "Molimo ostavite poruku posle zvučnog signala.",
        "no-messages": "Nemate poruka. Prijatno.",
        "messages": "Imate {new} novih i {old} starih poruka.",
        "message-from": "Poruka od {caller}.",
        "message-menu": "Pritisnite 1 da je čujete ponovo, 2 za sledeću poruku, 3 da je obrišete.",
        "deleted": "Obrisano.",
        "end-of-messages": "Nemate više poruka. Prijatno.",
        "goodbye": "Prijatno.",
        "enter-pin": "Molimo unesite PIN konferencije.",
        "callback-noted": "Pozvaćemo vas. Prijatno.",
        "callback-impossible": "Ne vidimo vaš broj, pa ne možemo da vas pozovemo. Prijatno.",
    },
}


def phrase(language: str, name: str, **values: str) -> Wording:
    """A phrase with its values filled in; in English where it is not known in the language.

    One with values cannot be recorded beforehand, so it has no clip.
    """
    text = _PHRASES.get(language, _PHRASES["en"])[name]
    return Wording(text.format(**values), "" if values else name)


def spelled(number: str) -> str:
    """A number to be said digit by digit."""
    return " ".join(number.lstrip("+"))
