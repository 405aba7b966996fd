using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Which resource a step works on, from its template, its facts and its call.</summary>
internal static class ResourceFinder
{
    private const int MostTags = 50;

    private static readonly string[] Verbs = ["Create", "Put", "Update", "Modify", "Start", "Stop", "Run", "Register", "Import", "Publish"];

    /// <returns>The ARN; null if neither the template nor the answer names one.</returns>
    public static string? ArnOf(Snapshot snapshot, Step step, StepFacts facts) =>
        facts.Resource ?? (step.Resource is null ? InAnswer(step, facts) : StepCalls.Resource(snapshot, step, facts));

    public static ResourceRecord Fresh(Snapshot snapshot, Step step, StepFacts facts, DateTimeOffset now)
    {
        var (execution, target) = (snapshot.Execution, snapshot.Plan.Target);
        var arn = ArnOf(snapshot, step, facts);
        var name = arn is null ? null : ResourceName.Parse(arn);
        return new()
        {
            Key = arn ?? $"unnamed:{step.Call.Service}:{step.Call.Operation}:{execution.MarkedAs}/{step.Id}",
            Arn = arn,
            Service = name?.Service ?? step.Call.Service,
            Type = name?.Type ?? Noun(step.Call.Operation),
            Identifier = name?.Identifier ?? arn ?? $"{execution.ExecutionId}/{step.Id}",
            Account = name?.Account is { Length: > 0 } account ? account : target.Account,
            Region = name?.Region is { Length: > 0 } region ? region : target.Region,
            How = ResourceMarks.How(step),
            ExecutionId = execution.ExecutionId,
            PlanId = execution.PlanId,
            StepId = step.Id,
            Owner = execution.Owner,
            CreatedAt = now,
            UpdatedAt = now,
            State = ResourceState.Unknown,
            Tags = ResourceMarks.How(step) == ResourceHow.Made ? TagsOf(step.Call.Parameters) : null,
            Last = new(execution.ExecutionId, step.Id, facts.Index),
        };
    }

    /// <summary>Without a template: a member named <c>Arn</c>, or after the thing that the operation names, such as <c>FunctionArn</c>. No other is taken.</summary>
    private static string? InAnswer(Step step, StepFacts facts)
    {
        if (ResourceMarks.How(step) != ResourceHow.Made || facts.Output is not { } output)
        {
            return null;
        }

        var noun = Noun(step.Call.Operation);
        var inner = output.Select(member => member.Value).OfType<JsonObject>();
        return inner.Prepend(output)
            .SelectMany(members => members)
            .Where(member => Named(member.Key, "Arn") || Named(member.Key, $"{noun}Arn"))
            .Select(member => member.Value is JsonValue value && value.TryGetValue<string>(out var text) ? text : null)
            .FirstOrDefault(text => text is not null && ResourceName.Parse(text) is not null);
    }

    private static bool Named(string name, string wanted) => name.Equals(wanted, StringComparison.OrdinalIgnoreCase);

    private static string Noun(string operation) =>
        Verbs.FirstOrDefault(verb => operation.StartsWith(verb, StringComparison.Ordinal)) is { } verb && operation.Length > verb.Length
            ? operation[verb.Length..]
            : operation;

    /// <summary>Pairs of <c>Key</c> and <c>Value</c>, or a map named <c>Tags</c>; without our marker, and without what is filled in later.</summary>
    private static Dictionary<string, string>? TagsOf(JsonNode parameters)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in Pairs(parameters))
        {
            if (found.Count < MostTags && !key.StartsWith("smcp:", StringComparison.Ordinal) && !value.Contains("${", StringComparison.Ordinal))
            {
                found[key] = value;
            }
        }

        return found.Count == 0 ? null : found;
    }

    private static IEnumerable<(string Key, string Value)> Pairs(JsonNode? node) => node is not JsonObject members ? [] : members.SelectMany(member =>
        member.Key.Equals("tags", StringComparison.OrdinalIgnoreCase) ? OfTags(member.Value)
        : member is { Key: "TagSpecifications", Value: JsonArray items } ? items.SelectMany(Pairs)
        : member is { Key: "Tagging", Value: JsonObject } ? OfTags(member.Value["TagSet"])
        : []);

    private static IEnumerable<(string Key, string Value)> OfTags(JsonNode? node) => node switch
    {
        JsonObject map => map.Where(pair => pair.Value?.GetValueKind() == JsonValueKind.String).Select(pair => (pair.Key, pair.Value!.GetValue<string>())),
        JsonArray list => list.OfType<JsonObject>()
            .Select(pair => ((pair["Key"] ?? pair["key"])?.ToString() ?? "", (pair["Value"] ?? pair["value"])?.ToString() ?? ""))
            .Where(pair => pair.Item1.Length > 0),
        _ => [],
    };
}
