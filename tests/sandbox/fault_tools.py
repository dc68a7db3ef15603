"""The fault plan of a running sandbox, as users put it in force."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any


class Faults:
    """A sandbox's API of faults."""

    def __init__(self, endpoint_url: str) -> None:
        self.url = f"{endpoint_url}/_sandbox/faults"

    def put(self, *faults: dict[str, Any]) -> dict[str, Any]:
        """Put a plan of these faults in force."""
        return self.ask("PUT", json.dumps({"faults": list(faults)}))

    def told(self) -> list[dict[str, Any]]:
        """The faults in force, each with its counts."""
        return self.ask("GET")["faults"]

    def end(self) -> list[dict[str, Any]]:
        """End the plan; what its faults had done."""
        return self.ask("DELETE")["faults"]

    def struck(self) -> list[int]:
        """How often each fault has struck."""
        return [fault["struck"] for fault in self.told()]

    def ask(self, method: str, text: str = "") -> dict[str, Any]:
        """The answer to a request, whatever its status."""
        request = urllib.request.Request(self.url, data=text.encode() or None, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return {**json.load(error), "status": error.code}
