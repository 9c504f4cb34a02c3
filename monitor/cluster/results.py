"""What is kept of a task's end: django-q2 stores the text and the traceback of what went wrong, for the admin to read."""

from typing import Any

from monitor.masking import masked


def mask_result(task: dict[str, Any], **_: Any) -> None:
    """Takes secrets out of a result before it leaves the worker. Receives django-q2's `post_execute_in_worker`."""
    if isinstance(task.get("result"), str):
        task["result"] = masked(task["result"])
