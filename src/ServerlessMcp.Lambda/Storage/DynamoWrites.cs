using Amazon.DynamoDBv2.Model;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Lambda.Storage;

/// <summary>Writes as requests. A put stores the version after the expected one.</summary>
/// <param name="now">Epoch milliseconds: what has expired by then counts as absent.</param>
internal sealed class DynamoWrites(string table, long now)
{
    public PutItemRequest Put(TableWrite.Put put)
    {
        var condition = Condition(put);
        return new()
        {
            TableName = table,
            Item = DynamoItem.Write(put, (put.ExpectedVersion ?? 0) + 1),
            ConditionExpression = condition.Expression,
            ExpressionAttributeNames = condition.Names,
            ExpressionAttributeValues = condition.Values,
        };
    }

    public DeleteItemRequest Delete(TableWrite.Delete delete)
    {
        var condition = Condition(delete);
        return new()
        {
            TableName = table,
            Key = DynamoItem.Key(delete.Key),
            ConditionExpression = condition.Expression,
            ExpressionAttributeNames = condition.Names,
            ExpressionAttributeValues = condition.Values,
        };
    }

    public TransactWriteItemsRequest All(IEnumerable<TableWrite> writes) => new() { TransactItems = [.. writes.Select(Item)] };

    private TransactWriteItem Item(TableWrite write)
    {
        var condition = Condition(write);
        return write switch
        {
            TableWrite.Put put => new()
            {
                Put = new()
                {
                    TableName = table,
                    Item = DynamoItem.Write(put, (put.ExpectedVersion ?? 0) + 1),
                    ConditionExpression = condition.Expression,
                    ExpressionAttributeNames = condition.Names,
                    ExpressionAttributeValues = condition.Values,
                },
            },
            TableWrite.Delete => new()
            {
                Delete = new()
                {
                    TableName = table,
                    Key = DynamoItem.Key(write.Key),
                    ConditionExpression = condition.Expression,
                    ExpressionAttributeNames = condition.Names,
                    ExpressionAttributeValues = condition.Values,
                },
            },
            _ => new()
            {
                ConditionCheck = new()
                {
                    TableName = table,
                    Key = DynamoItem.Key(write.Key),
                    ConditionExpression = condition.Expression ?? "attribute_exists(pk) OR attribute_not_exists(pk)",
                    ExpressionAttributeNames = condition.Names,
                    ExpressionAttributeValues = condition.Values,
                },
            },
        };
    }

    private DynamoCondition Condition(TableWrite write) =>
        write.ExpectedVersion is { } expected ? DynamoCondition.Version(expected, now) : DynamoCondition.None;
}
