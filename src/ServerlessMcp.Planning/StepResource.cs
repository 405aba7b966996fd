using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning;

/// <summary>Names of what a step acts on.</summary>
internal static partial class StepResource
{
    /// <summary>When the target is what an earlier step puts out: that step's resource, as seen from here.</summary>
    public static string? OfEarlier(StepDraft draft, IReadOnlyList<Step> earlier)
    {
        var given = draft.Entry?.Target is { } target && draft.Parameters[target] is JsonArray { Count: 1 } items ? items[0]?.ToString() : null;
        var maker = draft.Entry is { } entry && NamedParameter().Match(entry.Resource) is { Success: true } named
            ? References.Find(draft.Parameters[named.Groups["name"].Value], own: false).Select(found => found.Reference.StepId).FirstOrDefault()
            : null;
        return earlier
            .Where(step => step.Resource is not null)
            .Select(step => (step.Id, resource: OwnReference().Replace(step.Resource!, $"$${{steps.{step.Id}.")))
            .FirstOrDefault(one => one.Id == maker || (given is not null && one.resource.EndsWith($"/{given}", StringComparison.Ordinal)))
            .resource;
    }

    /// <summary>The resource for people: what is not known yet reads <c>(new)</c> or <c>(from STEP)</c>.</summary>
    public static string Shown(string? resource, ApiCall call) =>
        resource is null
            ? $"{call.Service}:{call.Operation}"
            : AnyReference().Replace(resource, match => match.Groups["step"].Success ? $"(from {match.Groups["step"].Value})" : "(new)");

    public static string Title(string operation, string? resource, JsonObject parameters)
    {
        var known = resource is not null && !resource.Contains("${", StringComparison.Ordinal)
            ? resource[(resource.LastIndexOfAny(['/', ':']) + 1)..]
            : parameters.Select(member => member.Value)
                .OfType<JsonValue>()
                .Select(value => value.TryGetValue<string>(out var text) ? text : null)
                .FirstOrDefault(text => text is { Length: <= 60 } && !text.Contains("${", StringComparison.Ordinal));
        return known is null ? Words(operation) : $"{Words(operation)} {known}";
    }

    private static string Words(string operation) => WordStart().Replace(operation, match => " " + match.Value.ToLowerInvariant());

    [GeneratedRegex(@"(?<=[a-z])[A-Z](?=[a-z])")]
    private static partial Regex WordStart();

    [GeneratedRegex(@"\{param\.(?<name>[A-Za-z][A-Za-z0-9]*)\|name\}")]
    private static partial Regex NamedParameter();

    [GeneratedRegex(@"\$\{(?=(output|before)[.\[}])")]
    private static partial Regex OwnReference();

    [GeneratedRegex(@"\$\{(steps\.(?<step>[a-z][a-z0-9_-]*)\.)?(output|before)[^}]*\}")]
    private static partial Regex AnyReference();
}
