using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;

namespace ServerlessMcp.Local.Access;

/// <summary>A plan with all that a policy asks about it; as a file, what <c>smcp policy test --keep</c> writes.</summary>
/// <param name="Preview">Null: what only the planner knows (tool, cost) is not known.</param>
/// <param name="Tags">By ARN, as AWS writes them; null: not known.</param>
internal sealed record PlanToJudge(Plan Plan, PlanPreview? Preview = null, IReadOnlyDictionary<string, JsonNode>? Tags = null)
{
    /// <exception cref="CallerException"><c>invalid_plan_file</c>.</exception>
    public static PlanToJudge Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), PlanToJudgeJson.Default.PlanToJudge) ?? throw new JsonException();
        }
        catch (JsonException wrong)
        {
            throw Wrong($"{path} is not a plan as 'smcp policy test --keep' writes it{(wrong.LineNumber is { } line ? $" (line {line + 1})" : "")}", wrong);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"{path} cannot be read", unread);
        }
    }

    public string Write() => JsonSerializer.Serialize(this, PlanToJudgeJson.Default.PlanToJudge);

    public ChangeRequest Ask(string principal, IReadOnlyCollection<string>? scopes) => new()
    {
        Target = Plan.Target,
        Steps = Plan.Steps,
        PrincipalId = principal,
        Scopes = scopes,
        Tool = Preview?.Tool,
        TakesBack = Preview?.TakesBack ?? false,
        MonthlyCostUsd = Preview?.MonthlyCostDeltaUsd,
        Tags = Tags ?? new Dictionary<string, JsonNode>(),
    };

    private static CallerException Wrong(string message, Exception cause) =>
        new("invalid_plan_file", $"{message}: a JSON object with the member 'plan' is expected, or the id of a plan, pl_....", cause: cause);
}

/// <summary>Plans keep the form in which they are stored.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(SnakeCase<StepKind>), typeof(SnakeCase<StepEffect>), typeof(SnakeCase<RepeatRule>), typeof(SnakeCase<UndoClass>), typeof(SnakeCase<VerdictKind>),
        typeof(StepConverter),
    ])]
[JsonSerializable(typeof(PlanToJudge))]
internal sealed partial class PlanToJudgeJson : JsonSerializerContext;
