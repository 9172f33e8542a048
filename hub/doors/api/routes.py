"""Every REST call, one line each; the ones without a key or token stand apart, on purpose."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from msgspec import Struct

from hub.accounts import agents
from hub.accounts.sign_in import SignedIn, SignIn
from hub.doors.api import account, public, shapes

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Route(Struct, frozen=True):
    """A row of the table, with what the documentation needs to know. Paths serve with and without the final slash."""

    method: str
    path: str
    handler: Handler
    summary: str
    body: Any = None
    answer: Any = None
    status: int = 200
    query: dict[str, str] = {}
    key: bool = True


PUBLIC = [
    Route("GET",  "/api/public/conversations/", public.list_conversations, "List conversations", None,
          shapes.ConversationPage, query={"status": "`true` gives only open ones", "cursor": "from `next`"}),
    Route("GET",  "/api/public/conversations/{id}/", public.get_conversation, "Get a conversation with its messages",
          None, shapes.ConversationEnvelope),
    Route("GET",  "/api/public/users/{user_id}/conversations/", public.list_user_conversations,
          "List a user's conversations", None, shapes.ConversationPage,
          query={"status": "`true` gives only open ones", "cursor": "from `next`"}),
    Route("POST", "/api/public/users/{user_id}/conversations/", public.create_conversation,
          "Begin a conversation with a user", shapes.CreateConversation, shapes.ConversationItem, 201),
    Route("GET",  "/api/public/users-by-id/{custom_id}/conversations/", public.list_user_conversations,
          "List a user's conversations, by your id", None, shapes.ConversationPage,
          query={"status": "`true` gives only open ones", "cursor": "from `next`"}),
    Route("POST", "/api/public/users-by-id/{custom_id}/conversations/", public.create_conversation,
          "Begin a conversation with a user, by your id", shapes.CreateConversation, shapes.ConversationItem, 201),
    Route("POST", "/api/public/message/", public.create_message, "Send a message as an agent", shapes.CreateMessage,
          shapes.MessageItem, 201),
    Route("POST", "/api/public/message/send_message_as_user/", public.create_message_as_user,
          "Send a message as a user", shapes.CreateMessageAsUser, shapes.MessageItem, 201),
]  # fmt: skip

OPEN = [
    Route("POST", "/api/app/sign-in", account.sign_in, "Sign an agent in", SignIn, SignedIn, key=False),
    Route("POST", "/api/app/sign-out", account.sign_out, "End the session of the bearer token", status=204, key=False),
    Route("GET",  "/api/app/agents", account.list_agents, "List the agents, for an owner's bearer token", None,
          agents.TeamAgents, key=False),
    Route("DELETE", "/api/app/agents/{id}", account.remove_agent, "Remove an agent, for an owner's bearer token",
          status=204, key=False),
]  # fmt: skip

ROUTES = PUBLIC + OPEN


def add_routes(app: web.Application) -> None:
    """Serve the table; whoever may GET may also ask for the HEAD alone."""
    for route in ROUTES:
        path = route.path.rstrip("/") + "{slash:/?}"
        for method in ("GET", "HEAD") if route.method == "GET" else (route.method,):
            app.router.add_route(method, path, route.handler)
