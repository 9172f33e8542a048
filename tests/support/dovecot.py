"""A real IMAP server: Dovecot on a free port in a folder of its own, with mailboxes into which tests put mails."""

from __future__ import annotations

import contextlib
import getpass
import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.support.house import free_port
from tests.support.peers import wait_for_port

PASSWORD = "imap-secret"
_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
auth_mechanisms = plain login
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 100
maildir_very_dirty_syncs = yes
mailbox_idle_check_interval = 2 secs
first_valid_uid = 0
ssl = {ssl}
{certificate}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = {has_tls}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap {{
  process_limit = 200
}}
protocol imap {{
  imap_capability = {capability}
}}
"""


def program() -> str | None:
    """Return where Dovecot is; Debian puts it where only root looks."""
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class Dovecot:
    """The server; `put` delivers as a mail server does. It may be killed and started again."""

    def __init__(self, folder: Path, *, idle: bool = True, certificate: tuple[Path, Path] | None = None) -> None:
        self.folder, self.port, self.tls_port = folder, free_port(), free_port()
        self._idle, self._certificate = idle, certificate
        self._user = "nobody" if os.getuid() == 0 else getpass.getuser()  # it refuses to serve root's mail
        self._process: subprocess.Popen[bytes] | None = None
        self._counter = 0

    def start(self) -> Dovecot:
        """Start and return when it listens."""
        path = program()
        assert path, "Dovecot is missing; `make test` installs it on Debian as root (dovecot-imapd)"
        owner = pwd.getpwnam(self._user)
        capability = "" if self._idle else "IMAP4rev1 UIDPLUS LITERAL+"
        certificate = ""
        for kind, file in zip(("cert", "key"), self._certificate or (), strict=False):
            own = shutil.copy(file, self.folder / f"{kind}.pem")  # where the user that it runs as can read it
            certificate += f"ssl_{kind} = <{own}\n"
        config = self.folder / "dovecot.conf"
        config.write_text(_CONFIG.format(
            folder=self.folder, user=self._user, group=grp.getgrgid(owner.pw_gid).gr_name, uid=owner.pw_uid,
            gid=owner.pw_gid, port=self.port, tls_port=self.tls_port, password=PASSWORD, capability=capability,
            ssl="yes" if certificate else "no", has_tls="yes" if certificate else "no", certificate=certificate,
        ))  # fmt: skip
        for name in ("run", "state", "mail", "home"):
            (self.folder / name).mkdir(exist_ok=True)
        self._own(self.folder)
        with (self.folder / "out.log").open("ab") as output:
            self._process = subprocess.Popen(
                [path, "-F", "-c", str(config)], stdout=output, stderr=output, start_new_session=True,
                user=self._user if os.getuid() == 0 else None,
                group=owner.pw_gid if os.getuid() == 0 else None, extra_groups=[] if os.getuid() == 0 else None,
            )  # fmt: skip
        wait_for_port(self.port, self._process, self.folder / "out.log")
        return self

    def stop(self) -> None:
        """End it, with all connections."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(10)
        self._process = None

    def put(self, user: str, mail: bytes | str, *, at: float | None = None) -> None:
        """Deliver a mail into somebody's mailbox; over IMAP, so whoever waits there is told, and as a file while it is off."""
        data = mail.encode() if isinstance(mail, str) else mail
        self.box(user)
        if self._process is None:
            self.put_file(user, data, at=at)
            return
        with imaplib.IMAP4("127.0.0.1", self.port) as client:
            client.login(user, PASSWORD)
            answer, _ = client.append("INBOX", "", imaplib.Time2Internaldate(at or time.time()), data)
            assert answer == "OK", answer

    def put_file(self, user: str, data: bytes, *, at: float | None = None) -> Path:
        """Deliver a mail as a file: written beside the mailbox and moved in, so it is there at once and whole."""
        box = self.box(user)
        self._counter += 1
        name = f"{int(at or time.time())}.{os.getpid()}_{self._counter:08d}.{socket.gethostname()}"
        file = box / "tmp" / name
        file.write_bytes(data)
        self._own(file)
        if at is not None:
            os.utime(file, (at, at))
        return file.rename(box / "new" / name)

    def box(self, user: str) -> Path:
        """Return somebody's maildir, made where there is none."""
        box = self.folder / "mail" / user
        if not box.exists():
            for each in (box, *(box / name for name in ("cur", "new", "tmp"))):
                each.mkdir()
            self._own(box)
        return box

    def number_anew(self, user: str) -> None:
        """Give the mailbox a new UIDVALIDITY: its index is gone, as after a restore on another server."""
        for each in self.box(user).glob("dovecot*"):
            each.unlink()
        validity = int(time.time()) + 1_000
        file = self.box(user) / "dovecot-uidlist"
        file.write_text(f"3 V{validity} N1 G{'0' * 31}1\n")
        self._own(self.box(user))

    def drop_connections(self) -> None:
        """End what is connected, as a restart of the server or a bad line does; new ones are taken."""
        for line in subprocess.run(
            ["ps", "-eo", "pid=,sid=,comm="], capture_output=True, text=True
        ).stdout.splitlines():
            pid, session, name = line.split(None, 2)
            if self._process and session == str(self._process.pid) and name.strip() == "imap":
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), 9)

    def log(self) -> str:
        """Return what it wrote."""
        file = self.folder / "dovecot.log"
        return file.read_text() if file.exists() else ""

    def _own(self, path: Path) -> None:
        if os.getuid() != 0:
            return
        owner = pwd.getpwnam(self._user)
        for each in [path, *(path.rglob("*") if path.is_dir() else ())]:
            with contextlib.suppress(FileNotFoundError):
                os.chown(each, owner.pw_uid, owner.pw_gid)


@contextlib.contextmanager
def running_dovecot(**options: object) -> Iterator[Dovecot]:
    """Yield a Dovecot in a folder of its own: short, as the names of sockets may be, and open to the user it runs as."""
    folder = Path(tempfile.mkdtemp(prefix="dove"))
    folder.chmod(0o755)
    server = Dovecot(folder, **options)  # type: ignore[arg-type]
    try:
        yield server.start()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
