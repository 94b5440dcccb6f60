"""How the program is set up: flags over ``CENTRALA_*`` variables over ``centrala.toml`` over the defaults here."""

from __future__ import annotations

import os
import tomllib
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from control.errors import StartError
from pbx.call.codec_choice import DEFAULT
from pbx.media.codecs import CODECS, KNOWN
from pbx.plane.source import MediaSources
from pbx.routing.trunks.trunk import Codec
from pbx.sdp.crypto import SrtpPolicy

CONFIG_FILE = Path("centrala.toml")
HIGHEST_PORT = 65535


class Address(NamedTuple):
    """A local address to listen on."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


Addresses: TypeAlias = tuple[Address, ...]


class PortRange(NamedTuple):
    """UDP ports, both ends included."""

    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.low}-{self.high}"


def parse_address(value: object) -> Address:
    """Read ``HOST:PORT`` (an IPv6 host in brackets). Raises ValueError."""
    if isinstance(value, Address):
        return value
    host, colon, port = str(value).rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 1 <= int(port) <= HIGHEST_PORT:
        raise ValueError(f"{value!r} is not HOST:PORT, e.g. 127.0.0.1:5060")
    return Address(host, int(port))


def parse_addresses(value: object) -> object:
    """Read ``HOST:PORT,HOST:PORT``. Raises ValueError."""
    return tuple(parse_address(one.strip()) for one in value.split(",")) if isinstance(value, str) else value


def parse_words(value: object) -> object:
    """Read words with commas between them."""
    return tuple(one.strip() for one in value.split(",") if one.strip()) if isinstance(value, str) else value


def parse_port_range(value: object) -> PortRange:
    """Read ``LOW-HIGH``, two ports at least (one leg: RTP and RTCP). Raises ValueError."""
    if isinstance(value, PortRange):
        return value
    low, _, high = str(value).partition("-")
    if not (low.isascii() and low.isdigit() and high.isascii() and high.isdigit()):
        raise ValueError(f"{value!r} is not LOW-HIGH, e.g. 20000-23999")
    ports = PortRange(int(low), int(high))
    if not 1024 <= ports.low < ports.high <= HIGHEST_PORT:
        raise ValueError(f"{value!r} must rise and lie within 1024-{HIGHEST_PORT}")
    return ports


def parse_numbers(value: object) -> object:
    """Read ``113,1122``: short numbers with commas between them. Raises ValueError."""
    numbers = tuple(number.strip() for number in value.split(",")) if isinstance(value, str) else value
    if not isinstance(numbers, (tuple, list)) or not all(str(number).isdigit() for number in numbers):
        raise ValueError(f"{value!r} are not numbers with commas between them, e.g. 113,1122")
    return tuple(map(str, numbers))


def parse_algorithms(value: object) -> object:
    """Read ``SHA-256,MD5``: names with commas between them, in any case."""
    return tuple(name.strip().upper() for name in value.split(",")) if isinstance(value, str) else value


def parse_codecs(value: object) -> object:
    """Read ``PCMA,G722``: names of codecs with commas between them, in any case. Raises ValueError."""
    words = parse_words(value)
    if not isinstance(words, tuple):
        return words
    known = {name.upper(): name for name in KNOWN}
    codecs = tuple(known.get(str(name).upper(), name) for name in words)
    if len(set(codecs)) < len(codecs):
        raise ValueError(f"{value!r} names a codec twice")
    if codecs and not any(name in CODECS or name not in KNOWN for name in codecs):
        raise ValueError(f"{value!r}: none of these is installed; Opus needs the extra 'opus'")
    return codecs


def parse_networks(value: object) -> object:
    """Read ``127.0.0.0/8,::1``: networks or addresses with commas between them; '' is none. Raises ValueError."""
    if not isinstance(value, str):
        return value
    return tuple(ip_network(one.strip()) for one in value.split(",") if one.strip())


def parse_codes(value: object) -> object:
    """Read ``*1,*2``: two keys each, with commas between them; '' is none. Raises ValueError."""
    if not isinstance(value, str):
        return value
    codes = tuple(code.strip() for code in value.split(",") if code.strip())
    if len(codes) > 2 or not all(len(code) == 2 and set(code) <= set("0123456789*#ABCD") for code in codes):
        raise ValueError(f"{value!r} are not two codes of two keys each, e.g. *1,*2")
    return codes


def parse_days(value: object) -> object:
    """Read ``acme=90,globex=30``: days by name, with commas between them. Raises ValueError."""
    if not isinstance(value, str):
        return value
    days = {}
    for one in filter(None, (part.strip() for part in value.split(","))):
        name, _, number = one.partition("=")
        if not name.strip() or not number.strip().isdecimal():
            raise ValueError(f"{one!r} is not NAME=DAYS, e.g. acme=90")
        days[name.strip()] = int(number)
    return days


def cores() -> int:
    """The cores this process may use, at least one."""
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


class Settings(BaseSettings):
    """All settings; each is also a ``CENTRALA_`` variable and a key of ``centrala.toml``. Times are seconds."""

    model_config = SettingsConfigDict(
        env_prefix="CENTRALA_", toml_file=CONFIG_FILE, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    sip: Annotated[Addresses, NoDecode, Field(min_length=1), BeforeValidator(parse_addresses)] = (
        Address("127.0.0.1", 5060),
    )
    """Where phones are served by UDP and TCP; several, with commas, for instance one of IPv4 and one of IPv6. Audio is
    on the address that a call's signalling uses, or of the family that the phone's offer names."""
    sip_tls: Annotated[Addresses, NoDecode, BeforeValidator(parse_addresses)] = ()
    """Where phones and trunks are served by TLS."""
    sip_ws: Annotated[Addresses, NoDecode, BeforeValidator(parse_addresses)] = ()
    """Where browsers are served by WebSocket (RFC 7118); for a proxy that adds TLS, or for tests."""
    sip_wss: Annotated[Addresses, NoDecode, BeforeValidator(parse_addresses)] = ()
    """Where browsers are served by secure WebSocket."""
    ws_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(parse_words)] = ()
    """The pages that may connect by WebSocket (``https://centre.example``); none means all."""
    tls_cert: Path | None = None
    """Our certificate, PEM, with those between it and its authority. Read anew when it changes, or at SIGHUP."""
    tls_key: Path | None = None
    """Its private key, PEM, where it is not in the certificate's file."""
    tls_ca: Path | None = None
    """The authorities that others' certificates must be from, PEM; the system's where it is not set."""
    tls_verify_clients: bool = False
    """Whether who connects by TLS must show a certificate."""
    tls_only: bool = False
    """Whether SIP goes over TLS and WSS alone: ``sip`` and ``sip_ws`` are not listened on, nothing is sent to phones,
    proxies or trunks in the clear, and trunks that use ``udp`` or ``tcp`` are refused."""
    dns_servers: Annotated[Addresses, NoDecode, BeforeValidator(parse_addresses)] = ()
    """The name servers to ask, HOST:PORT; the system's where it is not set."""
    http: Annotated[Address, NoDecode, BeforeValidator(parse_address)] = Address("127.0.0.1", 8080)
    """Where the API and the pages are served."""
    data: Path = Path("data")
    """Where everything is kept: database, private Redis, clips, prompts, voicemail."""
    media_ports: Annotated[PortRange, NoDecode, BeforeValidator(parse_port_range)] = PortRange(20000, 23999)
    """UDP ports for audio, two a leg."""
    media_workers: Annotated[int, Field(ge=1, le=256)] = Field(default_factory=cores)
    """Processes that move audio; one a core where it is not set."""
    rtpengine: Annotated[Addresses, NoDecode, BeforeValidator(parse_addresses)] = ()
    """The rtpengines at the edge, by the HOST:PORT of their ng protocol; none: all audio is the workers' own."""
    rtpengine_digits: Annotated[Address, NoDecode, BeforeValidator(parse_address)] | None = None
    """Where rtpengines tell digits (their ``dtmf-log-dest``); without it two who talk have a worker between them."""
    codecs: Annotated[tuple[Codec, ...], NoDecode, Field(min_length=1), BeforeValidator(parse_codecs)] = DEFAULT
    """The codecs that are spoken, the preferred one first; ``opus`` is left out where the extra is not installed."""
    recordings: Path | None = None
    """Where recordings of calls are kept; None is the folder ``recordings`` of the data folder."""
    recording_format: Literal["opus", "wav"] = "opus"
    """What recordings are kept as: ``opus`` (Ogg Opus, a quarter of the room) or ``wav`` (G.711, as they came)."""
    recording_key: SecretStr | None = None
    """What recordings are encrypted with at rest: 32 octets in base64; older keys, which still open, behind it."""
    recording_key_file: Path | None = None
    """The same in a file, a key a line."""
    recording_keep_days: Annotated[int, Field(ge=0, le=36_500)] | None = None
    """How long recordings are kept; None is for good."""
    recording_client_days: Annotated[dict[str, int], NoDecode, BeforeValidator(parse_days)] = {}
    """The same for client businesses that want it otherwise: ``acme=90,globex=30``."""
    recording_codes: Annotated[tuple[str, ...], NoDecode, BeforeValidator(parse_codes)] = ("*1", "*2")
    party_codes: Annotated[tuple[str, ...], NoDecode, BeforeValidator(parse_codes)] = ("*3", "*4")
    """What an agent presses in a call to start or stop its recording, and to pause it or let it go on; '' is none."""
    realm: Annotated[str, Field(pattern=r'^[^"\\:\x00-\x1f\x7f]{1,64}$')] = "centrala"
    """What phones authenticate for; passwords are hashed with it, so changing it asks for new passwords."""
    digest: Annotated[
        tuple[Literal["MD5", "SHA-256"], ...], NoDecode, Field(min_length=1), BeforeValidator(parse_algorithms)
    ] = ("MD5",)
    """The digest algorithms that phones are challenged with, the preferred one first (RFC 8760)."""
    advertise: Annotated[str, Field(pattern=r"^[0-9A-Fa-f.:]+$")] | None = None
    """The IP address that phones are told, where it is not the one that is served; for all of its family."""
    region: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "RS"
    """ISO 3166 country in which a number without ``+`` is read."""
    emergency_numbers: Annotated[tuple[str, ...], NoDecode, BeforeValidator(parse_numbers)] = ()
    """Numbers that are calls for help beside 112, 911 and those of the region: no limit of a trunk applies to them."""
    guard_trusted: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(parse_networks)] = (
        ip_network("127.0.0.0/8"),
        ip_network("::1"),
    )
    """Networks whose messages are neither limited nor banned: this machine, and an edge proxy where there is one."""
    guard_rate: Annotated[float, Field(ge=1, le=1_000_000)] = 50.0
    """SIP messages a second that a stranger may send; a source with registered phones may send more."""
    guard_ban_s: Annotated[float, Field(ge=1, le=31_536_000)] = 600.0
    """How long a source's first ban lasts; each further one lasts twice as long, up to a day."""
    guest_calls: Annotated[int, Field(ge=0, le=1_000_000)] = 100
    """Calls in progress that callers without an account may have from one source."""
    account_calls: Annotated[int, Field(ge=1, le=1_000_000)] = 20
    """Calls in progress that one account may have placed."""
    toll_account_calls: Annotated[int, Field(ge=0, le=1_000_000)] = 4
    """International calls in progress that one account may have placed. Calls for help always pass."""
    toll_calls: Annotated[int, Field(ge=0, le=1_000_000)] = 30
    """International calls in progress, all accounts together."""
    toll_hourly: Annotated[int, Field(ge=0, le=1_000_000)] = 60
    """International calls that one account may begin within an hour."""
    max_call_s: Annotated[float, Field(ge=60, le=31_536_000)] = 43_200.0
    """How long any call may last."""
    audio_measure_s: Annotated[float, Field(ge=0.1, le=60)] = 5.0
    """How often each leg's audio is measured (loss, jitter, MOS)."""
    rtp_timeout_s: Annotated[float, Field(ge=0, le=86400)] = 60.0
    """How long a phone may send neither audio nor reports on it before its leg is ended; 0 is for ever."""
    rtp_hold_timeout_s: Annotated[float, Field(ge=0, le=86400)] = 1800.0
    """The same while one side holds the other."""
    one_way_s: Annotated[float, Field(ge=0, le=86400)] = 10.0
    """How long one side may be silent on the line while the other speaks before one-way audio is told; 0 is never."""
    dead_air_s: Annotated[float, Field(ge=0, le=86400)] = 20.0
    """How long both may be silent before dead air is told; 0 is never."""
    dialer_auto_answer: bool = True
    """Whether an agent's phone is asked to answer by itself when a campaign has a party for her, who must not wait;
    a phone that does not know how, or may not, rings."""
    supervision_tone: bool = False
    """Whether an agent hears two short beeps when a supervisor comes into her call."""
    srtp: SrtpPolicy = SrtpPolicy.OFFER
    """``never``, ``offer`` or ``required``: whether audio is secured (SRTP; keys by RFC 4568, for browsers by DTLS).
    ``offer`` does so for phones on TLS and WebSocket that can, and for all that ask; ``required`` refuses everything
    else with 488."""
    media_sources: MediaSources = MediaSources.NAT
    """``signalled``, ``nat`` or ``any``: whose audio is heard, where it proves nothing. ``signalled`` takes it from the
    host that a phone names, ``nat`` from elsewhere too where a phone seems to be behind NAT, ``any`` always."""
    stir_certificate: Path | None = None
    """The certificate chain (PEM, our own first) with which callers are vouched for on trunks that want it."""
    stir_key: Path | None = None
    """Its private key (PEM, curve P-256)."""
    stir_url: Annotated[str, Field(pattern=r"^https://[^\s<>;\"]+$")] | None = None
    """Where others fetch that chain."""
    stir_anchors: Path | None = None
    """The roots (PEM) that those must lead to who vouch for callers to us."""
    redis_url: str | None = None
    """Where the live state is kept; None starts a private server in the data folder."""
    journal_days: Annotated[int, Field(ge=0, le=36_500)] = 30
    """How many days of the routing journal are kept in the data folder, for ``centrala replay``; 0 keeps none."""
    database_url: str | None = None
    """A SQLAlchemy URL; None is SQLite in the data folder."""
    admin_token: SecretStr | None = None
    """The administrator's API key; None makes one at the first start and shows it once."""
    hep: Annotated[Address, NoDecode, BeforeValidator(parse_address)] | None = None
    """Where a Homer collector takes copies of all SIP messages (HEP version 3 over UDP); None sends none."""
    hep_id: Annotated[int, Field(ge=0, le=2**32 - 1)] = 1
    """The number that the collector knows this node by."""
    hep_password: SecretStr | None = None
    """What the collector wants to hear from its nodes."""
    drain_s: Annotated[float, Field(ge=0, le=86400)] = 30.0
    """How long running calls may go on after SIGTERM."""
    demo: bool = False
    """Whether to fill an empty centre with a living example."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is logged."""
    log_json: bool = False
    """Whether a log line is a JSON object."""

    @property
    def resolved_database_url(self) -> str:
        """Where configuration and call records rest."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data.resolve() / 'centrala.sqlite'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The order in which sources win: flags, environment, file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**flags: Any) -> Settings:
    """Read the settings; a flag that is None was not given. Raises StartError with one line that names the culprit."""
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        raise StartError(_one_line(error)) from error
    except tomllib.TOMLDecodeError as error:
        raise StartError(f"{CONFIG_FILE} is not valid TOML: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"cannot read {CONFIG_FILE}: {error}") from error


def _one_line(error: ValidationError) -> str:
    first, *others = error.errors(include_url=False, include_context=False)
    name = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = "there is no such setting"
    more = f" (and {len(others)} more)" if others else ""
    return f"bad setting {name}: {message}{more}"
