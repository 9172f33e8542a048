"""Every call of the public API about the CRM, one line each."""

from __future__ import annotations

from types import ModuleType

from hub.doors.api.usercom.crm import activities, deals, notes, pipelines, product_events, products, stage_changes
from hub.doors.api.usercom.rows import Handler, Row


def _things(base: str, many: str, one: str, of: ModuleType) -> list[Row]:
    """What there is for deals, activities and products alike: each by our id and by the client's own."""
    rows: list[Row] = [
        ("POST", f"/{base}/", of.create, f"Make {one}", 201),
        ("GET", f"/{base}/", of.list_all, f"List {many}", 200),
        ("GET", f"/{base}/search/", of.search, f"Find {many}", 200),
        ("GET", f"/{base}-by-id/search/", of.search, f"Find {one} by the client's own id", 200),
    ]
    for path in (f"/{base}/{{id}}/", f"/{base}-by-id/{{custom_id}}/"):
        rows += [
            ("GET", path, of.get, f"Get {one}", 200),
            ("PUT", path, of.update, f"Change {one}", 200),
            ("PATCH", path, of.update, f"Change {one}", 200),
            ("DELETE", path, of.delete, f"Delete {one}", 204),
        ]
    return rows


def _words(base: str, many: str, one: str, handlers: tuple[Handler, Handler, Handler, Handler, Handler]) -> list[Row]:
    """What there is for the short lists that deals and activities are sorted by."""
    list_all, create, get, change, delete = handlers
    path = f"/{base}/{{id}}/"
    return [
        ("GET", f"/{base}/", list_all, f"List {many}", 200),
        ("POST", f"/{base}/", create, f"Make {one}", 201),
        ("GET", path, get, f"Get {one}", 200),
        ("PUT", path, change, f"Change {one}", 200),
        ("PATCH", path, change, f"Change {one}", 200),
        ("DELETE", path, delete, f"Delete {one}", 204),
    ]


def _notes(base: str, whose: str) -> list[Row]:
    path = f"{base}/notes/{{note}}/"
    return [
        ("GET", f"{base}/notes/", notes.list_of, f"List the notes about {whose}", 200),
        ("POST", f"{base}/notes/", notes.create, f"Write a note about {whose}", 201),
        ("GET", path, notes.get, f"Get a note about {whose}", 200),
        ("PUT", path, notes.update, f"Change a note about {whose}", 200),
        ("PATCH", path, notes.update, f"Change a note about {whose}", 200),
        ("DELETE", path, notes.delete, f"Delete a note about {whose}", 204),
    ]


_PIPELINES = (
    pipelines.list_pipelines, pipelines.create_pipeline, pipelines.get_pipeline, pipelines.change_pipeline,
    pipelines.delete_pipeline,
)  # fmt: skip
_STAGES = (
    pipelines.list_stages, pipelines.create_stage, pipelines.get_stage, pipelines.change_stage, pipelines.delete_stage,
)  # fmt: skip
_REASONS = (
    pipelines.list_loss_reasons, pipelines.create_loss_reason, pipelines.get_loss_reason, pipelines.change_loss_reason,
    pipelines.delete_loss_reason,
)  # fmt: skip
_TYPES = (
    pipelines.list_types, pipelines.create_type, pipelines.get_type, pipelines.change_type, pipelines.delete_type,
)  # fmt: skip

CRM_ROWS: list[Row] = [
    ("POST", "/deals/update_or_create/", deals.update_or_create, "Change a deal or make it", 200),
    *_things("deals", "deals", "a deal", deals),
    ("GET", "/deals/{id}/stage-changes/", stage_changes.list_all, "List the stages that a deal was in", 200),
    (
        "GET",
        "/deals-by-id/{custom_id}/stage-changes/",
        stage_changes.list_all,
        "List the stages that a deal was in",
        200,
    ),
    *_words("pipelines", "pipelines", "a pipeline", _PIPELINES),
    *_words("stages", "stages", "a stage", _STAGES),
    *_words("deal-loss-reasons", "reasons why deals are lost", "a reason why deals are lost", _REASONS),
    *_things("activities", "activities", "an activity", activities),
    *_words("activity-types", "types of activities", "a type of activities", _TYPES),
    ("POST", "/products/update_or_create/", products.update_or_create, "Change a product or make it", 200),
    *_things("products", "products", "a product", products),
    ("GET", "/products/{id}/details/", products.get, "Get a product", 200),
    ("GET", "/products-by-id/{custom_id}/details/", products.get, "Get a product", 200),
    ("POST", "/products/{id}/product_event/", products.create_event, "Keep what a user did with a product", 201),
    (
        "POST",
        "/products-by-id/{custom_id}/product_event/",
        products.create_event,
        "Keep what a user did with a product",
        201,
    ),
    ("GET", "/users/{user_id}/product_events/", product_events.list_of, "List what a user did with products", 200),
    (
        "GET",
        "/users-by-id/{custom_id}/product_events/",
        product_events.list_of,
        "List what a user did with products",
        200,
    ),
    *_notes("/users/{user_id}", "a user"),
    *_notes("/users-by-id/{custom_id}", "a user"),
    *_notes("/companies/{id}", "a company"),
    *_notes("/companies-by-id/{custom_id}", "a company"),
    *_notes("/deals/{id}", "a deal"),
    *_notes("/deals-by-id/{custom_id}", "a deal"),
]
