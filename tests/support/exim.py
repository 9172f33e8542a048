"""Exim, a mail server of Debian, as a process of its own: it wants STARTTLS and a password, and delivers to a Maildir."""

from __future__ import annotations

import contextlib
import datetime
import email
import email.policy
import getpass
import ipaddress
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.support.house import free_port
from tests.support.peers import wait_for_port

USER, PASSWORD = "hub@acme.example", "pass phrase"

_CONFIG = """
primary_hostname = mail.acme.example
exim_user = {user}
exim_group = {group}
never_users =
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = {folder}/server.pem
tls_privatekey = {folder}/server.key
tls_on_connect_ports = {tls}
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
acl_smtp_rcpt = recipients
acl_smtp_dkim = accept
smtp_accept_max_per_connection = {most}
deliver_drop_privilege = true
qualify_domain = acme.example
begin acl
recipients:
  deny !authenticated = *
       message = relaying needs a password
  deny local_parts = nobody
       message = no such user
  defer local_parts = later
       message = come back later
  accept
begin routers
all:
  driver = accept
  transport = box
begin transports
box:
  driver = appendfile
  directory = {folder}/box
  maildir_format
  create_directory
  user = {user}
  group = {group}
begin retry
* * F,2h,1m
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{name}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
"""


def program() -> str | None:
    """Return where it is, if it is installed."""
    return shutil.which("exim4", path=f"{os.environ['PATH']}:/usr/sbin")


class Exim:
    """A running one. `authority` is the file with the certificate of who vouches for it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.authority = folder / "ca.pem"

    @property
    def raw(self) -> list[bytes]:
        """What it has delivered, in the order of arrival."""
        box = self.folder / "box" / "new"
        files = sorted(box.iterdir(), key=lambda file: file.stat().st_mtime_ns) if box.exists() else []
        return [file.read_bytes().replace(b"\n", b"\r\n") for file in files]

    @property
    def mails(self) -> list[Any]:
        """The same, read."""
        return [email.message_from_bytes(each, policy=email.policy.default) for each in self.raw]


@contextlib.contextmanager
def running_exim(*, tls: bool = False, most: int = 1_000) -> Iterator[Exim]:
    """Yield one that listens on a free port, with TLS from the first byte or STARTTLS."""
    found = program()
    assert found
    folder = Path(tempfile.mkdtemp(prefix="exim-"))
    user = getpass.getuser() if os.getuid() else "mail"
    try:
        exim = Exim(folder, free_port())
        _certificates(folder)
        for name in ("spool", "log"):
            (folder / name).mkdir()
        config = folder / "exim.conf"
        config.write_text(_CONFIG.format(
            folder=folder, port=exim.port, user=user, group=user, tls=exim.port if tls else "", most=most, name=USER,
            password=PASSWORD,
        ))  # fmt: skip
        if not os.getuid():
            for each in (folder, *folder.rglob("*")):
                shutil.chown(each, user, user)
        shutil.chown(config, os.getuid())
        log = folder / "output"
        with log.open("wb") as output:
            process = subprocess.Popen([found, "-bdf", "-q1m", "-C", str(config)], stdout=output, stderr=output)
        try:
            wait_for_port(exim.port, process, log)
            yield exim
        finally:
            process.terminate()
            process.wait(10)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _certificates(folder: Path) -> None:
    """Make an authority and a certificate of `127.0.0.1` that it vouches for."""
    now = datetime.datetime.now(datetime.UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("Tests", "mail.acme.example")]

    def certificate(which: int, *more: tuple[x509.ExtensionType, bool]) -> bytes:
        built = x509.CertificateBuilder().subject_name(names[which]).issuer_name(names[0])
        built = built.public_key(keys[which].public_key()).serial_number(x509.random_serial_number())
        built = built.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(
            now + datetime.timedelta(days=9)
        )
        for extension, critical in more:
            built = built.add_extension(extension, critical)
        return built.sign(keys[0], hashes.SHA256()).public_bytes(Encoding.PEM)

    signs = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    (folder / "ca.pem").write_bytes(certificate(0, (x509.BasicConstraints(True, None), True), (signs, True)))
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    (folder / "server.pem").write_bytes(certificate(1, (alternative, False)))
    (folder / "server.key").write_bytes(keys[1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
