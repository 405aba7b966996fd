using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Lambda.Storage;

/// <summary>The one table in DynamoDB: keys <c>pk, sk</c>, index <c>gsi1</c> with keys <c>gsi1pk, gsi1sk</c>, TTL on <c>ttl</c>.</summary>
/// <remarks>
/// One condition a write; the client must not repeat requests by itself (<see cref="Configure"/>), for a repeated conditional write would
/// conflict with its own lost answer. Source: DynamoDB API reference, PutItem, DeleteItem, TransactWriteItems, Query.
/// </remarks>
internal sealed class DynamoTable(IAmazonDynamoDB client, string name, TimeProvider time) : ITable
{
    private const int Rounds = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>No request is sent twice behind the table's back, and none is waited for longer than <see cref="StorageCalls.Longest"/>.</summary>
    public static T Configure<T>(T config)
        where T : ClientConfig
    {
        (config.MaxErrorRetry, config.MaxStaleConnectionRetries, config.Timeout) = (0, 0, StorageCalls.Longest);
        return config;
    }

    /// <inheritdoc/>
    public async Task<TableItem?> GetAsync(TableKey key, bool strong, CancellationToken cancellationToken)
    {
        var request = new GetItemRequest { TableName = name, Key = DynamoItem.Key(key), ConsistentRead = strong };
        var answer = await AskAsync(() => client.GetItemAsync(request, cancellationToken), cancellationToken);
        return answer.Item is { Count: > 0 } found && DynamoItem.Read(found) is var item && IsAlive(item) ? item : null;
    }

    /// <inheritdoc/>
    public Task<TablePage> QueryAsync(
        string partition, string sortPrefix, string? cursor, int limit, bool backward, CancellationToken cancellationToken)
    {
        var after = cursor is null ? null : DynamoItem.Key(new(partition, TableCursor.Read(cursor, 1)[0]));
        var query = Query("pk = :pk", partition, limit, backward);
        query.ConsistentRead = true;
        if (sortPrefix.Length > 0)
        {
            query.KeyConditionExpression += " AND begins_with(sk, :prefix)";
            query.ExpressionAttributeValues[":prefix"] = DynamoItem.Text(sortPrefix);
        }

        return PageAsync(query, after, limit, last => TableCursor.Write(last.Key.Sort), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<TablePage> QueryIndexAsync(
        string indexPartition, string? cursor, int limit, bool backward, CancellationToken cancellationToken)
    {
        Dictionary<string, AttributeValue>? after = null;
        if (cursor is not null)
        {
            var parts = TableCursor.Read(cursor, 3);
            after = DynamoItem.Key(new(parts[1], parts[2]));
            (after["gsi1pk"], after["gsi1sk"]) = (DynamoItem.Text(indexPartition), DynamoItem.Text(parts[0]));
        }

        var query = Query("gsi1pk = :pk", indexPartition, limit, backward);
        query.IndexName = DynamoItem.Index;
        return PageAsync(
            query, after, limit, last => TableCursor.Write(last.Index!.Value.Sort, last.Key.Partition, last.Key.Sort), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task WriteAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken)
    {
        TableLimits.Check(writes);
        for (var round = 1; ; round++)
        {
            var known = await VersionsAsync(writes, cancellationToken);
            try
            {
                await SendAsync(known, cancellationToken);
                return;
            }
            catch (TableConflictException conflict) when (round < Rounds && writes.Any(write => write.Key == conflict.Key && write.ExpectedVersion is null))
            {
                // The caller takes whatever is there, and that has changed since it was looked at: look again.
            }
            catch (TableUnavailableException refused) when (round < Rounds && IsContended(refused))
            {
                // An outcome that is not written for this would have to be found out.
                await Task.Delay(Pause * (round + Random.Shared.NextDouble()), time, cancellationToken);
            }
        }
    }

    /// <summary>Another transaction has one of the items in hand: nothing was written, and in a moment it is free.</summary>
    private static bool IsContended(TableUnavailableException refused) => refused.InnerException switch
    {
        TransactionConflictException => true,
        TransactionCanceledException cancelled => cancelled.CancellationReasons.Exists(reason => reason.Code == "TransactionConflict"),
        _ => false,
    };

    /// <summary>A put of "whatever is there" counts on from the version that is there, so that one is looked up and then expected.</summary>
    private async Task<List<TableWrite>> VersionsAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken)
    {
        var known = new List<TableWrite>();
        foreach (var write in writes)
        {
            known.Add(write is TableWrite.Put { ExpectedVersion: null }
                ? write with { ExpectedVersion = (await GetAsync(write.Key, strong: true, cancellationToken))?.Version ?? 0 }
                : write);
        }

        return known;
    }

    private Task SendAsync(List<TableWrite> writes, CancellationToken cancellationToken)
    {
        var request = new DynamoWrites(name, Now);
        return writes switch
        {
            [TableWrite.Put put] => OneAsync(put.Key, () => client.PutItemAsync(request.Put(put), cancellationToken), cancellationToken),
            [TableWrite.Delete delete] => OneAsync(delete.Key, () => client.DeleteItemAsync(request.Delete(delete), cancellationToken), cancellationToken),
            _ => AllAsync(writes, request, cancellationToken),
        };
    }

    private static async Task<T> OneAsync<T>(TableKey key, Func<Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(send, cancellationToken);
        }
        catch (TableUnavailableException refused) when (refused.InnerException is ConditionalCheckFailedException)
        {
            throw new TableConflictException(key);
        }
    }

    private async Task<TransactWriteItemsResponse> AllAsync(List<TableWrite> writes, DynamoWrites request, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(() => client.TransactWriteItemsAsync(request.All(writes), cancellationToken), cancellationToken);
        }
        catch (TableUnavailableException refused) when (refused.InnerException is TransactionCanceledException cancelled)
        {
            var failed = cancelled.CancellationReasons.FindIndex(reason => reason.Code == "ConditionalCheckFailed");
            if (failed < 0)
            {
                throw;
            }

            throw new TableConflictException(writes[failed].Key);
        }
    }

    private QueryRequest Query(string condition, string partition, int limit, bool backward) => new()
    {
        TableName = name,
        KeyConditionExpression = condition,
        FilterExpression = DynamoCondition.Alive,
        ExpressionAttributeNames = new(DynamoCondition.UntilName, StringComparer.Ordinal),
        ExpressionAttributeValues = new(StringComparer.Ordinal) { [":pk"] = DynamoItem.Text(partition), [":now"] = DynamoItem.Number(Now) },
        ScanIndexForward = !backward,
        Limit = limit + 1,
    };

    /// <summary>One item more than asked is looked for, so that the last page has no cursor; expired ones are filtered out after DynamoDB's limit.</summary>
    private async Task<TablePage> PageAsync(
        QueryRequest query, Dictionary<string, AttributeValue>? after, int limit, Func<TableItem, string> cursor, CancellationToken cancellationToken)
    {
        var items = new List<TableItem>();
        do
        {
            query.ExclusiveStartKey = after;
            var answer = await AskAsync(() => client.QueryAsync(query, cancellationToken), cancellationToken);
            items.AddRange((answer.Items ?? []).Select(DynamoItem.Read));
            after = answer.LastEvaluatedKey is { Count: > 0 } next ? next : null;
        }
        while (items.Count <= limit && after is not null);

        return items.Count <= limit ? new(items, null) : new(items[..limit], cursor(items[limit - 1]));
    }

    private bool IsAlive(TableItem item) => item.Ttl is not { } until || until > time.GetUtcNow();

    private static Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken) =>
        StorageCalls.AskAsync("DynamoDB does not answer now", ask, cancellationToken);
}
