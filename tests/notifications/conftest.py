"""The story that the tests of messages tell."""

import pytest

from tests.notifications.story import Story


@pytest.fixture
def story(db: None) -> Story:
    return Story()
