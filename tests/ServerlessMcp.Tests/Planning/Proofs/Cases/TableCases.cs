using System.Text.Json.Nodes;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>Tables of DynamoDB.</summary>
internal static class TableCases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["dynamodb:CreateTable"] = _ => Step(
            "dynamodb", "CreateTable",
            """{ "TableName": "proof", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }], "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }] }"""),
        ["dynamodb:CreateTable protected"] = _ => Step(
            "dynamodb", "CreateTable",
            """{ "TableName": "proof", "DeletionProtectionEnabled": true, "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }], "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }] }"""),
        ["dynamodb:TagResource"] = async stage => Request(
            "dynamodb", "TagResource",
            $$"""{ "ResourceArn": "arn:aws:dynamodb:{{stage.Region}}:{{stage.Account}}:table/{{await TableAsync(stage)}}", "Tags": [{ "Key": "team", "Value": "b" }, { "Key": "new", "Value": "x" }] }"""),
        ["dynamodb:UpdateContinuousBackups"] = async stage => Request("dynamodb", "UpdateContinuousBackups", Backups(await TableAsync(stage), "true")),
        ["dynamodb:UpdateContinuousBackups of fewer days"] = async stage =>
        {
            var table = await TableAsync(stage);
            await stage.OtherHandAsync("dynamodb", "UpdateContinuousBackups", JsonNode.Parse(Backups(table, "true, \"RecoveryPeriodInDays\": 35"))!.AsObject());
            return Request("dynamodb", "UpdateContinuousBackups", Backups(table, "true, \"RecoveryPeriodInDays\": 7"));
        },
        ["dynamodb:UpdateContinuousBackups off"] = async stage =>
        {
            var table = await TableAsync(stage);
            await stage.OtherHandAsync("dynamodb", "UpdateContinuousBackups", JsonNode.Parse(Backups(table, "true"))!.AsObject());
            return Request("dynamodb", "UpdateContinuousBackups", Backups(table, "false"));
        },
        ["dynamodb:UntagResource"] = async stage => Request(
            "dynamodb", "UntagResource",
            $$"""{ "ResourceArn": "arn:aws:dynamodb:{{stage.Region}}:{{stage.Account}}:table/{{await TableAsync(stage)}}", "TagKeys": ["team", "never-there"] }"""),
        ["dynamodb:UpdateTimeToLive"] = async stage => Request("dynamodb", "UpdateTimeToLive", TimeToLive(await TableAsync(stage), "true")),
        ["dynamodb:UpdateTimeToLive off"] = async stage =>
        {
            var table = await TableAsync(stage);
            await stage.OtherHandAsync("dynamodb", "UpdateTimeToLive", JsonNode.Parse(TimeToLive(table, "true"))!.AsObject());
            return Request("dynamodb", "UpdateTimeToLive", TimeToLive(table, "false"));
        },
    };

    private static string TimeToLive(string table, string on) =>
        $$"""{ "TableName": "{{table}}", "TimeToLiveSpecification": { "Enabled": {{on}}, "AttributeName": "ends" } }""";

    private static string Backups(string table, string on) =>
        $$"""{ "TableName": "{{table}}", "PointInTimeRecoverySpecification": { "PointInTimeRecoveryEnabled": {{on}} } }""";

    private static async Task<string> TableAsync(ProofStage stage)
    {
        var name = $"proof-{Guid.NewGuid():n}";
        await stage.OtherHandAsync("dynamodb", "CreateTable", JsonNode.Parse($$"""
            { "TableName": "{{name}}", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
              "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }], "Tags": [{ "Key": "team", "Value": "a" }] }
            """)!.AsObject());
        return name;
    }
}
