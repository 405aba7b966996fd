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
    };
}
