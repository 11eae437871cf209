"""Commands: `flask --app server.cli …`. Each is a few lines over a service."""

import click
from flask import Flask, current_app

from server.app import create_app as build
from server.config import Config, ConfigRefused
from server.db import transaction
from server.schools.publishing import publish


def create_app() -> Flask:
    """Give Flask's command line the application, made from the environment."""
    try:
        app = build(Config.from_env())
    except ConfigRefused as refused:
        raise click.ClickException(str(refused)) from refused
    app.cli.command("publish")(publish_texts)
    app.cli.command("openapi")(openapi)
    return app


def publish_texts() -> None:
    """Bring the campaign and its cards to every school's phones, where their words have changed."""
    with transaction() as session:
        changed = publish(session)
    click.echo(f"{changed} texts published")


def openapi() -> None:
    """Print the API's contract."""
    client = current_app.test_client()
    click.echo(client.get("/api/v1/openapi.json").get_data(as_text=True).rstrip())
