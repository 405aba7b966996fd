using ServerlessMcp.Executions.State;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>Queues, topics, tables and parameters.</summary>
internal static class DataCases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["sqs:CreateQueue"] = _ => Step("sqs", "CreateQueue", """{ "QueueName": "proof", "Attributes": { "VisibilityTimeout": "45" } }"""),
        ["sns:CreateTopic"] = _ => Step("sns", "CreateTopic", """{ "Name": "proof" }"""),
        ["ssm:PutParameter"] = _ => Step("ssm", "PutParameter", """{ "Name": "/proof/new", "Type": "String", "Value": "one" }"""),
        ["ssm:PutParameter overwriting"] = async stage =>
        {
            var name = $"/proof/{Guid.NewGuid():n}";
            var first = await stage.RunAsync(await stage.PlanAsync(
                await Step("ssm", "PutParameter", $$"""{ "Name": "{{name}}", "Type": "String", "Value": "old", "Description": "of old" }""")));
            Assert.Equal(ExecutionStatus.Succeeded, first.Status);
            return await Step("ssm", "PutParameter", $$"""{ "Name": "{{name}}", "Type": "String", "Value": "new", "Overwrite": true }""");
        },
        ["dynamodb:CreateTable"] = _ => Step(
            "dynamodb", "CreateTable",
            """{ "TableName": "proof", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }], "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }] }"""),
    };
}
