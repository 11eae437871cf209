"""Commands: `flask --app server.cli …`. Each is a few lines over a service."""

import contextlib
import json
from pathlib import Path

import click
from flask import Flask, current_app
from flask_migrate import upgrade
from sqlalchemy import select

from server.accounts.entry import give_password_once
from server.accounts.models import Staff
from server.accounts.service import plain_login
from server.api import contract
from server.app import create_app as build
from server.config import Config, ConfigRefused
from server.db import transaction
from server.demo import service as demo
from server.jobs import runner
from server.schools.publishing import publish
from server.sync import backup, restore
from server.sync.restore import BackupRefusedError

# Said where a restore could not know what ended since the backup: the store that was replaced was another, or empty.
CHECK = """\
注意：备份里有 {0} 位老师，原来的数据里查不到。备份以后挂失的手机、离校的人、结束的职务、改过的密码，可能又回到了备份那天。
请在学校的“老师”里逐一核对：再次停用丢失的手机，登记离校，结束职务，必要时重置密码；备份以后不再同意记录的家庭，也请再问一次。
CHECK BY HAND: the store before knew nothing of {0} people of this backup. Phones shut out since, people who left, duties that
ended and passwords changed since may be as on the day of the backup: shut out, end and reset them again; ask anew the
families that withdrew their consent since."""


def create_app() -> Flask:
    """Give Flask's command line the application, made from the environment."""
    try:
        app = build(Config.from_env())
    except ConfigRefused as refused:
        raise click.ClickException(str(refused)) from refused
    app.cli.command("prepare")(prepare)
    app.cli.command("demo")(fill_with_demo)
    app.cli.command("check")(check)
    app.cli.command("password")(new_password)
    app.cli.command("publish")(publish_texts)
    app.cli.command("openapi")(openapi)
    app.cli.command("jobs")(do_jobs)
    app.cli.command("backup")(backup_store)
    app.cli.command("restore")(restore_store)
    return app


def prepare() -> None:
    """Make the store ready to serve: its tables as this version has them, demo data where it is asked for and there is none, the texts."""
    upgrade()
    config: Config = current_app.config["JIAFANG"]
    if config.demo and not config.production and demo.is_empty():
        demo.fill(current_app.extensions["jiafang.passwords"])
        click.echo("demo data is in")
    with transaction() as session:
        publish(session)


@click.option("--if-empty", is_flag=True, help="Do nothing, and say nothing, where there is data already.")
def fill_with_demo(*, if_empty: bool) -> None:
    """Fill an empty store with demo data: a centre, two schools, their people and some visits."""
    config: Config = current_app.config["JIAFANG"]
    if config.production:
        raise click.ClickException("Demo accounts have a password that everybody knows: not in production.")
    if not demo.is_empty():
        if if_empty:
            return
        raise click.ClickException("The store is not empty; demo data goes into an empty one only.")
    demo.fill(current_app.extensions["jiafang.passwords"])
    click.echo("demo data is in")


def check() -> None:
    """Say whether the system may serve with these settings and this store; fails where it may not."""
    try:
        demo.refuse_in_production(current_app.config["JIAFANG"])
    except ConfigRefused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo("ok")


@click.argument("login")
def new_password(login: str) -> None:
    """Give somebody a one-time password and sign them out everywhere; the way in for a 校长 who has forgotten theirs."""
    with transaction() as session:
        person = session.scalar(select(Staff.id).where(Staff.login == plain_login(login)))
        if person is None:
            raise click.ClickException("Nobody signs in by this name.")
        password = give_password_once(session, current_app.extensions["jiafang.passwords"], person)
    click.echo(password)


def publish_texts() -> None:
    """Bring the campaign and its cards to every school's phones, where their words have changed."""
    with transaction() as session:
        changed = publish(session)
    click.echo(f"{changed} texts published")


def openapi() -> None:
    """Print the API's contract."""
    click.echo(json.dumps(contract(current_app), ensure_ascii=False, indent=1, sort_keys=True))


def do_jobs() -> None:
    """Do what runs by itself until told to stop; of several such processes one works at a time."""
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl+C reaches every process of `make run`
        runner.run(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  # Flask's own way to the app itself


@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_store(file: Path) -> None:
    """Write the whole store, photos included, to one file; the system may go on working meanwhile."""
    click.echo(_told("saved", backup.save(current_app.extensions["jiafang.photos"], file)))


@click.confirmation_option(prompt="Everything in the store is replaced. Go on?")
@click.option(
    "--erased",
    "lists",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A list of erased families that was kept elsewhere (the newest backup's .erased, or erased.txt).",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore_store(file: Path, lists: tuple[Path, ...]) -> None:
    """Replace the whole store by a backup, or leave it as it is; the phones then send again what the backup lacks."""
    try:
        done = restore.restore(current_app.extensions["jiafang.photos"], file, lists)
    except BackupRefusedError as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(
        f"{_told('restored', done.counts)}; {done.erased_again} families erased again, {done.heard_since} families' newer words kept, "
        f"{done.rights_since} people, duties and phones kept as they were changed since; everybody signs in anew"
    )
    if done.unknown_people:
        click.echo(CHECK.format(done.unknown_people))


def _told(done: str, counts: dict[str, int]) -> str:
    rows = sum(counts.values()) - counts["photos"]
    return f"{done}: {rows} rows, {counts['photos']} photos"
