"""What policies say together: the cases of AWS's documents, with no server.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import pytest

from sandbox.authorization.evaluation import Policies, denial
from sandbox.authorization.statements import Request
from sandbox.errors import AwsError
from sandbox.identity import ANONYMOUS, Principal

ACCOUNT = "123456789012"
ANN = Principal("user", f"arn:aws:iam::{ACCOUNT}:user/ann", "ann", ACCOUNT, user_id="AIDAANN")
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/reader"
SESSION = Principal(
    "role",
    f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/me",
    "reader",
    ACCOUNT,
    ROLE_ARN,
    "me",
    user_id="AROAREADER:me",
)
OBJECT = "arn:aws:s3:::lake/home/ann/a.txt"
IDENTITY = "because no identity-based policy allows the s3:GetObject action"


def policy(*statements, version="2012-10-17"):
    return {"Version": version, "Statement": list(statements)}


def allow(action="s3:GetObject", resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action="s3:GetObject", resource="*", **more):
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def of_resource(effect, principal, **more):
    return {"Effect": effect, "Principal": principal, "Action": "s3:*", "Resource": "*", **more}


def asked(caller=ANN, action="s3:GetObject", resource=OBJECT, service="", **context):
    keys = {
        "aws:username": [caller.name],
        "aws:userid": [caller.user_id],
        **{name.replace("__", ":"): value for name, value in context.items()},
    }
    folded = {key.lower(): value for key, value in keys.items()}
    return Request(caller, action, resource, lambda key: folded.get(key.lower()), service)


def said(*identity, caller=ANN, request=None, **others):
    policies = Policies(identity=[policy(*identity)], **others)
    return denial(policies, request or asked(caller))


def holds(condition, **context):
    return said(allow(Condition=condition), request=asked(**context)) is None


def test_nothing_is_allowed_by_default():
    assert said() == IDENTITY


def test_an_allow_opens_and_a_deny_wins():
    assert said(allow()) is None
    assert said(allow(), deny()) == "with an explicit deny in an identity-based policy"


@pytest.mark.parametrize(
    ("action", "wanted"),
    [
        ("s3:*", True),
        ("S3:getobject", True),
        ("s3:Get?bject", True),
        ("*", True),
        ("s3:GetObjectAcl", False),
        ("s3:Put*", False),
        ("s3:Get[A-Z]bject", False),
    ],
)
def test_actions_have_wildcards_and_no_case(action, wanted):
    assert (said(allow(action)) is None) == wanted


@pytest.mark.parametrize(
    ("resource", "wanted"),
    [
        ("arn:aws:s3:::lake/*", True),
        ("arn:aws:s3:::lake/home/ann/?.txt", True),
        ("arn:aws:s3:::LAKE/*", False),
        ("arn:aws:s3:::lake", False),
        ("arn:aws:s3:::lake/home/${aws:username}/*", True),
        ("arn:aws:s3:::lake/home/${aws:PrincipalTag/team}/*", False),
        ("arn:aws:s3:::lake/home/${aws:PrincipalTag/team, 'ann'}/*", True),
        ("arn:aws:s3:::lake/home/${*}/*", False),
    ],
)
def test_resources_have_wildcards_and_variables(resource, wanted):
    assert (said(allow(resource=resource)) is None) == wanted


def test_an_old_version_knows_no_variables():
    old = policy(allow(resource="arn:aws:s3:::lake/home/${aws:username}/*"), version="2008-10-17")
    assert denial(Policies(identity=[old]), asked()) == IDENTITY


def test_a_wildcard_in_a_variables_value_is_a_character():
    star = Principal("user", f"arn:aws:iam::{ACCOUNT}:user/x", "*", ACCOUNT)
    statement = allow(resource="arn:aws:s3:::lake/home/${aws:username}/*")
    assert said(statement, request=asked(star)) == IDENTITY


def test_not_action_and_not_resource():
    everything_else = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    assert said(everything_else) is None
    assert said(everything_else, request=asked(action="iam:GetRole")) is not None
    elsewhere = {"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::lake/raw/*"}
    assert said(elsewhere) is None
    assert said(elsewhere, request=asked(resource="arn:aws:s3:::lake/raw/x")) is not None


def test_a_boundary_limits_and_grants_nothing():
    assert said(allow(), boundary=policy(allow("s3:*"))) is None
    assert said(boundary=policy(allow("s3:*"))) == IDENTITY
    outside = said(allow(), boundary=policy(allow("ec2:*")))
    assert outside == "because no permissions boundary allows the s3:GetObject action"
    denied = said(allow(), boundary=policy(allow("*"), deny()))
    assert denied == "with an explicit deny in a permissions boundary"


def test_a_session_policy_limits_too():
    limited = said(allow(), caller=SESSION, session=[policy(allow("s3:PutObject"))])
    assert limited == "because no session policy allows the s3:GetObject action"
    assert said(allow(), caller=SESSION, session=[policy(allow())]) is None


def test_a_resources_policy_allows_whom_it_names():
    for named in ("*", {"AWS": "*"}, {"AWS": [ANN.arn]}):
        assert said(resource=policy(of_resource("Allow", named))) is None
    other = policy(of_resource("Allow", {"AWS": f"arn:aws:iam::{ACCOUNT}:user/eve"}))
    assert said(resource=other) == IDENTITY


def test_a_resources_policy_that_names_the_account_leaves_it_to_iam():
    for named in (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"):
        account = policy(of_resource("Allow", {"AWS": named}))
        assert said(resource=account) == IDENTITY
        assert said(allow(), resource=account) is None
        denied = said(allow(), resource=policy(of_resource("Deny", {"AWS": named})))
        assert denied == "with an explicit deny in a resource-based policy"


def test_a_resources_policy_passes_limits_of_users_and_sessions_not_those_of_roles():
    boundary = policy(allow("ec2:*"))
    assert said(resource=policy(of_resource("Allow", {"AWS": ANN.arn})), boundary=boundary) is None
    session = policy(of_resource("Allow", {"AWS": SESSION.arn}))
    assert said(caller=SESSION, resource=session, boundary=boundary) is None
    role = policy(of_resource("Allow", {"AWS": ROLE_ARN}))
    assert "permissions boundary" in said(caller=SESSION, resource=role, boundary=boundary)


def test_a_key_opens_nothing_that_its_own_policy_does_not():
    assert "no resource-based policy" in said(allow(), resource=policy(), resource_rules=True)


def test_nobody_reads_what_is_open_to_everybody_alone():
    request = asked(ANONYMOUS)
    assert denial(Policies(), request) is not None
    assert denial(Policies(resource=policy(of_resource("Allow", "*"))), request) is None
    account = policy(of_resource("Allow", {"AWS": ACCOUNT}))
    assert denial(Policies(resource=account), request) is not None


def test_not_principal_spares_whom_it_names():
    spared = {"Effect": "Deny", "NotPrincipal": {"AWS": ANN.arn}, "Action": "*", "Resource": "*"}
    assert said(allow(), resource=policy(spared)) is None
    assert "explicit deny" in said(allow(), caller=SESSION, resource=policy(spared))


def test_a_service_is_named_as_a_service():
    trust = policy(
        {
            "Effect": "Allow",
            "Principal": {"Service": ["dms.amazonaws.com"]},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        }
    )
    policies = Policies(resource=trust, resource_rules=True)
    for service, account, admitted in (
        ("dms.amazonaws.com", ACCOUNT, True),
        ("dms.amazonaws.com", "999999999999", False),
        ("glue.amazonaws.com", ACCOUNT, False),
    ):
        caller = Principal("service", service, service, ACCOUNT)
        request = asked(caller, "sts:AssumeRole", ROLE_ARN, service, aws__SourceAccount=[account])
        assert (denial(policies, request) is None) == admitted


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "expected"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a*", "abc", False),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringEqualsIgnoreCase", "A", "a", True),
        ("StringLike", "raw/*", "raw/orders/", True),
        ("StringLike", "raw/[a]*", "raw/a", False),
        ("StringNotLike", "raw/*", "raw/x", False),
        ("ArnLike", "arn:aws:iam::*:role/r*", ROLE_ARN, True),
        ("ArnEquals", "arn:*", ROLE_ARN, False),
        ("ArnNotEquals", ROLE_ARN, ROLE_ARN, False),
        ("Bool", "true", "True", True),
        ("Bool", True, "true", True),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericGreaterThan", "10", "ten", False),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", True),
        ("DateLessThan", "2026-01-01T00:00:00Z", "1790000000", False),
        ("IpAddress", "127.0.0.0/8", "127.0.0.1", True),
        ("NotIpAddress", "127.0.0.0/8", "127.0.0.1", False),
    ],
)
def test_operators(operator, wanted, value, expected):
    assert holds({operator: {"k:key": wanted}}, k__key=[value]) == expected


def test_a_key_that_is_absent():
    assert not holds({"StringEquals": {"k:key": "a"}})
    assert holds({"StringNotEquals": {"k:key": "a"}})
    assert holds({"StringEqualsIfExists": {"k:key": "a"}})
    assert not holds({"StringEqualsIfExists": {"k:key": "a"}}, k__key=["b"])
    assert holds({"Null": {"k:key": "true"}})
    assert not holds({"Null": {"k:key": "false"}})
    assert holds({"Null": {"k:key": "false"}}, k__key=["b"])


def test_all_operators_and_keys_must_hold():
    both = {"StringEquals": {"k:one": "1", "k:two": "2"}, "Bool": {"k:three": "true"}}
    assert holds(both, k__one=["1"], k__two=["2"], k__three=["true"])
    assert not holds(both, k__one=["1"], k__two=["2"], k__three=["false"])
    assert not holds(both, k__one=["1"], k__two=["x"], k__three=["true"])


def test_keys_of_many_values():
    every = {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}
    some = {"ForAnyValue:StringEquals": {"aws:TagKeys": ["a", "b"]}}
    assert holds(every, aws__TagKeys=["a"])
    assert not holds(every, aws__TagKeys=["a", "c"])
    assert holds(every)
    assert holds(some, aws__TagKeys=["c", "b"])
    assert not holds(some, aws__TagKeys=["c"])
    assert not holds(some)
    none = {"ForAllValues:StringNotEquals": {"aws:TagKeys": ["a", "b"]}}
    assert holds(none, aws__TagKeys=["c"])
    assert not holds(none, aws__TagKeys=["c", "a"])


def test_a_condition_compares_with_a_variable():
    own = {"StringEquals": {"redshift-data:statement-owner-iam-userid": "${aws:userid}"}}
    key = "redshift-data__statement-owner-iam-userid"
    assert holds(own, caller=SESSION, **{key: ["AROAREADER:me"]})
    assert not holds(own, caller=SESSION, **{key: ["AROAREADER:other"]})
    assert not holds({"StringEquals": {"k:key": "${aws:nothing}"}}, k__key=["${aws:nothing}"])


def test_an_unknown_operator_is_not_guessed():
    with pytest.raises(AwsError, match="StringResembles"):
        holds({"StringResembles": {"k:key": "a"}}, k__key=["a"])
