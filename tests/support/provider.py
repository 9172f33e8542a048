"""An OpenID Connect provider that runs beside the hub, counts what it is asked, and can be made to lie."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import flask
import jwt
from oidc_provider_mock import _server, app

Sign = Callable[..., str]
"""Sign claims as the provider does; other `headers`, another `key` or `algorithm` make it a forgery."""
Lie = Callable[[dict[str, Any], Sign], str]


class Provider:
    """The address of a provider; `asked` counts requests by path, `lie` turns what it says of somebody into something else."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: Counter[str] = Counter()
        self.lie: Lie | None = None

    def _answered(self, response: flask.Response) -> flask.Response:
        self.asked[flask.request.path] += 1
        if self.lie is None or flask.request.path != "/oauth2/token" or response.status_code != 200:
            return response
        key = jwt.PyJWK(flask.g.oidc_provider_mock_storage.jwk.as_dict(is_private=True))
        told = json.loads(response.get_data())
        headers = jwt.get_unverified_header(told["id_token"])
        claims = jwt.decode(told["id_token"], options={"verify_signature": False})

        def sign(claims: dict[str, Any], key: Any = key.key, algorithm: str = "RS256", **more: Any) -> str:
            return jwt.encode(claims, key, algorithm=algorithm, headers={**headers, "alg": algorithm, **more})

        response.set_data(json.dumps(told | {"id_token": self.lie(claims, sign)}))
        return response


@contextlib.contextmanager
def open_provider() -> Iterator[Provider]:
    """Run a provider in a thread, on a port of its own."""
    provider, serving = Provider(), app()
    serving.after_request(provider._answered)
    with _server._threaded_server(app=serving) as server:
        provider.url = f"http://localhost:{server.server_port}"
        yield provider
