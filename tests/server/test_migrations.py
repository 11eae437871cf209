"""From empty to head and back, on both databases; head is what the models say."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from server.app import create_app
from server.db import Model, db


def test_from_empty_to_head_and_back(config):
    app = create_app(config)
    with app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            differences = compare_metadata(MigrationContext.configure(connection), Model.metadata)
        assert differences == []
        downgrade(revision="base")
        assert inspect(db.engine).get_table_names() == ["alembic_version"]
        upgrade()
        assert set(inspect(db.engine).get_table_names()) == {*Model.metadata.tables, "alembic_version"}
        db.engine.dispose()
