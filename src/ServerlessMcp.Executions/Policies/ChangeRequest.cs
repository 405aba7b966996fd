using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Executions.Policies;

/// <summary>Steps to be judged, who asks for them, and what was found out about them.</summary>
public sealed record ChangeRequest
{
    public required PlanTarget Target { get; init; }

    public required IReadOnlyList<Step> Steps { get; init; }

    /// <summary>Who asks: principal id.</summary>
    public required string PrincipalId { get; init; }

    /// <summary>Null: not known.</summary>
    public IReadOnlyCollection<string>? Scopes { get; init; }

    /// <summary>That made the plan; null: not known.</summary>
    public string? Tool { get; init; }

    public bool TakesBack { get; init; }

    /// <summary>Null: not known.</summary>
    public decimal? MonthlyCostUsd { get; init; }

    /// <summary>By ARN, as AWS writes them; none: not known.</summary>
    public IReadOnlyDictionary<string, JsonNode> Tags { get; init; } = new Dictionary<string, JsonNode>();

    /// <summary>Changing steps of the plan, where only some of them are judged; null: count them.</summary>
    public int? Targets { get; init; }

    /// <summary>Whose own changes do not begin a cool-down: the execution that these steps belong to.</summary>
    public string? ExecutionId { get; init; }

    public PolicyQuestion Ask(DateTimeOffset at)
    {
        var tags = new Dictionary<string, IReadOnlyDictionary<string, string?>>(StringComparer.Ordinal);
        foreach (var step in Steps)
        {
            if (step.Resource is { } arn && Tags.TryGetValue(arn, out var list) && RequestTags.OfList(list) is { } known)
            {
                tags[step.Id] = known;
            }
        }

        return new()
        {
            PrincipalId = PrincipalId,
            Scopes = Scopes,
            Tool = Tool,
            Target = Target,
            At = at,
            MonthlyCostUsd = MonthlyCostUsd,
            Targets = Targets ?? Steps.Count(step => step.Kind == StepKind.Call),
            TakesBack = TakesBack,
            Subjects = PlanSubjects.Of(Steps, tags),
        };
    }
}
