"""Tests share an application as long as they leave it as it was; the store and its folder are always their own."""

import pytest
from sqlalchemy import delete, func, select

from server.db import reading, whole_store
from server.schools.models import Guardian


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_one_test_leaves_behind_no_other_finds(app, world, config, tmp_path, turn):
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Guardian)) == 40
    assert not (config.data_dir / "left").exists()
    assert "LEFT" not in app.config
    assert "left" not in {*app.extensions, *app.cli.commands}
    with whole_store() as connection:
        connection.execute(delete(Guardian))
    (tmp_path / "left").touch()
    assert (config.data_dir / "left").exists()
    app.config["LEFT"] = app.extensions["left"] = True
    app.cli.command("left")(lambda: None)
