from __future__ import annotations

import pytest

from tests.nt.caller import World, make_world


@pytest.fixture(params=["x86", "x64"])
def world(request: pytest.FixtureRequest) -> World:
    return make_world(request.param)
