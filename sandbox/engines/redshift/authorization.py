"""The IAM role that a COPY or UNLOAD names.

https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-authorization.html
"""

from __future__ import annotations

from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Reader

DEFAULT = "default"
_CREDENTIALS = "aws_iam_role="


def read_iam_role(reader: Reader, command: str) -> str:
    """The role that comes next: "default" or an ARN; "" when something else comes.

    Raises RedshiftError for access keys, which this sandbox does not take.
    """
    if reader.take("IAM_ROLE"):
        return DEFAULT if reader.take("DEFAULT") else _arn(reader.string())
    if reader.choose("CREDENTIALS", "WITH"):
        reader.take("CREDENTIALS")
        reader.take("AS")
        text = reader.string()
        if text.startswith(_CREDENTIALS):
            return _arn(text.removeprefix(_CREDENTIALS))
    elif not reader.choose("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        return ""
    raise RedshiftError(f"{command} with access keys is not supported: use IAM_ROLE", "0A000")


def _arn(text: str) -> str:
    if text.lower() == DEFAULT:
        return DEFAULT
    if not text.startswith("arn:"):
        raise RedshiftError(f"Invalid credentials. IAM role {text!r} is not an ARN", "XX000")
    return text
