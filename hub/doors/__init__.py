"""The only code that knows aiohttp.web, socketio and engineio. A door finds out who asks, calls a verb and answers."""
