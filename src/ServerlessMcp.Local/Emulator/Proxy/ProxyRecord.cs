namespace ServerlessMcp.Local.Emulator.Proxy;

internal enum ProxyOutcome
{
    /// <summary>Not answered yet.</summary>
    Pending,

    /// <summary>The emulator's answer, whatever it was.</summary>
    Forwarded,

    /// <summary>The first answer of an equal client token; nothing was forwarded.</summary>
    Replayed,

    /// <summary>By a rule in force, or because it was not signed.</summary>
    Refused,

    /// <summary>Because AWS would.</summary>
    RefusedAsAws,

    DroppedBefore,
    DroppedAfter,

    /// <summary>The emulator did not answer, or the caller went away.</summary>
    Broken,
}

/// <summary>One request.</summary>
/// <param name="Number">Counts from 1.</param>
/// <param name="Status">HTTP status that was, or would have been, answered; 0 without one.</param>
/// <param name="Code">The error code of a refusal by the proxy.</param>
internal sealed record ProxyRecord(
    long Number, DateTimeOffset At, string Service, string Region, string Operation, IReadOnlyDictionary<string, string> Parameters, string? Token,
    ProxyOutcome Outcome, int Status, string? Code, double Milliseconds)
{
    /// <summary>By its name, not by a model.</summary>
    public bool IsRead { get; init; }

    /// <summary>True when it reached the emulator.</summary>
    public bool ReachedAws => Outcome is ProxyOutcome.Forwarded or ProxyOutcome.DroppedAfter;
}

/// <summary>The last requests, oldest first; thread safe.</summary>
internal sealed class ProxyRecords(TimeProvider time, int most = 10_000)
{
    private const int LongestValue = 1_000;
    private readonly Lock _lock = new();
    private readonly LinkedList<ProxyRecord> _records = [];
    private long _count;

    public IReadOnlyList<ProxyRecord> All()
    {
        lock (_lock)
        {
            return [.. _records];
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _records.Clear();
        }
    }

    public LinkedListNode<ProxyRecord> Begin(AwsRequest request)
    {
        var parameters = request.Parameters.ToDictionary(
            one => one.Key, one => one.Value.Length <= LongestValue ? one.Value : one.Value[..LongestValue] + "...", StringComparer.Ordinal);
        lock (_lock)
        {
            var record = new ProxyRecord(
                ++_count, time.GetUtcNow(), request.Service, request.Region, request.Operation, parameters, request.Token,
                ProxyOutcome.Pending, 0, null, 0)
            { IsRead = request.IsRead };
            if (_records.Count >= most)
            {
                _records.RemoveFirst();
            }

            return _records.AddLast(record);
        }
    }

    public void End(LinkedListNode<ProxyRecord> node, ProxyOutcome outcome, int status, string? code)
    {
        lock (_lock)
        {
            node.Value = node.Value with
            {
                Outcome = outcome,
                Status = status,
                Code = code,
                Milliseconds = (time.GetUtcNow() - node.Value.At).TotalMilliseconds,
            };
        }
    }
}
