using System.Security.Cryptography;
using System.Text;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.State;

/// <summary>Problems: opened, seen again, closed; the item and the pointer from its execution are one write.</summary>
public sealed class ProblemStore(ITable table)
{
    private const int Tries = 3;

    public static string Fingerprint(string kind, params IReadOnlyList<string> about) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [kind, .. about]))))[..32];

    /// <summary>Opens it; one that is known keeps the time of its opening, and one that was closed is open again.</summary>
    public Task<ProblemRecord> SeeAsync(ProblemRecord seen, CancellationToken cancellationToken) => ChangeAsync(
        seen.Fingerprint, known => known is null ? seen : seen with { OpenedAt = known.OpenedAt }, cancellationToken)!;

    /// <returns>Null: there is no such problem.</returns>
    public Task<ProblemRecord?> CloseAsync(string fingerprint, DateTimeOffset now, CancellationToken cancellationToken) => ChangeAsync(
        fingerprint, known => known is null or { ClosedAt: not null } ? known : known with { ClosedAt = now, UpdatedAt = now }, cancellationToken);

    public async Task<ProblemRecord?> FindAsync(string fingerprint, CancellationToken cancellationToken) =>
        await table.GetAsync(Keys.Problem(fingerprint), strong: true, cancellationToken) is { } item
            ? JsonNodes.To(item.Body, ExecutionsJson.Default.ProblemRecord)
            : null;

    /// <summary>Of one execution, open and closed; whoever may see that one may see these.</summary>
    public async Task<IReadOnlyList<ProblemRecord>> OfExecutionAsync(string executionId, CancellationToken cancellationToken)
    {
        var page = await table.QueryAsync(Keys.Execution(executionId), Keys.ProblemPointers, null, 100, backward: false, cancellationToken);
        var problems = new List<ProblemRecord>();
        foreach (var pointer in page.Items)
        {
            if (await FindAsync(pointer.Key.Sort[Keys.ProblemPointers.Length..], cancellationToken) is { } problem)
            {
                problems.Add(problem);
            }
        }

        return problems;
    }

    private async Task<ProblemRecord?> ChangeAsync(
        string fingerprint, Func<ProblemRecord?, ProblemRecord?> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var item = await table.GetAsync(Keys.Problem(fingerprint), strong: true, cancellationToken);
            var known = item is null ? null : JsonNodes.To(item.Body, ExecutionsJson.Default.ProblemRecord);
            if (change(known) is not { } changed || changed == known)
            {
                return known;
            }

            try
            {
                await table.WriteAsync(Writes(changed, item?.Version ?? 0), cancellationToken);
                return changed;
            }
            catch (TableConflictException) when (attempt < Tries)
            {
                // Another sweep was first: its word is read and changed.
            }
        }
    }

    private static List<TableWrite> Writes(ProblemRecord problem, long version)
    {
        var ttl = problem.UpdatedAt + LargeValues.Kept;
        List<TableWrite> writes =
        [
            new TableWrite.Put(
                Keys.Problem(problem.Fingerprint), version, JsonNodes.ToObject(problem, ExecutionsJson.Default.ProblemRecord),
                Keys.ProblemIndex(problem.ClosedAt is null, problem.OpenedAt, problem.Fingerprint), ttl),
        ];
        if (problem.ExecutionId is { } executionId)
        {
            writes.Add(new TableWrite.Put(Keys.ProblemPointer(executionId, problem.Fingerprint), null, [], Ttl: ttl));
        }

        return writes;
    }
}
