"""docs/sandbox-operations.md is what the code serves, and so is what docs/sandbox.md says."""

from __future__ import annotations

from pathlib import Path

import pytest
from moto.core.utils import get_service_model

from sandbox import registry
from sandbox.coverage import SERVICES, document, server_of

DOCS = Path(__file__).parents[2] / "docs"
# what the table of docs/sandbox.md says is NotImplemented, operation by operation
DISCLAIMED = {
    "athena": (
        *("CreateNamedQuery", "CreatePreparedStatement", "CreateDataCatalog", "StartSession"),
        *("CreateNotebook", "CreateCapacityReservation"),
    ),
    "dms": (
        *("StartReplicationTaskAssessment", "StartReplicationTaskAssessmentRun"),
        "UpdateSubscriptionsToEventBridge",
    ),
    "lakeformation": (
        *("GetTemporaryGlueTableCredentials", "GetTemporaryGluePartitionCredentials"),
        *("CreateLakeFormationOptIn", "StartTransaction", "SearchTablesByLFTags"),
        *("SearchDatabasesByLFTags", "CreateLakeFormationIdentityCenterConfiguration"),
    ),
    "rds": (
        *("RestoreDBInstanceFromDBSnapshot", "RestoreDBInstanceToPointInTime"),
        *("CreateDBInstanceReadReplica", "CreateDBCluster"),
    ),
    "redshift-serverless": (
        *("CreateCustomDomainAssociation", "ListRecoveryPoints", "CreateScheduledAction"),
        "CreateEndpointAccess",
    ),
    "resourcegroupstaggingapi": ("GetComplianceSummary", "StartReportCreation"),
    "stepfunctions": ("RedriveExecution",),
    "sts": ("GetSessionToken", "GetFederationToken"),
}


def test_no_name_of_an_operation_is_misspelt():
    names = {(each, name) for each, name in registry.named() if name not in _names(each)}
    assert names == set()


def _names(service):
    return get_service_model(service).operation_names


def test_the_list_of_operations_is_made_from_the_code():
    told = (DOCS / "sandbox-operations.md").read_text()
    assert told == document(), "run make sandbox-operations"


def test_the_table_of_differences_leads_to_the_list():
    assert "(sandbox-operations.md)" in (DOCS / "sandbox.md").read_text()


@pytest.mark.parametrize("service", DISCLAIMED)
def test_what_the_table_disclaims_nobody_serves(service):
    assert service in SERVICES
    served = {name for name in DISCLAIMED[service] if server_of(service, name) != "nobody"}
    assert not served
