"""The register as the tests see it: the real divisions and the fictional ones of the samples."""

from pathlib import Path

import pytest

from gongkai_build.register.agencies import Register, load_register

SAMPLES = Path(__file__).parents[2] / "samples" / "register"


@pytest.fixture(scope="session")
def register() -> Register:
    return load_register(SAMPLES)
