"""One flat list of settings: `smtp_url` is `--smtp-url`, `HUB_SMTP_URL` and `smtp_url` in TOML.

Command line before environment before file before default. A secret may also stand in a file: HUB_X_FILE.
server.py reads them once; nothing else looks at the environment.
"""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

Port = Annotated[int, Meta(ge=0, le=65535)]
Positive = Annotated[int, Meta(ge=1)]
Seconds = Annotated[float, Meta(ge=0, le=86_400)]
Rate = Annotated[float, Meta(ge=0, le=1_000_000)]
Burst = Annotated[int, Meta(ge=1, le=10_000_000)]
Most = Annotated[int, Meta(ge=0)]
Lease = Annotated[float, Meta(ge=1, le=3_600)]
Farewell = Annotated[float, Meta(ge=0, le=10)]
"""Two of these leave time for the rest of a stop, which ends within 30 seconds."""
Heartbeat = Annotated[float, Meta(ge=0.05, le=3_600)]


class SettingsError(Exception):
    """A setting is unknown or wrong; the one sentence says which, and what it takes."""


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Every setting with its default. `describe()` tells the reason of each."""

    host: Annotated[str, Meta(description="Address to listen on; 0.0.0.0 for all.")] = "127.0.0.1"
    port: Annotated[Port, Meta(description="TCP port to listen on; 0 takes a free one.")] = 8080
    data: Annotated[str, Meta(description="Folder of the embedded store, attachments and secrets.")] = "./data"
    workers: Annotated[
        Annotated[int, Meta(ge=1, le=64)],
        Meta(description="Processes that serve the port; more than one need MongoDB and Redis."),
    ] = 1
    public_url: Annotated[
        str,
        Meta(
            pattern=r"^(https?://[^/\s]+\S*)?$",
            description="Address under which browsers reach this server, if a proxy stands before it.",
        ),
    ] = ""
    trusted_proxies: Annotated[
        str, Meta(description="Addresses whose X-Forwarded-For is believed, separated by commas.")
    ] = ""
    demo: Annotated[bool, Meta(description="Make a demo application if there is none, and serve /demo/.")] = False
    mongo_url: Annotated[
        str,
        Meta(
            pattern=r"^(mongodb(\+srv)?://\S+)?$",
            description="MongoDB (replica set) instead of the embedded store, for many nodes.",
        ),
    ] = ""
    redis_url: Annotated[
        str, Meta(pattern=r"^((rediss?|unix)://\S+)?$", description="Redis that carries events between nodes.")
    ] = ""
    log_format: Annotated[str, Meta(pattern="^(text|json)$", description="text for people, json for collectors.")] = (
        "text"
    )
    log_level: Annotated[
        str, Meta(pattern="^(debug|info|warning|error)$", description="Least level that is logged.")
    ] = "info"
    metrics_token: Annotated[str, Meta(description="Token that opens /metrics from other machines than this one.")] = ""
    geo_file: Annotated[
        str,
        Meta(description="MaxMind DB file (.mmdb) that tells the city of an address; without it the country alone."),
    ] = ""
    fetch_allow: Annotated[
        str,
        Meta(
            description="Hosts and networks beside the public internet that outgoing requests may reach, separated by commas."
        ),
    ] = ""
    fullcontact_url: Annotated[
        str,
        Meta(pattern=r"^https?://[^/\s]+\S*$", description="Where FullContact, which enriches contacts, is asked."),
    ] = "https://api.fullcontact.com/v3/"
    twilio_url: Annotated[
        str,
        Meta(
            pattern=r"^https?://[^/\s]+\S*$", description="Where Twilio, which connects to the phone network, is asked."
        ),
    ] = "https://api.twilio.com"
    twilio_prices_url: Annotated[
        str, Meta(pattern=r"^https?://[^/\s]+\S*$", description="Where Twilio is asked what a phone number costs.")
    ] = "https://pricing.twilio.com"
    telnyx_url: Annotated[
        str,
        Meta(
            pattern=r"^https?://[^/\s]+\S*$", description="Where Telnyx, which connects to the phone network, is asked."
        ),
    ] = "https://api.telnyx.com/v2"
    fcm_url: Annotated[
        str,
        Meta(
            pattern=r"^https?://[^/\s]+\S*$", description="Where Firebase takes push messages to mobile applications."
        ),
    ] = "https://fcm.googleapis.com/"
    frame_limit: Annotated[Positive, Meta(description="Largest frame a socket may send, in bytes.")] = 65_536
    text_limit: Annotated[Positive, Meta(description="Longest message, in bytes of UTF-8.")] = 16_384
    attachment_limit: Annotated[
        Positive, Meta(description="Largest attachment, in bytes; an application may set less.")
    ] = 20_971_520
    import_limit: Annotated[Positive, Meta(description="Largest file of contacts that can be imported, in bytes.")] = (
        536_870_912
    )
    resume_limit: Annotated[
        Positive, Meta(description="Messages a client may be behind before it is told to reload.")
    ] = 500
    edit_minutes: Annotated[
        Positive, Meta(description="Minutes for which an agent can change or delete a message of their own.")
    ] = 15
    contact_edit_minutes: Annotated[Positive, Meta(description="The same for a contact.")] = 5
    link_hours: Annotated[Positive, Meta(description="Hours for which a signed link to an attachment works.")] = 168
    session_days: Annotated[Positive, Meta(description="Days after which an agent has to sign in again.")] = 30
    deletion_days: Annotated[
        float,
        Meta(
            ge=0,
            le=365,
            description="Days between the order to delete an application and its end; until then it can be kept.",
        ),
    ] = 7.0
    ping_interval: Annotated[Heartbeat, Meta(description="Seconds between heartbeats to a socket.")] = 15.0
    ping_timeout: Annotated[Heartbeat, Meta(description="Seconds without an answer until a socket counts as gone.")] = (
        8.0
    )
    presence_grace: Annotated[
        Seconds, Meta(description="Seconds a person may be away (a reload) before others see it.")
    ] = 5.0
    presence_lease: Annotated[
        Lease,
        Meta(description="Seconds within which the people of a node that died are gone, unless they came to another."),
    ] = 30.0
    sign_in_tries: Annotated[
        Positive, Meta(description="Failed sign-ins per address and minute before it has to wait.")
    ] = 10
    form_tries: Annotated[
        Positive, Meta(description="Forms that may be submitted in a minute from one address, and by one contact.")
    ] = 20
    smtp_url: Annotated[
        str,
        Meta(
            pattern=r"^(smtps?://\S+)?$",
            description="Mail server that takes what is sent, smtp://user:password@host:587 (?starttls=1) or smtps://.",
        ),
    ] = ""
    mail_from: Annotated[str, Meta(description="Sender of mail: hello@shop.example, or Shop <hello@shop.example>.")] = (
        ""
    )
    dkim_key: Annotated[
        str,
        Meta(
            pattern=r"^(\s*-----BEGIN [\s\S]+)?$",
            description="Private key, as PEM, that mails from HUB_MAIL_FROM are signed with (DKIM: RSA or Ed25519).",
        ),
    ] = ""
    dkim_selector: Annotated[
        str,
        Meta(pattern=r"^[A-Za-z0-9.-]{1,63}$", description="Name of that key in DNS: <selector>._domainkey.<domain>."),
    ] = "hub"
    dns_server: Annotated[
        str,
        Meta(description="Name server that is asked about SPF, DKIM and DMARC, host or host:port; else the system's."),
    ] = ""
    stun_urls: Annotated[
        str, Meta(description="STUN servers for calls, separated by commas, as stun:turn.example.com:3478.")
    ] = ""
    turn_urls: Annotated[
        str,
        Meta(description="TURN servers for calls, separated by commas, as turns:turn.example.com:443?transport=tcp."),
    ] = ""
    turn_secret: Annotated[
        str, Meta(description="The secret that the TURN servers know too (coturn: static-auth-secret).")
    ] = ""
    media_workers: Annotated[
        int,
        Meta(ge=0, le=64, description="Most media worker processes of a node, for calls that are recorded or bridged."),
    ] = 1
    media_legs: Annotated[Positive, Meta(description="Most devices and phones that one media worker connects.")] = 30
    media_cpu: Annotated[
        float, Meta(gt=0, description="Percent of a core above which a media worker takes no more calls.")
    ] = 70.0
    media_lag: Annotated[
        float, Meta(gt=0, description="Milliseconds of lateness above which a media worker takes no more calls.")
    ] = 10.0
    media_host: Annotated[
        str, Meta(description="Address of this node at which the other nodes reach its media workers.")
    ] = "127.0.0.1"
    media_address: Annotated[
        str,
        Meta(description="Addresses at which media workers take sound, separated by commas; else all but loopback."),
    ] = ""
    media_ports: Annotated[
        str, Meta(pattern=r"^(\d{2,5}-\d{2,5})?$", description="UDP ports for sound, as 40000-40999; else any.")
    ] = ""
    offline_delay: Annotated[
        float,
        Meta(
            ge=0,
            le=86_400,
            description="Seconds after which a message that nobody read in the chat is sent as an e-mail.",
        ),
    ] = 60.0
    rate_socket: Annotated[
        Rate,
        Meta(
            description="Commands per second of one visitor's socket, an agent's may send five times as many; 0 for no limit."
        ),
    ] = 10.0
    burst_socket: Annotated[Burst, Meta(description="Commands that such a socket may send at once.")] = 100
    rate_contact: Annotated[
        Rate,
        Meta(
            description="Commands per second of one contact over all its sockets, five times as many of an agent; 0 for no limit."
        ),
    ] = 20.0
    burst_contact: Annotated[Burst, Meta(description="Commands that such a contact may send at once.")] = 200
    rate_address: Annotated[
        Rate, Meta(description="Commands per second from one address (of IPv6 a /64); 0 for no limit.")
    ] = 500.0
    burst_address: Annotated[Burst, Meta(description="Commands that may come from an address at once.")] = 5_000
    rate_application: Annotated[
        Rate,
        Meta(
            description="Commands per second of an application's visitors, and as many of its agents; 0 for no limit."
        ),
    ] = 3_000.0
    burst_application: Annotated[Burst, Meta(description="Commands that they may send at once.")] = 30_000
    rate_key: Annotated[
        Rate, Meta(description="REST calls per second under one API key, on each node; 0 for no limit.")
    ] = 100.0
    burst_key: Annotated[Burst, Meta(description="REST calls that may come at once under a key.")] = 100
    rate_connections: Annotated[
        Rate, Meta(description="New sockets per second from one address (of IPv6 a /64); 0 for no limit.")
    ] = 50.0
    burst_connections: Annotated[Burst, Meta(description="New sockets that may come from an address at once.")] = 1_000
    max_sockets_address: Annotated[Most, Meta(description="Open sockets from one address; 0 for no limit.")] = 2_000
    max_sockets_contact: Annotated[Most, Meta(description="Open sockets of one contact; 0 for no limit.")] = 50
    max_sockets_agent: Annotated[Most, Meta(description="Open sockets of one agent; 0 for no limit.")] = 50
    max_sockets_application: Annotated[
        Most, Meta(description="Open sockets of one application's visitors; 0 for no limit.")
    ] = 50_000
    drain_delay: Annotated[
        Farewell,
        Meta(
            description="Seconds a node that is told to stop goes on, so that a load balancer notices; none without Redis."
        ),
    ] = 5.0
    drain_seconds: Annotated[Farewell, Meta(description="Seconds to move clients away before the process stops.")] = 2.0

    def __post_init__(self) -> None:
        for proxy in self.trusted_proxies.split(","):
            if proxy.strip():
                ipaddress.ip_network(proxy.strip(), strict=False)

    @property
    def folder(self) -> Path:
        """The data folder."""
        return Path(self.data)

    def base_url(self, port: int | None = None) -> str:
        """Return the address that people use, without a slash at the end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::", "::1") else self.host  # noqa: S104
        return f"http://{host}:{port or self.port}"


def describe() -> list[tuple[str, Any, str]]:
    """Return (name, default, reason) of each setting, for --help and the documentation."""
    rows = []
    for info in msgspec.inspect.type_info(Settings).fields:  # type: ignore[attr-defined]
        extra: Any = info.type
        reason = (getattr(extra, "extra_json_schema", None) or {}).get("description", "")
        rows.append((info.name, info.default, reason))
    return rows


def load(arguments: Mapping[str, Any], environment: Mapping[str, str], file: str | None = None) -> Settings:
    """Return the settings from their four places. Raises SettingsError with one sentence where a value is wrong."""
    names = {name for name, _, _ in describe()}
    found: dict[str, tuple[Any, str]] = {}
    file = file or environment.get("HUB_CONFIG")
    if file:
        for name, value in _read_toml(file).items():
            if name not in names:
                raise SettingsError(f"{file}: there is no setting called {name!r}.")
            found[name] = (value, f"{name} in {file}")
    for name in names:
        variable = f"HUB_{name.upper()}"
        if variable in environment:
            found[name] = (environment[variable], variable)
        elif f"{variable}_FILE" in environment:
            found[name] = (_read_secret(environment[f"{variable}_FILE"]), f"{variable}_FILE")
        if arguments.get(name) is not None:
            found[name] = (arguments[name], f"--{name.replace('_', '-')}")
    values = {}
    for name, (value, place) in found.items():
        try:
            msgspec.convert({name: value}, Settings, strict=False)
        except msgspec.ValidationError as error:
            raise SettingsError(_wrong(name, value, place, str(error))) from None
        values[name] = value
    return msgspec.convert(values, Settings, strict=False)


_SECRETS = ("mongo_url", "redis_url", "smtp_url", "metrics_token", "dkim_key", "turn_secret")
"""Settings that may hold a password: their value is never shown."""

_FORMS = {
    "public_url": "an address like https://chat.example",
    "mongo_url": "an address like mongodb://host:27017/switchboard",
    "redis_url": "an address like redis://host:6379/0",
    "fullcontact_url": "an address like https://api.fullcontact.com/v3/",
    "twilio_url": "an address like https://api.twilio.com",
    "twilio_prices_url": "an address like https://pricing.twilio.com",
    "telnyx_url": "an address like https://api.telnyx.com/v2",
    "fcm_url": "an address like https://fcm.googleapis.com/",
    "smtp_url": "an address like smtp://user:password@mail.example:587?starttls=1",
    "dkim_key": "a private key as PEM, which begins with -----BEGIN; HUB_DKIM_KEY_FILE names its file",
    "dkim_selector": "a name like hub2026",
    "media_ports": "a range of ports like 40000-40999",
    "log_format": "text or json",
    "log_level": "debug, info, warning or error",
}
"""What a setting with a pattern looks like."""


def _wrong(name: str, value: Any, place: str, error: str) -> str:
    what = f"{place} is not usable" if name in _SECRETS else f"{place} is {value!r}"
    if "regex" in error:  # the pattern itself helps nobody
        return f"{what}; it takes {_FORMS[name]}."
    return f"{what}: {error.split(' - ')[0].lower()}."


def _read_toml(file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(file).read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"The settings file {file} can't be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {file} is not valid TOML: {error}.") from None


def _read_secret(file: str) -> str:
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The secret file {file} can't be read: {error}.") from None
