"""The channel of text messages: who wrote by SMS is answered by SMS, from the number that they wrote to.

Texts cost money, so nothing ever goes out as one to somebody whose latest own message in the conversation did not come by SMS,
nor to whom no text can reach, or who wants none. Names of agents are left out, as in any talk by text. Files go as links: a text
carries none, and each link opens that one file alone, for as long as the installation says. No link into the chat is sent: a
phone number proves nobody.
"""

from __future__ import annotations

from msgspec import Struct

from hub.calls.carriers.calling import send_text
from hub.calls.carriers.stored import AccountKept
from hub.calls.texts.fitting import parted
from hub.calls.texts.sent import put_taken, put_wrong, state_of
from hub.calls.texts.stopping import is_stopped
from hub.chat.channels import ChannelAway, Letter, Missed, Unreachable
from hub.chat.links import attachment_of
from hub.core.errors import CarrierDown, CarrierRefused, Forbidden, HubError, InvalidPayload, NotFound
from hub.core.hub import Hub
from storage.engine import Batch, Document, Scope

_MOST = 4
"""Texts that one letter may become. What is longer is refused as a whole, since half of an answer is worse than none."""
_NAME = 60
_WHY = {
    "number_country": "sms_country", "number_premium": "sms_premium", "carrier_money": "sms_money", "carrier_key": "sms_key",
    "number_forbidden": "sms_forbidden", "number_foreign": "sms_number", "phone_texts": "sms_limit",
}  # fmt: skip
"""Why a provider or our own rules say no → the code that the panel has words for."""


class Texts(Struct, frozen=True):
    """What goes out: of which delivery, from which of our numbers (its id), to whom (E.164), and the texts."""

    delivery: int
    number: int
    to: str
    texts: list[str]


class Sms:
    """Reaches whoever wrote by SMS."""

    name = "sms"
    patient = False
    elsewhere = True

    async def works(self, hub: Hub, scope: Scope) -> bool:
        """Tell whether a provider is connected."""
        return await hub.part(AccountKept).of(scope.app) is not None

    async def reaches(self, hub: Hub, scope: Scope, missed: Missed) -> bool:
        """Tell whether the person's latest own message came by SMS, from a number that takes answers and wants them."""
        way = missed.way
        if way is None or way.get("by") != self.name or not way["to"]:
            return False
        return not await is_stopped(hub, scope, way["to"])

    async def write(self, hub: Hub, scope: Scope, missed: Missed, delivery: int) -> Letter:
        """Return the texts: what was said, without the names of those who said it."""
        assert missed.way is not None
        said = "\n".join(_text(hub, scope.app, each) for each in missed.messages).strip()
        content = Texts(delivery, missed.way["number"], missed.way["to"], parted(said))
        name = " ".join(said.split())
        name = name if len(name) <= _NAME else f"{name[:_NAME].rstrip()}…"
        return Letter(f"sms-{scope.app}-{missed.conversation}-{missed.through}", name, content)

    async def send(self, hub: Hub, scope: Scope, letter: Letter) -> None:
        """Send the texts that are not sent yet. Raises Unreachable where one is refused, ChannelAway where it may go later."""
        texts: Texts = letter.content
        if not texts.texts or len(texts.texts) > _MOST:
            raise Unreachable("", "sms_length" if texts.texts else "sms_empty")
        scope = Scope(scope.app)
        for part, text in enumerate(texts.texts):
            sms, wrong = await state_of(hub, scope, texts.delivery, part)
            if sms:
                continue
            key = f"sms-{scope.app}-{texts.delivery}-{part}-{wrong}"
            batch = Batch(scope)
            try:
                sms = await send_text(hub, scope, texts.number, texts.to, text, key)
            except CarrierDown as error:
                raise ChannelAway(0, error.message) from None
            except (CarrierRefused, Forbidden, NotFound, InvalidPayload) as error:
                put_wrong(batch, texts.delivery, part, wrong)
                await hub.commit(batch)
                raise _refused(error) from None
            put_taken(batch, texts.delivery, part, len(texts.texts), sms, wrong)
            await hub.commit(batch)


def _refused(error: HubError) -> Unreachable:
    """Return why a text is not taken, in a code that the panel has words for, with the provider's own words."""
    if isinstance(error, NotFound):
        return Unreachable("", "sms_number")
    why = _WHY.get(str(error.details.get("reason")), "refused")
    return Unreachable(str(error.details.get("said") or ("" if why != "refused" else error.message)), why)


def _text(hub: Hub, app: int, message: Document) -> str:
    base = hub.settings.base_url()
    files = [f"{file['name']}: {base}{attachment_of(hub, app, file).url}" for file in message["attachments"]]
    # A text has no button that answers; what leads somewhere leads there from here too.
    links = [f"{each['label']}: {each['url']}" for each in message.get("buttons") or () if "://" in each["url"]]
    return "\n".join(part for part in (message["text"], *files, *links) if part)
