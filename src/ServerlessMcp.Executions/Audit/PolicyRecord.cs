using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.Audit;

/// <summary>The policy that was seen in force last: the item <c>CONFIG / POLICY</c>.</summary>
/// <param name="Hash">Null: the file was broken.</param>
/// <param name="Source">As <see cref="PolicyInForce.Source"/>.</param>
public sealed record PolicySeen(string? Hash, string Source, DateTimeOffset At);

/// <summary>Puts into the audit that another policy is in force than before, whoever changed its file. Thread safe.</summary>
public sealed class PolicyRecord(ITable table, TimeProvider time) : IDisposable
{
    private static readonly TableKey Key = new("CONFIG", "POLICY");

    private readonly AuditLog _audit = new(table, time);
    private readonly SemaphoreSlim _turn = new(1);
    private volatile PolicyInForce? _known;

    /// <summary>Does nothing while it is the one that this process saw last.</summary>
    /// <exception cref="TableUnavailableException">It cannot be put on record, so nothing should be judged by it.</exception>
    public async Task NoteAsync(PolicyInForce inForce, CancellationToken cancellationToken)
    {
        if (IsKnown(inForce))
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!IsKnown(inForce))
            {
                await NoteNewAsync(inForce, cancellationToken);
                _known = inForce;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private bool IsKnown(PolicyInForce inForce) => _known is { } known
        && (ReferenceEquals(known, inForce) || known.Hash == inForce.Hash);

    private async Task NoteNewAsync(PolicyInForce inForce, CancellationToken cancellationToken)
    {
        var item = await table.GetAsync(Key, strong: true, cancellationToken);
        var seen = item is null ? Start : JsonNodes.To(item.Body, ExecutionsJson.Default.PolicySeen);
        if (seen.Hash == inForce.Hash)
        {
            return;
        }

        await _audit.AppendAsync(
            new(AuditKind.PolicyChanged, "file")
            {
                PolicyHash = inForce.Hash,
                Code = inForce.Policy is null ? RefusalCodes.PolicyBroken : null,
                Message = $"{Text(inForce.Source, inForce.Hash)}{inForce.Problems.Select(problem => $" ({problem})").FirstOrDefault()} in place of {Text(seen.Source, seen.Hash)}.",
            },
            cancellationToken);
        try
        {
            await table.WriteAsync(
                [new TableWrite.Put(Key, item?.Version ?? 0, JsonNodes.ToObject(new(inForce.Hash, inForce.Source, time.GetUtcNow()), ExecutionsJson.Default.PolicySeen))],
                cancellationToken);
        }
        catch (TableConflictException)
        {
            // Another process has seen it too.
        }
    }

    /// <summary>Before anybody gave a file.</summary>
    private static PolicySeen Start { get; } = new(BuiltInPolicy.Source.Read().Hash, BuiltInPolicy.Policy.Name, default);

    private static string Text(string source, string? hash) => $"{source} ({hash ?? "broken"})";
}
