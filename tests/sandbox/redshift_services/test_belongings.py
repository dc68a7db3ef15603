"""What hangs on namespaces and workgroups: tags, usage limits, snapshots."""

from __future__ import annotations

from tests.sandbox.redshift_services.tools import complete, make, refused, remove, until


def test_tags_are_added_replaced_and_removed(redshift, warehouse):
    arn = warehouse["workgroupArn"]
    redshift.tag_resource(
        resourceArn=arn, tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "1"}]
    )
    redshift.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "2"}])
    redshift.untag_resource(resourceArn=arn, tagKeys=["b", "never there"])
    assert redshift.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "a", "value": "2"}]
    many = [{"key": f"k{number}", "value": ""} for number in range(50)]
    with refused("TooManyTagsException"):
        redshift.tag_resource(resourceArn=arn, tags=many)
    with refused("ResourceNotFoundException"):
        redshift.list_tags_for_resource(resourceArn=arn + "x")


def test_a_usage_limit_lives_with_its_workgroup(redshift, fresh):
    arn = make(redshift, fresh)["workgroupArn"]
    wanted = {"resourceArn": arn, "usageType": "serverless-compute", "period": "daily"}
    made = redshift.create_usage_limit(**wanted, amount=40, breachAction="deactivate")
    limit = made["usageLimit"]["usageLimitId"]
    with refused("ConflictException"):
        redshift.create_usage_limit(**wanted, amount=50, breachAction="deactivate")
    with refused("ValidationException", "amount"):
        redshift.update_usage_limit(usageLimitId=limit, amount=0)
    redshift.update_usage_limit(usageLimitId=limit, amount=60)
    (listed,) = redshift.list_usage_limits(resourceArn=arn)["usageLimits"]
    assert (listed["amount"], listed["breachAction"]) == (60, "deactivate")
    with refused("InvalidPaginationException"):
        redshift.list_usage_limits(nextToken="made up token")
    remove(redshift, fresh)
    with refused("ResourceNotFoundException"):
        redshift.get_usage_limit(usageLimitId=limit)


def test_a_limit_needs_a_workgroup(redshift):
    with refused("ResourceNotFoundException"):
        redshift.create_usage_limit(
            resourceArn="arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/none",
            usageType="serverless-compute",
            amount=1,
        )


def test_a_snapshot_needs_a_workgroup(redshift, warehouse, fresh):
    redshift.create_namespace(namespaceName=fresh)
    with refused("ValidationException", "workgroup"):
        redshift.create_snapshot(namespaceName=fresh, snapshotName="early")
    redshift.create_snapshot(namespaceName="shared", snapshotName="mine", retentionPeriod=3)
    with refused("ConflictException"):
        redshift.create_snapshot(namespaceName="shared", snapshotName="mine")
    assert until(lambda: complete(redshift, "mine"))["snapshotRemainingDays"] == 3
    redshift.delete_snapshot(snapshotName="mine")


def test_what_is_not_served_says_so(redshift):
    with refused("NotImplemented"):
        redshift.restore_from_snapshot(
            namespaceName="shared", workgroupName="shared", snapshotName="mine"
        )
