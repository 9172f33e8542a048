"""Push messages: to browsers that allow it (Web Push), of agents and of visitors, and to contacts' mobile applications (FCM).

Reading order: `keys` (by which push services know this installation), `devices` (whose browsers take messages), `setting`
(what an application wants, and its Firebase account), `handing` (gives messages to push services and forgets devices that
are gone), `contacts` (the chat's channel to whoever is away), `agents` (what an agent is told), `visitors` (what the widget
calls), `mine` (what an agent calls), `reported` (what a device says it did with a message), `keeping` (what stays of a
contact)."""
