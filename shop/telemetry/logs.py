"""A log line as one JSON object, for the machines that collect them."""

from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from shop.telemetry import context
from shop.telemetry.secrets import masked

OF_DJANGO = ["request", "server_time"]
"""What Django adds to its own lines: its request names the whole address, secrets of a link among it."""


class Formatter(JsonFormatter):
    """Time (UTC), level, logger and message, what a line says in `extra`, and which request or task it belongs to.

    Secrets are masked, also in what others log: Django names the paths that it did not find, mail servers whom they
    refused.
    """

    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            reserved_attrs=[*RESERVED_ATTRS, *OF_DJANGO],
            timestamp="time",
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        if request_id := context.request_id.get():
            log_data["request_id"] = request_id
        if task_id := context.task_id.get():
            log_data["task_id"] = task_id
        said = {name: masked(value) if isinstance(value, str) else value for name, value in log_data.items()}
        return super().process_log_record(said)
