using System.Text.Json.Nodes;
using ServerlessMcp.Executions.State;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>Parameters, keys and secrets.</summary>
internal static class ParameterCases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["ssm:PutParameter"] = _ => Step("ssm", "PutParameter", """{ "Name": "/proof/new", "Type": "String", "Value": "one" }"""),
        ["ssm:PutParameter overwriting"] = async stage =>
        {
            var name = $"/proof/{Guid.NewGuid():n}";
            var first = await stage.RunAsync(await stage.PlanAsync(
                await Step("ssm", "PutParameter", $$"""{ "Name": "{{name}}", "Type": "String", "Value": "old", "Description": "of old" }""")));
            Assert.Equal(ExecutionStatus.Succeeded, first.Status);
            return await Step("ssm", "PutParameter", $$"""{ "Name": "{{name}}", "Type": "String", "Value": "new", "Overwrite": true }""");
        },
        ["kms:CreateAlias"] = async stage => Request("kms", "CreateAlias", $$"""{ "AliasName": "alias/proof-{{Guid.NewGuid():n}}", "TargetKeyId": "{{await KeyAsync(stage)}}" }"""),
        ["kms:EnableKeyRotation"] = async stage => Request("kms", "EnableKeyRotation", $$"""{ "KeyId": "{{await KeyAsync(stage)}}" }"""),
        ["kms:DisableKeyRotation"] = async stage =>
        {
            var key = await KeyAsync(stage);
            await stage.OtherHandAsync("kms", "EnableKeyRotation", new() { ["KeyId"] = key });
            return Request("kms", "DisableKeyRotation", $$"""{ "KeyId": "{{key}}" }""");
        },
        ["kms:DisableKey"] = async stage => Request("kms", "DisableKey", $$"""{ "KeyId": "{{await KeyAsync(stage)}}" }"""),
        ["kms:EnableKey"] = async stage => Request("kms", "EnableKey", $$"""{ "KeyId": "{{await DisabledKeyAsync(stage)}}" }"""),
        ["kms:ScheduleKeyDeletion"] = async stage => Request("kms", "ScheduleKeyDeletion", $$"""{ "KeyId": "{{await KeyAsync(stage)}}", "PendingWindowInDays": 7 }"""),
        ["kms:ScheduleKeyDeletion of a disabled key"] = async stage =>
            Request("kms", "ScheduleKeyDeletion", $$"""{ "KeyId": "{{await DisabledKeyAsync(stage)}}" }"""),
        ["kms:UpdateAlias"] = async stage =>
        {
            var alias = $"alias/proof-{stage.Tag}";
            await stage.OtherHandAsync("kms", "CreateAlias", new() { ["AliasName"] = alias, ["TargetKeyId"] = await KeyAsync(stage) });
            return Request("kms", "UpdateAlias", $$"""{ "AliasName": "{{alias}}", "TargetKeyId": "{{await KeyAsync(stage)}}" }""");
        },
        ["kms:PutKeyPolicy"] = async stage => new("it", null, "kms", "PutKeyPolicy", new()
        {
            ["KeyId"] = await KeyAsync(stage),
            ["PolicyName"] = "default",
            ["Policy"] = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{{stage.Account}}:root"},"Action":"kms:*","Resource":"*"}]}""",
        }),
        ["secrets-manager:CreateSecret"] = stage => Step("secrets-manager", "CreateSecret", $$"""{ "Name": "proof-{{stage.Tag}}", "Description": "of a proof" }"""),
        ["secrets-manager:PutSecretValue"] = async stage =>
        {
            var parameter = $"/proof/{stage.Tag}";
            await stage.OtherHandAsync("ssm", "PutParameter", new() { ["Name"] = parameter, ["Type"] = "SecureString", ["Value"] = "new" });
            return Request("secrets-manager", "PutSecretValue", $$"""{ "SecretId": "{{await SecretAsync(stage)}}", "SecretString": "${ssm:{{parameter}}:1}" }""");
        },
        ["secrets-manager:DeleteSecret"] = async stage =>
            Request("secrets-manager", "DeleteSecret", $$"""{ "SecretId": "{{await SecretAsync(stage)}}", "RecoveryWindowInDays": 7 }"""),
        ["secrets-manager:TagResource"] = async stage => Request("secrets-manager", "TagResource", $$"""
            { "SecretId": "{{await SecretAsync(stage)}}", "Tags": [{ "Key": "team", "Value": "b" }, { "Key": "new", "Value": "x" }] }
            """),
    };

    /// <returns>Its ARN.</returns>
    private static Task<string> SecretAsync(ProofStage stage) => stage.MadeAsync(
        "secrets-manager", "CreateSecret",
        new()
        {
            ["Name"] = $"secret-{stage.Tag}",
            ["SecretString"] = "old",
            ["Tags"] = new JsonArray(new JsonObject { ["Key"] = "team", ["Value"] = "a" }, new JsonObject { ["Key"] = "other", ["Value"] = "stays" }),
        },
        "ARN");

    private static async Task<string> DisabledKeyAsync(ProofStage stage)
    {
        var key = await KeyAsync(stage);
        await stage.OtherHandAsync("kms", "DisableKey", new() { ["KeyId"] = key });
        return key;
    }

    private static async Task<string> KeyAsync(ProofStage stage) =>
        (await stage.OtherAnswerAsync("kms", "CreateKey", [])).Output["KeyMetadata"]!["KeyId"]!.ToString();
}
