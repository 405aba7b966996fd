using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Reads the tags of what a plan changes, for who judges it: the tags of today, not those of the planning.</summary>
internal sealed class ResourceTags(StepReader reader)
{
    /// <returns>By ARN, those that AWS shows; a read that is refused shows none. Or why it cannot be read now.</returns>
    public async Task<(IReadOnlyDictionary<string, JsonNode> Tags, StepTrouble? Busy)> ReadAsync(
        PlanTarget target, IReadOnlyList<Step> steps, CancellationToken cancellationToken)
    {
        var tags = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var read in TagRead.Of(target, steps))
        {
            switch (await reader.PlannedAsync(read.Target, read.Read, cancellationToken))
            {
                case ReadOutcome.Busy busy:
                    return (tags, busy.Trouble);
                case ReadOutcome.Value value:
                    foreach (var arn in read.Arns)
                    {
                        if (read.ListOf(arn, value.Selected) is { } list)
                        {
                            tags[arn] = list;
                        }
                    }

                    break;
            }
        }

        return (tags, null);
    }

    /// <summary>The whole plan, as its execution's owner asks for it.</summary>
    public static ChangeRequest Request(Snapshot snapshot, PlanPreview preview, IReadOnlyDictionary<string, JsonNode> tags) => new()
    {
        Target = snapshot.Plan.Target,
        Steps = snapshot.Plan.Steps,
        PrincipalId = snapshot.Execution.Owner,
        Scopes = snapshot.Execution.Scopes,
        Tool = preview.Tool,
        TakesBack = preview.TakesBack,
        MonthlyCostUsd = preview.MonthlyCostDeltaUsd,
        Tags = tags,
        ExecutionId = snapshot.Execution.ExecutionId,
    };
}
