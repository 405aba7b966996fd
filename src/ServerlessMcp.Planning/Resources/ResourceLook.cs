using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Aws;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Planning.Resources;

/// <summary>Looks at a tracked resource as it is now, with the reads of the step that touched it last and of the one that made it.</summary>
/// <remarks>
/// <code>
/// the maker's read, or that of a step on the whole, shows nothing   gone
/// there, though it was taken back or deleted                        changed since
/// the last step's value as recorded; nothing recorded               present
/// another value                                                     changed since, with the members that differ
/// no read is known, it is refused, or AWS does not answer           unknown, with the reason
/// </code>
/// </remarks>
public sealed class ResourceLook(IAwsReads aws, RecordedSteps recorded, ResourceStore store, TimeProvider time)
{
    private readonly BeforeReads _reads = new(aws, new JmesQueryLanguage(), time);

    /// <summary>Looks, and keeps what it saw. What cannot be seen now does not replace what was seen before.</summary>
    public async Task<ResourceSight> LookAsync(TrackedResource resource, CancellationToken cancellationToken)
    {
        // The time before the reads: a step that ends meanwhile knows better than they do.
        var now = time.GetUtcNow();
        var sight = await SeeAsync(resource.Record, cancellationToken);
        if (sight.State != ResourceState.Unknown || resource.State == ResourceState.Unknown)
        {
            var isThere = sight.State is ResourceState.Present or ResourceState.ChangedSince;
            await store.SaveSeenAsync(
                resource.Record.Key, new(sight.State, sight.Why, now, isThere ? now : resource.LastSeenAt), cancellationToken);
        }

        return sight;
    }

    private async Task<ResourceSight> SeeAsync(ResourceRecord record, CancellationToken cancellationToken)
    {
        var last = await StepAsync(record.Last.ExecutionId, record.Last.StepId, cancellationToken);
        var maker = record.How != ResourceHow.Made || (record.ExecutionId == record.Last.ExecutionId && record.StepId == record.Last.StepId)
            ? null
            : await StepAsync(record.ExecutionId, record.StepId, cancellationToken);
        if (last?.Read is null && maker?.Read is null)
        {
            return ResourceSight.Unknown(last?.Why ?? maker?.Why ?? "The execution that touched it last is no longer kept.");
        }

        var target = (last ?? maker)!.Target;
        var now = await _reads.RunAsync(target, [last?.Read, maker?.Read], cancellationToken);
        return Judge(record, last, now[0], maker, now[1]);
    }

    private static ResourceSight Judge(ResourceRecord record, LookedStep? last, BeforeResult now, LookedStep? maker, BeforeResult whole)
    {
        if (Shows(maker, whole) is false || (last is { IsWhole: true, Expected: not { Value: null } } && Shows(last, now) is false))
        {
            return new(ResourceState.Gone, record.State == ResourceState.Gone ? null : "It is not there any more, and no execution of ours deleted it.", null, null);
        }

        if (last?.Read is null || !now.Planned)
        {
            var why = last?.Read is null ? last?.Why ?? "The execution that touched it last is no longer kept" : now.Why;
            return Shows(maker, whole) is true
                ? new(ResourceState.Present, $"It is there; what was changed last could not be compared: {why}.", null, null)
                : ResourceSight.Unknown($"It could not be looked at: {why}.");
        }

        if (record.State == ResourceState.Gone)
        {
            return now.Value is null
                ? new(ResourceState.Gone, null, null, null)
                : new(ResourceState.ChangedSince, "It is there again, made by another hand.", null, now.Value);
        }

        return last.Expected is not { } expected
            ? new(ResourceState.Present, "Nothing was recorded that it could be compared with.", null, now.Value)
            : Compare(expected.Value, now.Value);
    }

    private static ResourceSight Compare(JsonNode? left, JsonNode? now)
    {
        if (JsonNode.DeepEquals(Plain(left), Plain(now)))
        {
            return new(ResourceState.Present, null, left, now);
        }

        var members = left is JsonObject one && now is JsonObject other
            ? one.Select(member => member.Key).Union(other.Select(member => member.Key)).Where(name => !JsonNode.DeepEquals(Plain(one[name]), Plain(other[name])))
            : [];
        var which = string.Join(", ", members);
        return new(ResourceState.ChangedSince, $"Somebody changed it since our last step{(which.Length == 0 ? "" : $": {which}")}.", left, now);
    }

    private static bool? Shows(LookedStep? step, BeforeResult read) => step?.Read is null || !read.Planned ? null : read.Value is not null;

    private static JsonNode? Plain(JsonNode? node) => node is null ? null : JsonNode.Parse(node.ToJsonString());

    private async Task<LookedStep?> StepAsync(string executionId, string stepId, CancellationToken cancellationToken)
    {
        if (await recorded.FindAsync(executionId, cancellationToken) is not { } execution
            || execution.Facts.FirstOrDefault(item => item.StepId == stepId) is not { } facts)
        {
            return null;
        }

        var step = execution.Plan.Steps[facts.Index];
        var looked = new LookedStep(execution.Plan.Target, IsWhole(step), null, Expected(step, facts), null);
        if ((step.After ?? step.Before) is not { } read)
        {
            return looked with { Why = $"no read shows what {step.Call.Service}:{step.Call.Operation} does" };
        }

        try
        {
            var values = new RecordedValues(execution.Execution.MarkedAs, execution.Facts);
            return looked with { Read = values.Fill(read, facts) };
        }
        catch (ReferenceException missing)
        {
            return looked with { Why = missing.Message };
        }
    }

    /// <summary>True where the step's read shows the resource itself and not a part of it that may be absent.</summary>
    private static bool IsWhole(Step step) => step.Part is null;

    private static Box? Expected(Step step, StepFacts facts) => facts.Status switch
    {
        StepStatus.Undone when step.After is null && facts.BeforeRead => new(facts.Before),
        StepStatus.Undone => null,
        _ => facts.AfterRead && facts.Blobs is null ? new(facts.After) : null,
    };

    private sealed record Box(JsonNode? Value);

    /// <param name="Read">Filled in; null if there is none, <paramref name="Why"/> says why.</param>
    /// <param name="Expected">Null: nothing to compare with.</param>
    private sealed record LookedStep(PlanTarget Target, bool IsWhole, StepRead? Read, Box? Expected, string? Why);
}
