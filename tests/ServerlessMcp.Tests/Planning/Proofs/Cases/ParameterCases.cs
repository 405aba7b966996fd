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
    };

    private static async Task<string> KeyAsync(ProofStage stage) =>
        (await stage.OtherAnswerAsync("kms", "CreateKey", [])).Output["KeyMetadata"]!["KeyId"]!.ToString();
}
