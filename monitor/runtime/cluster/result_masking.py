"""Masks secrets in task results: django-q2 stores the text and traceback of an error, and the admin shows them."""

from typing import Any

from monitor.rules.masking import masked


def mask_result(task: dict[str, Any], **_: Any) -> None:
    """Masks the secrets in a result before the result leaves the worker. Receives django-q2's `post_execute_in_worker`."""
    if isinstance(task.get("result"), str):
        task["result"] = masked(task["result"])
