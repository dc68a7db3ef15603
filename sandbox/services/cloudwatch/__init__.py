"""Amazon CloudWatch is moto's, but that alarms watch their metrics and act.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

from __future__ import annotations

from sandbox.services.cloudwatch import operations

__all__ = ["operations"]
