"""How a test went, for the fixtures that ask once it is over."""

import pytest

OUTCOMES = pytest.StashKey[dict[str, str]]()
