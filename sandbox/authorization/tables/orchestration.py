"""Step Functions and EventBridge Scheduler."""

from __future__ import annotations

from sandbox.authorization.tables.layout import each

_SCHEDULE = "schedule/{GroupName=default}/{Name}"

RESOURCES = {
    "stepfunctions": {
        **each("CreateStateMachine", "stateMachine:{name}"),
        **each(
            "DescribeStateMachine UpdateStateMachine DeleteStateMachine StartExecution "
            "StartSyncExecution ListStateMachineVersions PublishStateMachineVersion "
            "ListStateMachineAliases",
            "{stateMachineArn}",
        ),
        **each("ListExecutions", "?{stateMachineArn}", "?{mapRunArn}"),
        **each(
            "DescribeExecution GetExecutionHistory StopExecution RedriveExecution ListMapRuns "
            "DescribeStateMachineForExecution",
            "{executionArn}",
        ),
        **each("CreateActivity", "activity:{name}"),
        **each("DescribeActivity DeleteActivity GetActivityTask", "{activityArn}"),
        **each("DescribeMapRun UpdateMapRun", "{mapRunArn}"),
        **each("TagResource UntagResource ListTagsForResource", "{resourceArn}"),
    },
    "scheduler": {
        **each("CreateSchedule GetSchedule UpdateSchedule DeleteSchedule", _SCHEDULE),
        **each("CreateScheduleGroup GetScheduleGroup DeleteScheduleGroup", "schedule-group/{Name}"),
        **each("TagResource UntagResource ListTagsForResource", "{ResourceArn}"),
    },
}
