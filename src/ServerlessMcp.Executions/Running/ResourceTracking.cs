using System.Text.Json;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>The writes that keep a resource's record in step with the facts; they go with the facts' own write.</summary>
/// <remarks>
/// <code>
/// RES#key / META               the record; index: the account's resources by time
/// RES#key / OWNER#principal    a pointer; index: the principal's resources by time
/// RES#key / TOUCH#...          the step's own line
/// </code>
/// Nothing here may keep an execution from going on: what could not be written with the facts is written before the end, from the facts.
/// </remarks>
internal sealed class ResourceTracking(ITable table)
{
    /// <returns>None if there is nothing new to track, or if it cannot be read now.</returns>
    public async Task<IReadOnlyList<TableWrite>> WritesAsync(
        Snapshot snapshot, Step step, StepFacts facts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (ResourceMarks.New(step, facts) is not { } mark)
        {
            return [];
        }

        try
        {
            return await WritesAsync(snapshot, step, facts, mark, now, cancellationToken);
        }
        catch (TableUnavailableException)
        {
            // The outcome goes first: whether it can be written shows in its own write.
            return [];
        }
    }

    private async Task<IReadOnlyList<TableWrite>> WritesAsync(
        Snapshot snapshot, Step step, StepFacts facts, ResourceMark mark, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var execution = snapshot.Execution;
        var fresh = ResourceFinder.Fresh(snapshot, step, facts, now);
        var item = await table.GetAsync(ResourceKeys.Meta(fresh.Key), strong: true, cancellationToken);
        var touch = new ResourceTouch(
            execution.ExecutionId, execution.PlanId, step.Id, execution.Owner, $"{step.Call.Service}:{step.Call.Operation}",
            ResourceMarks.How(step), mark, facts.StartedAt, now);
        var record = ResourceMerge.Apply(Read(item), touch, fresh, execution, facts);
        var ttl = now + LargeValues.Kept;
        return
        [
            new TableWrite.Put(
                ResourceKeys.Meta(record.Key), item?.Version ?? 0, JsonNodes.ToObject(record, ExecutionsJson.Default.ResourceRecord),
                ResourceKeys.AccountIndex(record.Account, now, record.Key), ttl),
            new TableWrite.Put(
                ResourceKeys.Owner(record.Key, execution.Owner), null, new() { ["key"] = record.Key },
                ResourceKeys.OwnerIndex(execution.Owner, now, record.Key), ttl),
            new TableWrite.Put(
                ResourceKeys.Touch(record.Key, touch), null, JsonNodes.ToObject(touch, ExecutionsJson.Default.ResourceTouch), Ttl: ttl),
        ];
    }

    /// <summary>A record that cannot be read is made anew: it must not stop what it only describes.</summary>
    private static ResourceRecord? Read(TableItem? item)
    {
        try
        {
            return item is null ? null : JsonNodes.To(item.Body, ExecutionsJson.Default.ResourceRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
