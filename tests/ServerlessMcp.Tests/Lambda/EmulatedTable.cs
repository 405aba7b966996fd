using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessMcp.Lambda.Storage;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Lambda;

/// <summary>The product's table on the emulator, with the keys and the index that it has in the cloud.</summary>
internal static class EmulatedTable
{
    private static readonly string[] Keys = ["pk", "sk", "gsi1pk", "gsi1sk"];

    /// <returns>A client as the product configures it.</returns>
    public static async Task<AmazonDynamoDBClient> MakeAsync(EmulatorFixture emulator, string name, string region)
    {
        var client = new AmazonDynamoDBClient(
            EmulatorFixture.Credentials,
            DynamoTable.Configure(new AmazonDynamoDBConfig { ServiceURL = emulator.Direct.ToString(), AuthenticationRegion = region }));
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = name,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            AttributeDefinitions = [.. Keys.Select(key => new AttributeDefinition(key, ScalarAttributeType.S))],
            KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
            GlobalSecondaryIndexes =
            [
                new()
                {
                    IndexName = "gsi1",
                    KeySchema = [new("gsi1pk", KeyType.HASH), new("gsi1sk", KeyType.RANGE)],
                    Projection = new() { ProjectionType = ProjectionType.ALL },
                },
            ],
        });
        return client;
    }
}
