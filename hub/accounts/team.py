"""What all that is told to a team asks for: who is in it and how each wants to be told, its groups and its hours."""

from __future__ import annotations

from msgspec import Struct

from hub.accounts.access import grants_of
from hub.accounts.applications import application
from hub.accounts.availability_rules import Availability, availability_of
from hub.accounts.collections import AGENTS, GROUPS
from hub.accounts.events import AccessChanged, AgentRemoved, GroupsChanged
from hub.accounts.grants import CALLS_TAKE, CONVERSATIONS_READ
from hub.accounts.groups import Group, groups_of
from hub.accounts.notice_rules import NoticeRules, rules_of
from hub.accounts.opening import HoursRule, hours_of
from hub.core.hub import Hub
from hub.core.kept import Kept
from storage.engine import INSTALLATION, Scope
from storage.filters import Eq

_MOST = 1000


class Colleague(Struct, frozen=True):
    """An agent, how they want to be told, and whether they take conversations."""

    id: int
    name: str
    email: str
    rules: NoticeRules
    availability: Availability = Availability()
    calls: bool = False
    """Whether they may take calls."""


class TeamFacts(Struct, frozen=True):
    """What is known of an application's team; `delay` are the seconds until an e-mail."""

    name: str
    locale: str
    delay: float
    hours: HoursRule
    agents: dict[int, Colleague]
    groups: dict[int, Group]
    group_hours: dict[int, HoursRule] = {}

    def hours_for(self, group: int | None) -> HoursRule:
        """Return the hours of a group; of no group, and of one without its own, those of the application."""
        return self.hours if group is None else self.group_hours.get(group, self.hours)

    def takes(self, agent: int, group: int | None) -> bool:
        """Tell whether what is for a group is for an agent: for no group, or for one without anybody, it is everybody's."""
        members = self.groups[group].agents if group in self.groups else []
        return not members or agent in members


class Team(Kept[TeamFacts]):
    """The teams that this node was asked for."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "team", _read)
        for event in (AccessChanged, AgentRemoved, GroupsChanged):
            hub.listen(event, lambda fact: self.forget(fact.app))


async def _read(hub: Hub, scope: Scope) -> TeamFacts:
    app = await application(hub, scope.app)
    found = (await hub.store.find(INSTALLATION, AGENTS, Eq("app", scope.app), limit=_MOST)).items
    agents = {}
    for each in found:
        grants = await grants_of(hub, each)
        if CONVERSATIONS_READ in grants:  # nobody is told what they may not read
            rules, availability = rules_of(each), availability_of(each)
            agents[each["id"]] = Colleague(
                each["id"], each["name"], each["email"], rules, availability, CALLS_TAKE in grants
            )
    delay = hub.settings.offline_delay if app.away_delay is None else float(app.away_delay)
    groups = {each.id: each for each in await groups_of(hub, scope.app)}
    own = (await hub.store.find(INSTALLATION, GROUPS, Eq("app", scope.app), limit=_MOST)).items
    group_hours = {each["id"]: hours_of({"on": True, **each["hours"]}) for each in own if each.get("hours")}
    return TeamFacts(app.name, app.locale, delay, hours_of(app.hours), agents, groups, group_hours)
