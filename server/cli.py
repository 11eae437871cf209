"""Commands: `flask --app server.cli …`."""
