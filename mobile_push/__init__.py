"""Push messages to phones and browsers, without knowing whose: `web_push` (browsers, by their push service) and `fcm`
(applications, by Firebase). Both answer with what became of a message (`outcomes`). Imports nothing of the hub."""
