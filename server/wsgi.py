"""What gunicorn loads: `server.wsgi:app`. A start that would not be safe in production fails here."""

from server.app import create_app
from server.config import Config
from server.demo.service import refuse_in_production

config = Config.from_env()
app = create_app(config)
with app.app_context():
    refuse_in_production(config)
