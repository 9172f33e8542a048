"""The REST door. `routes` is the table; `public` answers as User.com does, `account` serves the panel."""
