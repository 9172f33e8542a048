"""What the other tenant calls the verbs of canned answers and macros with, for the matrix of all verbs."""

from __future__ import annotations

from typing import Any

from hub.accounts.grants import OWNER
from hub.chat import canned, canned_csv, drafts, edits, looking, macros, note_edits, running
from hub.core.actor import Actor
from hub.core.hub import Hub


async def writing_of_acme(hub: Hub, actor: Actor) -> dict[str, int]:
    """Make one of everything, by the verbs; return the ids."""
    owner = Actor(actor.kind, actor.id, actor.name, actor.scope, OWNER)
    answer = await canned.create_canned(
        hub, owner, canned.NewCannedAnswer("Acme's secret answer", "secret", whose="all")
    )
    does = macros.MacroDoes(message="Acme's secret")
    macro = await macros.create_macro(hub, owner, macros.NewMacro("Acme's secret macro", does, whose="all"))
    return {"canned": answer.id, "macro": macro.id}


WRITING_INPUTS: dict[str, Any] = {
    "chat.canned.list_canned": None,
    "chat.canned.create_canned": lambda ids: canned.NewCannedAnswer("Globex's own", "Hello"),
    "chat.canned.change_canned": lambda ids: canned.CannedAnswerChange(ids["canned"], "Theirs"),
    "chat.canned.delete_canned": lambda ids: canned.CannedAnswerRef(ids["canned"]),
    "chat.canned.fill_canned": lambda ids: canned.FillAnswer(ids["canned"], ids["conversation"]),
    "chat.canned_csv.export_canned": None,
    "chat.canned_csv.import_canned": lambda ids: canned_csv.CannedTable("title,text\nGlobex's other,Hello\n"),
    "chat.macros.list_macros": None,
    "chat.macros.create_macro": lambda ids: macros.NewMacro("Globex's own", macros.MacroDoes(priority="high")),
    "chat.macros.change_macro": lambda ids: macros.MacroChange(ids["macro"], "Theirs"),
    "chat.macros.delete_macro": lambda ids: macros.MacroRef(ids["macro"]),
    "chat.drafts.list_drafts": None,
    "chat.drafts.keep_draft": lambda ids: drafts.KeepDraft(ids["conversation"], "message", "Theirs", 1),
    "chat.edits.edit_message": lambda ids: edits.EditMessage(ids["conversation"], 1, "Theirs"),
    "chat.edits.delete_message": lambda ids: edits.MessageRef(ids["conversation"], 1),
    "chat.edits.message_history": lambda ids: edits.MessageRef(ids["conversation"], 1),
    "chat.note_edits.edit_note": lambda ids: note_edits.EditNote(ids["conversation"], 1, "Theirs"),
    "chat.note_edits.take_back_note": lambda ids: note_edits.NoteRef(ids["conversation"], 1),
    "chat.note_edits.note_history": lambda ids: note_edits.NoteRef(ids["conversation"], 1),
    "chat.previews.previews.link_previews": lambda ids: edits.MessageRef(ids["conversation"], 1),
    "chat.looking.look_at": lambda ids: looking.LookAt(ids["conversation"], True),
    "chat.running.run_macro": lambda ids: running.RunMacro(ids["macro"], ids["conversation"], "m1"),
}
WRITING_HARMLESS = {"create_canned", "create_macro", "import_canned"}
WRITING_EMPTY = {"list_canned", "list_macros", "export_canned", "list_drafts"}
