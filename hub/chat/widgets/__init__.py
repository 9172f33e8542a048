"""How the chat looks, where it shows and what it asks first: one or several widgets of an application."""
