"""Firebase Cloud Messaging: data messages to applications on phones, in the name of one service account.

firebase-admin speaks with Firebase. It is loaded when first needed (half a second, 50 MB), and by a thread. What has to be
set behind its back stands in `_opened` alone: where Firebase is, that waiting and trying again is the caller's matter,
and that a token is never fetched on the event loop, which it would block.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from mobile_push.outcomes import Busy, Gone, Outcome, Refused, Taken
from mobile_push.web_push import seconds_in

GOOGLE = "https://fcm.googleapis.com/"
TOKENS = frozenset({"https://oauth2.googleapis.com/token", "https://accounts.google.com/o/oauth2/token"})
"""Where Google hands out tokens for service accounts."""
AT_ONCE = 50
"""Requests under way together: more of them cost httpx more than they gain."""
Kind = Literal["token", "fid"]
_FIELDS = ("type", "project_id", "private_key_id", "private_key", "client_email", "client_id", "token_uri")
_TIME = 10
_QUOTA = 60.0
"""Seconds to wait where Firebase says that it was too much, and not for how long: what its guide asks for."""
_FID = re.compile(r"[cdef][A-Za-z0-9_-]{21}")
_LONGEST = 300
_numbers = itertools.count(1)


class DataMessage(Struct, frozen=True):
    """A message to one installation of an application. Of those with one `collapse` key only the last one waits."""

    to: str
    kind: Kind
    data: dict[str, str]
    collapse: str
    seconds: int


def kind_of(key: str) -> Kind:
    """Tell a registration token from the id of a Firebase installation, which replaces it."""
    return "fid" if _FID.fullmatch(key) else "token"


def installation_of(key: str) -> str:
    """Return the id of the installation: a token begins with it."""
    return key.partition(":")[0]


def checked_account(given: Mapping[str, Any], *, tokens: str = "") -> dict[str, str]:
    """Return what is needed of a service account's JSON. Raises ValueError, in words for whoever uploaded it.

    Its `token_uri` is asked by this server, so it has to be Google's, or to begin with `tokens`.
    """
    if given.get("type") != "service_account":
        raise ValueError("This is not the key file of a service account: its `type` is not `service_account`.")
    missing = [
        name for name in ("project_id", "private_key", "client_email", "token_uri") if not _is_text(given.get(name))
    ]
    if missing:
        raise ValueError(f"The key file lacks `{missing[0]}`.")
    account = {name: str(given[name]) for name in _FIELDS if _is_text(given.get(name))}
    if not re.fullmatch(r"[a-z0-9:.-]{4,64}", account["project_id"]):
        raise ValueError("The key file's `project_id` is none.")
    uri = account["token_uri"]
    if uri not in TOKENS and not (tokens and uri.startswith(tokens)):
        raise ValueError("The key file's `token_uri` is not Google's.")
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        load_pem_private_key(account["private_key"].encode(), password=None)
    except (ValueError, TypeError):
        raise ValueError("The key file's `private_key` can't be read.") from None
    return account


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


class Fcm:
    """Sends in the name of one service account; `url` is where Firebase is, `now` gives seconds since 1970."""

    def __init__(self, account: Mapping[str, str], now: Callable[[], float], url: str = GOOGLE) -> None:
        self._account, self._now, self._url = dict(account), now, url.rstrip("/")
        self._app: Any = None
        self._credential: Any = None
        self._opening = asyncio.Lock()

    async def send(self, messages: Sequence[DataMessage]) -> list[Outcome]:
        """Hand messages over, any number of them; return what became of each."""
        from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError

        await self._ready()
        try:
            await self._signed_in()
        except TransportError as error:
            return [Busy(_short(error))] * len(messages)
        except (RefreshError, GoogleAuthError, ValueError) as error:
            busy = bool(getattr(error, "retryable", False))
            return [Busy(_short(error)) if busy else Refused(_short(error))] * len(messages)
        outcomes: list[Outcome] = []
        for begin in range(0, len(messages), AT_ONCE):
            outcomes += await self._send(messages[begin : begin + AT_ONCE])
        return outcomes

    async def close(self) -> None:
        """Let go of the connections."""
        if self._app is not None:
            import firebase_admin

            app, self._app = self._app, None
            service = _service(app)
            await service._async_client.aclose()
            # It runs an event loop of its own, which must not be within ours.
            await asyncio.to_thread(firebase_admin.delete_app, app)

    async def _ready(self) -> None:
        async with self._opening:
            if self._app is None:
                self._app, self._credential = await asyncio.to_thread(_opened, self._account, self._url)

    async def _signed_in(self) -> None:
        """Fetch a token where there is none that holds, by a thread: the library would do it on the event loop."""
        async with self._opening:
            if not self._credential.valid:
                await asyncio.to_thread(self._credential.refresh, _asking())

    async def _send(self, messages: Sequence[DataMessage]) -> list[Outcome]:
        from firebase_admin import exceptions, messaging

        try:
            made = [_message(each) for each in messages]
            answer = await messaging.send_each_async(made, dry_run=False, app=self._app)
        except (exceptions.FirebaseError, ValueError) as error:
            return [Refused(_short(error)) if isinstance(error, ValueError) else Busy(_short(error))] * len(messages)
        return [self._outcome(each) for each in answer.responses]

    def _outcome(self, response: Any) -> Outcome:
        from firebase_admin import exceptions, messaging

        error = response.exception
        if error is None:
            return Taken(response.message_id or "")
        said = _short(error)
        if isinstance(error, messaging.UnregisteredError):
            return Gone(said)
        if isinstance(error, exceptions.UnauthenticatedError):
            self._credential.token = None  # the next try fetches another
            return Busy(said)
        headers = getattr(error.http_response, "headers", None) or {}
        wait = seconds_in(headers.get("retry-after", ""), self._now())
        if isinstance(error, messaging.QuotaExceededError | exceptions.ResourceExhaustedError):
            return Busy(said, _QUOTA if wait is None else wait)
        passing = (
            exceptions.UnavailableError, exceptions.InternalError, exceptions.DeadlineExceededError,
            exceptions.UnknownError, exceptions.AbortedError,
        )  # fmt: skip
        return Busy(said, wait) if isinstance(error, passing) else Refused(said)


def _opened(account: dict[str, str], url: str) -> tuple[Any, Any]:
    """Return the library's app and the credential of a service account."""
    import firebase_admin
    from firebase_admin import _http_client, _retry, credentials

    certificate = credentials.Certificate(account)
    app = firebase_admin.initialize_app(certificate, name=f"switchboard-{next(_numbers)}")
    service = _service(app)
    service._fcm_url = f"{url}/v1/projects/{account['project_id']}/messages:send"
    once = _retry.HttpxRetry(max_retries=0)
    credential = certificate.get_credential()
    service._async_client = _http_client.HttpxAsyncClient(retry_config=once, timeout=_TIME)
    service._async_client.async_client.auth = lambda request: _signed(request, credential)
    return app, credential


def _signed(request: Any, credential: Any) -> Any:
    """Return a request with the token. The library's own way makes a client for tokens with each request."""
    request.headers["Authorization"] = f"Bearer {credential.token}"
    return request


def _service(app: Any) -> Any:
    from firebase_admin import messaging

    return messaging._get_messaging_service(app)


def _asking() -> Any:
    """Return what fetches a token, with a time that a person would wait."""
    from google.auth.transport.requests import Request

    request = Request()
    return lambda *given, **more: request(*given, **(more | {"timeout": _TIME}))


def _message(message: DataMessage) -> Any:
    from firebase_admin import messaging

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # `token` is what the phones that are out there have
        return messaging.Message(
            data=message.data, **{message.kind: message.to},
            android=messaging.AndroidConfig(collapse_key=message.collapse, priority="high", ttl=message.seconds),
            apns=messaging.APNSConfig(
                headers={"apns-collapse-id": message.collapse[:64], "apns-priority": "5"},
                payload=messaging.APNSPayload(messaging.Aps(content_available=True)),
            ),
        )  # fmt: skip


def _short(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:_LONGEST]
