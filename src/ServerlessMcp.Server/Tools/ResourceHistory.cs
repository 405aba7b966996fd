using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Server.Tools;

/// <summary>What executions did to a resource, as far as the caller may see them.</summary>
internal sealed class ResourceHistory(ResourceStore store, RecordedSteps recorded)
{
    private const int MostTouches = 20;
    private const int MostChanges = 5;

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<ResourceTouch>> TouchesAsync(string key, Principal caller, CancellationToken cancellationToken)
    {
        var touches = await store.TouchesAsync(key, MostTouches, cancellationToken);
        return [.. touches.Where(touch => touch.Owner == caller.Id || caller.SeesAll)];
    }

    /// <summary>The values that the newest of them recorded before and after.</summary>
    public async Task<IReadOnlyList<JsonNode>> ChangesAsync(IReadOnlyList<ResourceTouch> touches, CancellationToken cancellationToken)
    {
        var changes = new List<JsonNode>();
        foreach (var touch in touches.Take(MostChanges))
        {
            var execution = await recorded.FindAsync(touch.ExecutionId, cancellationToken);
            if (execution?.Facts.FirstOrDefault(facts => facts.StepId == touch.StepId) is { } facts)
            {
                changes.Add(ResourceValues.Change(facts, touch.ExecutionId));
            }
        }

        return changes;
    }
}
