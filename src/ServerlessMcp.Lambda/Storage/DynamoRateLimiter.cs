using System.Collections.Concurrent;
using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Lambda.Storage;

/// <summary>
/// One conditional update a request, on the item <c>RL#subject#limit / GCRA {tat, ttl}</c>: the theoretical arrival time in epoch milliseconds.
/// A subject that was idle takes a second one. A refused subject is refused from memory until its time has come, so that a flood writes nothing.
/// </summary>
/// <remarks>Clocks of instances that differ by d let through at most <c>d / interval</c> more. Source: DynamoDB API reference, UpdateItem.</remarks>
internal sealed class DynamoRateLimiter(IAmazonDynamoDB client, string table, TimeProvider time) : IRateLimiter
{
    private const int MostRefused = 10_000;

    /// <summary>Longer than any count is needed.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _refused = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<RateAnswer> TakeAsync(string subject, RateLimit limit, CancellationToken cancellationToken)
    {
        var partition = $"RL#{subject}#{limit.Name}";
        var now = time.GetUtcNow();
        if (_refused.TryGetValue(partition, out var until) && until > now)
        {
            return new(false, 0, until - now);
        }

        // Busy, then idle; whoever loses the race of the idle is busy again.
        var (answer, stored) = await BusyAsync(partition, limit, now, cancellationToken);
        for (var round = 0; answer is null && round < 2; round++)
        {
            (answer, stored) = stored is { } next && next > now
                ? await BusyAsync(partition, limit, now, cancellationToken)
                : await IdleAsync(partition, limit, now, cancellationToken);
        }

        answer ??= RateAnswer.Of(false, stored is { } last && last > now ? last : now + limit.Window, now, limit);
        if (!answer.Value.Fits)
        {
            Refuse(partition, now + answer.Value.Wait, now);
        }

        return answer.Value;
    }

    private Task<(RateAnswer? Answer, DateTimeOffset? Stored)> BusyAsync(
        string partition, RateLimit limit, DateTimeOffset now, CancellationToken cancellationToken) => UpdateAsync(
        partition, limit, now, "SET tat = tat + :one, #ttl = :ttl", "tat > :now AND tat <= :most", cancellationToken);

    private Task<(RateAnswer? Answer, DateTimeOffset? Stored)> IdleAsync(
        string partition, RateLimit limit, DateTimeOffset now, CancellationToken cancellationToken) => UpdateAsync(
        partition, limit, now, "SET tat = :first, #ttl = :ttl", "attribute_not_exists(tat) OR tat <= :now", cancellationToken);

    /// <returns>No answer: the condition did not hold for another reason than the rate, and what is stored.</returns>
    private async Task<(RateAnswer? Answer, DateTimeOffset? Stored)> UpdateAsync(
        string partition, RateLimit limit, DateTimeOffset now, string update, string condition, CancellationToken cancellationToken)
    {
        var milliseconds = now.ToUnixTimeMilliseconds();
        var interval = (long)limit.Interval.TotalMilliseconds;
        var most = milliseconds + (interval * (limit.Burst - 1));
        var values = new Dictionary<string, AttributeValue>(StringComparer.Ordinal)
        {
            [":now"] = DynamoItem.Number(milliseconds),
            [":ttl"] = DynamoItem.Number((now + Kept).ToUnixTimeSeconds()),
        };
        if (update.Contains(":one", StringComparison.Ordinal))
        {
            (values[":one"], values[":most"]) = (DynamoItem.Number(interval), DynamoItem.Number(most));
        }
        else
        {
            values[":first"] = DynamoItem.Number(milliseconds + interval);
        }

        var request = new UpdateItemRequest
        {
            TableName = table,
            Key = DynamoItem.Key(new(partition, "GCRA")),
            UpdateExpression = update,
            ConditionExpression = condition,
            ExpressionAttributeNames = new(StringComparer.Ordinal) { ["#ttl"] = "ttl" },
            ExpressionAttributeValues = values,
            ReturnValues = ReturnValue.UPDATED_NEW,
            ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
        };
        try
        {
            var answer = await StorageCalls.AskAsync("DynamoDB does not answer now", () => client.UpdateItemAsync(request, cancellationToken), cancellationToken);
            return (RateAnswer.Of(true, Time(answer.Attributes["tat"]), now, limit), null);
        }
        catch (TableUnavailableException refused) when (refused.InnerException is ConditionalCheckFailedException failed)
        {
            DateTimeOffset? stored = failed.Item is not null && failed.Item.TryGetValue("tat", out var tat) ? Time(tat) : null;
            return (stored?.ToUnixTimeMilliseconds() > most ? RateAnswer.Of(false, stored.Value, now, limit) : null, stored);
        }
    }

    private void Refuse(string partition, DateTimeOffset until, DateTimeOffset now)
    {
        if (_refused.Count >= MostRefused)
        {
            foreach (var past in _refused.Where(one => one.Value <= now))
            {
                _refused.TryRemove(past);
            }
        }

        if (_refused.Count < MostRefused)
        {
            _refused[partition] = until;
        }
    }

    private static DateTimeOffset Time(AttributeValue value) => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(value.N, CultureInfo.InvariantCulture));
}
