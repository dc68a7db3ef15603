"""IAM itself."""

from __future__ import annotations

from sandbox.authorization.tables.layout import each

RESOURCES = {
    "iam": {
        **each("CreateRole", "role{Path=/}{RoleName}"),
        **each(
            "GetRole UpdateRole UpdateRoleDescription DeleteRole UpdateAssumeRolePolicy "
            "AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies PutRolePolicy "
            "GetRolePolicy DeleteRolePolicy ListRolePolicies TagRole UntagRole ListRoleTags "
            "ListInstanceProfilesForRole PutRolePermissionsBoundary "
            "DeleteRolePermissionsBoundary",
            "@role",
        ),
        **each("CreateUser", "user{Path=/}{UserName}"),
        **each(
            "GetUser UpdateUser DeleteUser CreateAccessKey ListAccessKeys UpdateAccessKey "
            "DeleteAccessKey AttachUserPolicy DetachUserPolicy ListAttachedUserPolicies "
            "PutUserPolicy GetUserPolicy DeleteUserPolicy ListUserPolicies TagUser UntagUser "
            "ListUserTags ListGroupsForUser",
            "@user",
        ),
        **each("CreatePolicy", "policy{Path=/}{PolicyName}"),
        **each(
            "GetPolicy DeletePolicy CreatePolicyVersion GetPolicyVersion DeletePolicyVersion "
            "ListPolicyVersions SetDefaultPolicyVersion TagPolicy UntagPolicy ListPolicyTags "
            "ListEntitiesForPolicy",
            "{PolicyArn}",
        ),
    },
}
