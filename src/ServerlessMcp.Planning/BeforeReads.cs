using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Planning;

/// <param name="Planned">True when the read was made, or there is none.</param>
/// <param name="Value">What was selected; null: not there.</param>
/// <param name="Raw">The whole answer, for tags.</param>
/// <param name="Why">Why it was not made.</param>
internal sealed record BeforeResult(bool Planned, JsonNode? Value = null, JsonObject? Raw = null, string? Why = null)
{
    public static BeforeResult None { get; } = new(true);

    /// <summary>There was no time left for it.</summary>
    public bool TookTooLong { get; init; }
}

/// <summary>Makes the before-reads of a plan: 8 at a time, 20 seconds in all. A read that fails is said, never guessed.</summary>
internal sealed class BeforeReads(IAwsReads reads, IQueryLanguage query, TimeProvider time)
{
    private const int AtOnce = 8;

    private static readonly TimeSpan InAll = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan AgainInAll = TimeSpan.FromSeconds(3);

    /// <param name="wanted">Null: nothing to read there.</param>
    public Task<IReadOnlyList<BeforeResult>> RunAsync(
        PlanTarget target, IReadOnlyList<StepRead?> wanted, CancellationToken cancellationToken) =>
        RunAsync(target, wanted, [], cancellationToken);

    /// <summary>Who else manages what is changed: where the tags could not be read, as CloudFormation knows it.</summary>
    /// <param name="results">Of the owners' wanted reads.</param>
    public async Task<OwnersFound> OwnersAsync(
        PlanTarget target, OwnerReads owners, IReadOnlyList<BeforeResult> results, CancellationToken cancellationToken)
    {
        var found = owners.Find(results);
        var stacks = StackReads.Of(target, found.Unread);
        return found.With(stacks.Find(await RunAsync(stacks.Wanted, AgainInAll, cancellationToken)));
    }

    /// <param name="others">Reads with targets of their own, answered after the wanted ones.</param>
    public Task<IReadOnlyList<BeforeResult>> RunAsync(
        PlanTarget target, IReadOnlyList<StepRead?> wanted, IReadOnlyList<(PlanTarget Target, StepRead Read)> others, CancellationToken cancellationToken) =>
        RunAsync(
            [.. wanted.Select(read => (target, read)), .. others.Select(one => (one.Target, (StepRead?)one.Read))], InAll, cancellationToken);

    private async Task<IReadOnlyList<BeforeResult>> RunAsync(
        IReadOnlyList<(PlanTarget Target, StepRead? Read)> wanted, TimeSpan inAll, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(inAll, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var gate = new SemaphoreSlim(AtOnce);
        var all = await Task.WhenAll(wanted.Select(one => OneAsync(one.Target, one.Read, gate, inAll, both.Token)));
        cancellationToken.ThrowIfCancellationRequested();
        return all;
    }

    private async Task<BeforeResult> OneAsync(PlanTarget target, StepRead? read, SemaphoreSlim gate, TimeSpan inAll, CancellationToken cancellationToken)
    {
        if (read is null)
        {
            return BeforeResult.None;
        }

        if (References.Find(read.Call.Parameters, own: true).Select(found => found.Reference).FirstOrDefault() is { } reference)
        {
            return new(false, Why: $"it needs {reference}, which is known only when the plan runs");
        }

        try
        {
            await gate.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return TooLong(inAll);
        }

        try
        {
            return await ReadAsync(target, read, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return TooLong(inAll);
        }
        finally
        {
            gate.Release();
        }
    }

    private static BeforeResult TooLong(TimeSpan inAll) =>
        new(false, Why: $"the reads of the plan took over {inAll.TotalSeconds} seconds") { TookTooLong = true };

    private async Task<BeforeResult> ReadAsync(PlanTarget target, StepRead read, CancellationToken cancellationToken)
    {
        try
        {
            var parameters = References.Resolve(read.Call.Parameters, own: false, _ => null)!.AsObject();
            var answer = await reads.ReadAsync(
                new(target.Region, target.Account), read.Call.Service, read.Call.Operation, parameters, cancellationToken);
            return new(true, query.Search(read.Select, answer.Output)?.DeepClone(), answer.Output);
        }
        catch (AwsCallException e) when (read.Absent.Contains(e.Code))
        {
            return new(true);
        }
        catch (AwsCallException e)
        {
            return new(false, Why: $"{read.Call.Service}:{read.Call.Operation} answered {e.Code}: {e.AwsMessage}");
        }
        catch (AwsInputException e)
        {
            return new(false, Why: $"{read.Call.Service}:{read.Call.Operation} cannot be asked: {e.Message}");
        }
        catch (FormatException e)
        {
            return new(false, Why: $"the answer of {read.Call.Service}:{read.Call.Operation} is not as expected: {e.Message}");
        }
    }
}
