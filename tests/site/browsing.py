"""What a reader does in a browser."""

from playwright.sync_api import Locator


def follow(locator: Locator) -> None:
    """Click on a link or button, and wait for the page to which it leads: a click alone may return while the one before is still shown."""
    with locator.page.expect_navigation():
        locator.click()
