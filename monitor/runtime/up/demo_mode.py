"""`up` without a GitHub: restarts with the settings of the demo, and subscribes the first admin to its repositories."""

import logging
import os
import sys
import threading

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import Error, connections

from monitor.accounts import sign_in_links
from monitor.actions import subscriptions
from monitor.github.client import GitHubError
from monitor.operations import demo_data
from monitor.queries import RepositoryNotFound
from monitor.runtime.supervisor.listening import free_port

logger = logging.getLogger(__name__)

# A demo in which nothing moves for a minute is no demo.
_POLLING_SECONDS = "10"


def is_wanted(asked: bool) -> bool:
    """Whether `up` has to restart with the settings of the demo."""
    return not settings.DEMO and (asked or not (settings.GITHUB_TOKEN or settings.GITHUB_APP_ID))


def restart_in_demo_mode() -> None:
    """Restarts this command with the settings of the demo, in the same process; does not return."""
    sys.stdout.flush()
    again = [sys.executable, *sys.orig_argv[1:]]
    os.execve(sys.executable, again, {**os.environ, **environment(free_port())})  # noqa: S606 - this very command


def environment(port: int) -> dict[str, str]:
    """The settings of the demo, and no others about GitHub: an empty value also hides the one in `.env`."""
    emptied = ("GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY", "GITHUB_OAUTH_CLIENT_ID", "GITHUB_OAUTH_CLIENT_SECRET")
    hidden = {name: "" for part in (*emptied, "GITHUB_TOKEN", "GITHUB_API_URL") for name in (part, f"{part}_FILE")}
    return {
        "POLLING_INTERVAL_SECONDS": os.environ.get("POLLING_INTERVAL_SECONDS") or _POLLING_SECONDS,
        **hidden,
        "PRMONITOR_DEMO": "true",
        "GITHUB_API_URL": f"http://127.0.0.1:{port}",
        "GITHUB_TOKEN": "demo",
    }


def refusal() -> str:
    """Why a database with real repositories is not used for a demo, and what to do."""
    return (
        "GITHUB_TOKEN is empty, but the database holds real repositories, which a demo would mix up:"
        f" set it again, or give the demo a folder of its own: DATA_DIR={settings.DATA_DIR / 'demo'}"
    )


def subscribe_all(watches: list[demo_data.Watch], stopping: threading.Event) -> None:
    """Subscribes the first admin to every repository of the demo, and everybody else to what they had, once it answers."""
    # Half the time and memory of a start, which only a demo needs.
    from monitor.demo import demo_world

    names = sorted(home.name_with_owner for home in demo_world().repositories.values())
    waiting = demo_data.watches_for(names, sign_in_links.first_admin().pk, watches)
    connections.close_all()
    while waiting and not stopping.wait(0.25):
        try:
            waiting = [watch for watch in waiting if not _subscribed(watch)]
        except GitHubError as error:
            logger.debug("the demo GitHub does not answer yet: %s", error)
        except Error as error:
            logger.warning("the demo's subscriptions wait: %s", error)
        finally:
            connections.close_all()


def _subscribed(watch: demo_data.Watch) -> bool:
    user = get_user_model().objects.filter(pk=watch.user_id).first()
    if user is not None:
        try:
            subscriptions.subscribe(user, watch.full_name, watch.filters)
        except RepositoryNotFound:
            logger.info("the demo has no %s any more", watch.full_name)
    return True
