"""What people and machines say when a call is answered, in several languages; two halves with no voice in common."""

from __future__ import annotations

from typing import NamedTuple


class Phrases(NamedTuple):
    """Of one language, as espeak-ng names it."""

    voice: str
    hello: tuple[str, ...]
    name: tuple[tuple[str, ...], ...]
    """Persons who say who they are, sentence by sentence."""
    business: tuple[tuple[str, ...], ...]
    """Persons who answer for a firm."""
    machine: tuple[tuple[str, ...], ...]


ENGLISH = (
    ("Hello?", "Yes?", "Hello", "Hi", "Yeah, hello?", "Speaking."),
    (
        ("Good morning,", "Jovan speaking."),
        ("Hello, Anna Miller.",),
        ("Hi, this is Tom.",),
        ("Peterson residence,", "who is calling?"),
    ),
    (
        ("Acme Insurance, good morning,", "this is Maria, how can I help you?"),
        ("Good afternoon, Hill and Sons,", "Peter speaking."),
        ("Central Dental Clinic,", "how may I direct your call?"),
    ),
    (
        ("Hello.", "You have reached the Smith family.", "We cannot take your call right now.",
         "Please leave a message after the tone."),
        ("Hi, this is Tom.", "I am not available at the moment.",
         "Leave your name and number and I will call you back as soon as I can."),
        ("Your call has been forwarded to an automatic voice message system.", "Zero six four, five five five.",
         "is not available.", "At the tone, please record your message.",
         "When you have finished recording, you may hang up, or press one for more options."),
        ("Thank you for calling Acme Insurance.", "Our office is closed.",
         "We are open Monday to Friday from nine to five.", "Please call again, or leave us a message."),
        ("The person you are calling is not available.", "Please leave a message after the beep."),
    ),
)  # fmt: skip

_OTHERS = {
    "sr": (
        ("Halo?", "Da?", "Molim?", "Halo, izvolite?"),
        (("Dobar dan,", "Jovan Petrović."), ("Halo, Ana ovde.",), ("Petrović, izvolite.",)),
        (
            ("Dobar dan, osiguranje Centrala,", "Marija je na vezi, kako mogu da pomognem?"),
            ("Zubna ordinacija Osmeh,", "izvolite."),
        ),
        (
            (
                "Zdravo.",
                "Dobili ste porodicu Petrović.",
                "Trenutno nismo kod kuće.",
                "Ostavite poruku posle zvučnog signala.",
            ),
            ("Korisnik koga ste pozvali trenutno nije dostupan.", "Molimo vas, ostavite poruku posle tona."),
            (
                "Hvala što ste pozvali našu firmu.",
                "Radno vreme je od osam do šesnaest časova, svakog radnog dana.",
                "Molimo vas, pozovite kasnije.",
            ),
        ),
    ),
    "de": (
        ("Hallo?", "Ja, bitte?", "Ja?", "Schmidt?"),
        (("Guten Morgen,", "hier ist Peter Schmidt."), ("Müller, hallo?",), ("Bei Schneider,", "wer spricht?")),
        (
            ("Guten Tag, Versicherung Nord,", "mein Name ist Maria, was kann ich für Sie tun?"),
            ("Praxis Doktor Weber,", "guten Morgen."),
        ),
        (
            (
                "Guten Tag.",
                "Hier ist der Anschluss der Familie Schmidt.",
                "Wir sind leider nicht zu Hause.",
                "Bitte sprechen Sie nach dem Signalton.",
            ),
            (
                "Der gewünschte Teilnehmer ist zur Zeit nicht erreichbar.",
                "Bitte hinterlassen Sie eine Nachricht nach dem Ton.",
            ),
            (
                "Sie rufen außerhalb unserer Geschäftszeiten an.",
                "Wir sind Montag bis Freitag von acht bis siebzehn Uhr für Sie da.",
                "Auf Wiederhören.",
            ),
        ),
    ),
    "it": (
        ("Pronto?", "Sì, pronto?", "Pronto, chi parla?"),
        (("Buongiorno,", "sono Giovanni."), ("Casa Rossi, pronto?",)),
        (("Assicurazioni Milano, buongiorno,", "sono Maria, come posso aiutarla?"), ("Studio dentistico,", "mi dica.")),
        (
            (
                "Ciao.",
                "Questa è la segreteria telefonica di Marco.",
                "In questo momento non posso rispondere.",
                "Lasciate un messaggio dopo il segnale acustico.",
            ),
            ("Il cliente da lei chiamato non è al momento raggiungibile.", "La preghiamo di richiamare più tardi."),
        ),
    ),
    "fr-fr": (
        ("Allô?", "Oui, allô?", "Oui?"),
        (("Bonjour,", "Jean Dupont à l'appareil."), ("Allô, c'est Marie.",)),
        (
            ("Assurances du Nord, bonjour,", "Marie à votre service, que puis-je faire pour vous?"),
            ("Cabinet dentaire,", "bonjour."),
        ),
        (
            (
                "Bonjour.",
                "Vous êtes bien chez la famille Dupont.",
                "Nous ne sommes pas là pour le moment.",
                "Laissez un message après le bip sonore.",
            ),
            (
                "Le correspondant que vous demandez n'est pas disponible.",
                "Veuillez laisser votre message après le signal.",
            ),
        ),
    ),
    "es": (
        ("¿Diga?", "¿Sí?", "¿Bueno?", "Hola, ¿quién es?"),
        (("Buenos días,", "habla Juan."), ("Familia García, dígame.",)),
        (
            ("Seguros del Sur, buenas tardes,", "le atiende María, ¿en qué puedo ayudarle?"),
            ("Clínica dental,", "dígame."),
        ),
        (
            (
                "Hola.",
                "Ha llamado a la familia García.",
                "Ahora mismo no podemos atenderle.",
                "Deje su mensaje después de la señal.",
            ),
            (
                "El número al que llama no está disponible en este momento.",
                "Por favor, deje un mensaje después del tono.",
            ),
        ),
    ),
    "ru": (
        ("Алло?", "Да?", "Слушаю вас.", "Алло, кто это?"),
        (("Доброе утро,", "Иван слушает."), ("Да, это Анна.",)),
        (
            ("Страховая компания Центр, добрый день,", "меня зовут Мария, чем могу помочь?"),
            ("Стоматология,", "слушаю вас."),
        ),
        (
            (
                "Здравствуйте.",
                "Вы позвонили семье Ивановых.",
                "Сейчас нас нет дома.",
                "Оставьте сообщение после звукового сигнала.",
            ),
            ("Абонент временно недоступен.", "Пожалуйста, перезвоните позже или оставьте сообщение после сигнала."),
        ),
    ),
    "pl": (
        ("Halo?", "Tak, słucham?", "Słucham?", "Halo, kto mówi?"),
        (("Dzień dobry,", "Jan Kowalski."), ("Halo, tu Anna.",)),
        (
            ("Ubezpieczenia Północ, dzień dobry,", "mówi Maria, w czym mogę pomóc?"),
            ("Gabinet dentystyczny,", "słucham."),
        ),
        (
            (
                "Cześć.",
                "Dodzwoniłeś się do rodziny Kowalskich.",
                "Nie możemy teraz odebrać telefonu.",
                "Zostaw wiadomość po sygnale.",
            ),
            ("Abonent jest czasowo niedostępny.", "Prosimy zostawić wiadomość po sygnale dźwiękowym."),
        ),
    ),
    "nl": (
        ("Hallo?", "Ja, hallo?", "Met Jan."),
        (("Goedemorgen,", "met Jan de Vries."), ("Hallo, met Anna.",)),
        (
            ("Verzekeringen Noord, goedemiddag,", "u spreekt met Maria, waarmee kan ik u helpen?"),
            ("Tandartspraktijk,", "zegt u het maar."),
        ),
        (
            (
                "Hallo.",
                "Dit is het antwoordapparaat van de familie de Vries.",
                "Wij zijn er nu even niet.",
                "Spreek een bericht in na de piep.",
            ),
            ("De persoon die u belt is op dit moment niet bereikbaar.", "Laat een bericht achter na de toon."),
        ),
    ),
}


class Half(NamedTuple):
    """Voices, and what they say."""

    phrases: tuple[Phrases, ...]
    variants: tuple[str, ...]
    """Of espeak-ng's speakers."""


TUNING = Half(
    (
        *(Phrases(voice, *ENGLISH) for voice in ("en-us", "en-gb")),
        *(Phrases(v, *_OTHERS[v]) for v in ("sr", "de", "it")),
    ),
    ("", "+f1", "+f3", "+m1", "+m5", "+croak"),
)
"""What the thresholds were found with."""

REPORT = Half(
    (Phrases("en-gb-scotland", *ENGLISH), *(Phrases(v, *_OTHERS[v]) for v in ("fr-fr", "es", "ru", "pl", "nl"))),
    ("+f2", "+f4", "+f5", "+m3", "+m7"),
)
"""What is reported: other languages but for English, and other speakers."""
