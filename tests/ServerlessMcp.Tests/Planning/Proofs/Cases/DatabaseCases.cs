using System.Text.Json.Nodes;
using ServerlessMcp.Planning.Requests;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>Databases. Their passwords are RDS's own secrets: a literal one never reaches a plan.</summary>
internal static class DatabaseCases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["rds:CreateDBSubnetGroup"] = async stage => new(
            "it", null, "rds", "CreateDBSubnetGroup", new()
            {
                ["DBSubnetGroupName"] = $"subnets-{stage.Tag}",
                ["DBSubnetGroupDescription"] = "proof",
                ["SubnetIds"] = new JsonArray([.. (await ContainerCases.SubnetsAsync(stage)).Select(subnet => (JsonNode)subnet.SubnetId)]),
            }),
        ["rds:CreateDBParameterGroup"] = stage => Step("rds", "CreateDBParameterGroup", $$"""
            { "DBParameterGroupName": "parameters-{{stage.Tag}}", "DBParameterGroupFamily": "postgres16", "Description": "proof" }
            """),
        ["rds:CreateDBInstance"] = stage => Task.FromResult(Instance(stage)),
        ["rds:CreateDBInstance protected"] = stage =>
        {
            var step = Instance(stage);
            step.Parameters["DeletionProtection"] = true;
            return Task.FromResult(step);
        },
        ["rds:CreateDBSnapshot"] = async stage => await Step("rds", "CreateDBSnapshot", $$"""
            { "DBInstanceIdentifier": "{{await InstanceAsync(stage)}}", "DBSnapshotIdentifier": "snapshot-{{stage.Tag}}" }
            """),
        ["rds:StopDBInstance"] = async stage => await Step("rds", "StopDBInstance", $$"""{ "DBInstanceIdentifier": "{{await InstanceAsync(stage)}}" }"""),
        ["rds:StartDBInstance"] = async stage =>
        {
            var name = await InstanceAsync(stage);
            await stage.OtherHandAsync("rds", "StopDBInstance", new() { ["DBInstanceIdentifier"] = name });
            await SettledAsync(stage, name, "stopped");
            return Request("rds", "StartDBInstance", $$"""{ "DBInstanceIdentifier": "{{name}}" }""");
        },
        ["rds:ModifyDBInstance"] = async stage => await Step("rds", "ModifyDBInstance", $$"""
            { "DBInstanceIdentifier": "{{await InstanceAsync(stage)}}", "DBInstanceClass": "db.t4g.large", "BackupRetentionPeriod": 14, "ApplyImmediately": true }
            """),
        ["rds:ModifyDBInstance keeping less"] = async stage => await Step("rds", "ModifyDBInstance", $$"""
            { "DBInstanceIdentifier": "{{await InstanceAsync(stage)}}", "BackupRetentionPeriod": 1, "ApplyImmediately": true }
            """),
    };

    private static StepRequest Instance(ProofStage stage) => Request("rds", "CreateDBInstance", $$"""
        { "DBInstanceIdentifier": "db-{{stage.Tag}}", "DBInstanceClass": "db.t4g.micro", "Engine": "postgres", "AllocatedStorage": 20, "BackupRetentionPeriod": 7,
          "MasterUsername": "root", "ManageMasterUserPassword": true, "Tags": [{ "Key": "team", "Value": "a" }] }
        """);

    private static async Task<string> InstanceAsync(ProofStage stage)
    {
        var name = await stage.MadeAsync("rds", "CreateDBInstance", Instance(stage).Parameters, "DBInstance.DBInstanceIdentifier");
        await SettledAsync(stage, name, "available");
        return name;
    }

    /// <summary>Nothing else may be asked of a database before.</summary>
    private static async Task SettledAsync(ProofStage stage, string name, string status)
    {
        while (await stage.MadeAsync("rds", "DescribeDBInstances", new() { ["DBInstanceIdentifier"] = name }, "DBInstances[0].DBInstanceStatus") != status)
        {
        }
    }
}
