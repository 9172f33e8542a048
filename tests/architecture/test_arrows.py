"""Arrows point one way: server → doors → areas → core → storage (DESIGN, section 3)."""

from __future__ import annotations

import pytest

from tests.architecture.modules import modules

FOREIGN_COLLECTIONS = {
    (
        "hub.chat.conversations",
        "hub.people.collections",
        "CONTACTS",
    ): "shows contacts beside conversations, in one read",
    ("hub.chat.places", "hub.people.collections", "BROWSERS"): "a conversation belongs to the browser that began it",
}
"""Where an area reads what another area keeps, and why that beats a verb. Nothing here may write."""

DOORS_THAT_READ = {
    "hub.doors.live.delivery": "reads a gap in a stream from the store before it shows what came behind it",
    "hub.doors.live.missed": "the same: what other nodes said and this one did not hear",
    "hub.doors.live.wire": "the contact of a conversation whose state is shown",
}
"""Doors that read a collection themselves; everything else they do through verbs."""

OWNERS = {
    "os.environ": {"server", "hub.doors.cli.commands", "media.__main__"},
    "os.getenv": set(),
    "datetime.now": set(),
    "datetime.utcnow": set(),
    "time.time": set(),
    "time.time_ns": {"hub.core.clock", "media.clock"},
    "random": {"hub.core.jobs"},
    "uuid": set(),
    "create_task": {"hub.core.hub"},
    "ensure_future": {
        "hub.doors.web.phone_stream",
        "media.__main__",
        "media.legs.browser",
        "media.legs.stream",
        "media.webrtc.transport",
        "media.worker",
    },
    "wait_for": set(),  # of Python 3.11 it may lose a cancellation: `asyncio.timeout` does not
}
"""What makes code hard to test or to end, and the only files that may use it. The live engine and the storage engines stand below
the core and own their loops, so tasks and monotonic time are theirs; the wall clock is not. A media worker is a process of its own,
with its own loop: each of its tasks is kept and ended by the file that is named here."""


def find(condition) -> list[str]:
    return sorted(
        f"{module.name} imports {name}"
        for module in modules().values()
        for name in module.imports
        if condition(module, name)
    )


def test_the_walk_sees_the_code():
    found = modules()
    assert len(found) > 60 and {"server", "hub.chat.messages", "storage.sqlite", "hub.doors.live.engine.engine"} <= set(
        found
    )
    assert "hub.core.hub" in found["hub.chat.messages"].imports
    assert "hub.doors.live.engine.frames" in found["hub.doors.live.engine.engine"].imports


def test_nobody_imports_the_server():
    assert find(lambda module, name: name == "server" or name.startswith("server.")) == []


def test_only_the_server_imports_doors():
    allowed = ("server", "hub.doors")
    assert find(lambda module, name: name.startswith("hub.doors") and not module.within(*allowed)) == []


def test_areas_are_imported_by_doors_areas_the_server_and_the_tables_of_reactions_and_migrations():
    areas = {module.area for module in modules().values() if module.area}

    def wrong(module, name):
        parts = name.split(".")
        is_area = len(parts) > 1 and parts[0] == "hub" and parts[1] in areas
        return is_area and not (module.area or module.within("server", "hub.doors", "hub.subscribers", "hub.upgrades"))

    assert find(wrong) == []


def test_the_core_imports_nothing_but_storage():
    def wrong(module, name):
        return module.within("hub.core") and name.startswith("hub.") and not name.startswith("hub.core")

    assert find(wrong) == []


@pytest.mark.parametrize("package", ["storage", "mobile_push", "media", "hub.doors.live.engine"])
def test_what_stands_alone_imports_nothing_of_ours(package):
    def wrong(module, name):
        return (
            module.within(package)
            and name.split(".")[0] in ("hub", "server", "storage", "mobile_push", "media")
            and not name.startswith(package)
        )

    assert find(wrong) == []


def test_areas_depend_on_each_other_without_circles():
    arrows = {}
    for module in modules().values():
        if module.area:
            targets = {modules()[name].area for name in module.imports if name in modules()}
            arrows.setdefault(module.area, set()).update(targets - {None, module.area})
    while arrows:
        free = {area for area, targets in arrows.items() if not targets & set(arrows)}
        assert free, f"areas import each other in a circle: {arrows}"
        arrows = {area: targets for area, targets in arrows.items() if area not in free}


CLIENT = {
    "hub.core.fetch": "the one outgoing HTTP client; of aiohttp it knows the client, and nothing of its server",
    "hub.calls.media.control": "how media workers of our own are spoken with, at addresses that no tenant names",
}


@pytest.mark.parametrize("framework", ["aiohttp", "socketio", "engineio", "click"])
def test_frameworks_stay_in_the_doors(framework):
    def wrong(module, name):
        is_client = module.name in CLIENT and framework == "aiohttp" and name != "aiohttp.web"
        return name.split(".")[0] == framework and not module.within("hub.doors", "server", "media") and not is_client

    assert find(wrong) == []
    assert [name for module in CLIENT for source, name in modules()[module].names if name == "web"] == []


@pytest.mark.parametrize("driver", ["apsw", "sqlite3", "pymongo", "bson", "redis"])
def test_drivers_stay_in_storage(driver):
    assert find(lambda module, name: name.split(".")[0] == driver and not module.within("storage")) == []


def test_areas_reach_what_other_areas_keep_through_verbs():
    found = set()
    for module in modules().values():
        for source, name in module.names:
            owner = modules().get(source)
            if module.area and owner and owner.area and source.endswith(".collections") and owner.area != module.area:
                found.add((module.name, source, name))
    for (module, source, name), reason in FOREIGN_COLLECTIONS.items():
        print(f"{module} reads {source}.{name}: {reason}")
    assert found == set(FOREIGN_COLLECTIONS), (
        "a new exception needs a reason, and one that is gone has to leave the list"
    )


def test_areas_never_write_what_another_area_keeps():
    import ast

    for module, source, name in FOREIGN_COLLECTIONS:
        for node in ast.walk(modules()[module].tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("patch", "insert", "delete", "append")
            ):
                arguments = [argument.id for argument in node.args if isinstance(argument, ast.Name)]
                assert name not in arguments, f"{module} writes {source}.{name}"


def test_doors_reach_what_is_kept_through_verbs():
    found = {module.name for module in modules().values() if module.within("hub.doors")
             for source, _ in module.names if source.endswith(".collections")}  # fmt: skip
    for module, reason in DOORS_THAT_READ.items():
        print(f"{module}: {reason}")
    assert found <= set(DOORS_THAT_READ)
    assert not [
        module.name
        for module in modules().values()
        if module.within("hub.doors") and ("storage.engine", "Batch") in module.names
    ]


def test_what_belongs_to_the_installation_is_reached_from_core_and_accounts_only():
    who = [module for module in modules().values() if ("storage.engine", "INSTALLATION") in module.names]
    found = [
        module.name for module in who if not module.within("hub.core", "hub.accounts", "hub.support", "storage")
    ]  # its operator reads reports of all
    assert found == []
    accounts = [module.name for module in modules().values()
                if "hub.accounts.collections" in module.imports and not module.within("hub.accounts", "server")]  # fmt: skip
    core = [module.name for module in modules().values()
            if "hub.core.collections" in module.imports and not module.within("hub.core", "server")]  # fmt: skip
    assert accounts == [] and core == []


@pytest.mark.parametrize("name", OWNERS)
def test_time_chance_tasks_and_the_environment_belong_to_few_files(name):
    found = set()
    for module in modules().values():
        if module.within("hub.doors.live.engine", "storage") and name in ("create_task", "random"):
            continue
        mentioned = module.uses | {f"{source}.{what}" for source, what in module.names} | set(module.imports)
        if any(
            use == name or use.endswith(f".{name}") or (name in ("random", "uuid") and use.startswith(f"{name}."))
            for use in mentioned
        ):
            found.add(module.name)
    assert found <= OWNERS[name], f"{name} is used by {sorted(found - OWNERS[name])}"


def test_the_path_of_a_message_in_the_packages_docstring_exists():
    import re

    import hub
    from tests.architecture.modules import ROOT

    named = re.findall(r"\b((?:hub|storage|widget)/[\w/]+\.(?:py|tsx?))", hub.__doc__)
    assert len(named) >= 6 and [path for path in named if not (ROOT / path).exists()] == []
