"""The API as it describes itself: whatever a caller makes of the description, the server never breaks."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

ADDRESSES = [
    ("/api/v1/sync", "POST", 150),
    ("/api/v1/session", "POST", 40),
    ("/api/v1/devices", "POST", 40),
    ("/api/v1/pledge", "PUT", 20),
    ("/api/v1/photos/{sha256}", "PUT", 40),
    ("/api/v1/photos/{sha256}", "PATCH", 40),
    ("/api/v1/photos/{sha256}", "GET", 40),
    ("/api/v1/photos/{sha256}", "HEAD", 20),
]
CALM = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much)


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("path", "method", "examples"), ADDRESSES)
def test_no_call_breaks_the_server(app, world, path, method, examples):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operation = schema[path][method]

    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=CALM,
        phases=(Phase.generate,),
    )
    @given(st.data())
    def calls(data):
        case = data.draw(operation.as_strategy())
        response = case.call(headers=world.headers("t101"))
        assert response.status_code < 500, response.text

    calls()
