using Amazon.DynamoDBv2;

namespace ServerlessMcp.Tests.Planning.Proofs.Eye;

/// <summary>By AWS's own package.</summary>
internal sealed class DynamoDbInventory(AmazonDynamoDBClient dynamoDb) : IInventoryPart
{
    public string Service => "dynamodb";

    public async Task AddAsync(InventoryLines lines, CancellationToken cancellationToken)
    {
        foreach (var table in (await dynamoDb.ListTablesAsync(cancellationToken)).TableNames ?? [])
        {
            lines.Add($"dynamodb:table/{table}", (await dynamoDb.DescribeTableAsync(table, cancellationToken)).Table);
            var arn = (await dynamoDb.DescribeTableAsync(table, cancellationToken)).Table.TableArn;
            lines.Add($"dynamodb:table/{table}/Tags", (await dynamoDb.ListTagsOfResourceAsync(new() { ResourceArn = arn }, cancellationToken)).Tags);
            var backups = await dynamoDb.DescribeContinuousBackupsAsync(new() { TableName = table }, cancellationToken);
            lines.Add($"dynamodb:table/{table}/Backups", backups.ContinuousBackupsDescription);
            var timeToLive = await dynamoDb.DescribeTimeToLiveAsync(table, cancellationToken);
            lines.Add($"dynamodb:table/{table}/TimeToLive", timeToLive.TimeToLiveDescription);
        }
    }
}
