using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Checks;

namespace ServerlessMcp.Planning.Undo;

/// <summary>What an execution recorded, to fill in the references of its steps once more. The result is literal: it can stand in another plan.</summary>
/// <param name="executionId">Whose facts they are; part of its marker.</param>
internal sealed partial class RecordedValues(string executionId, IReadOnlyList<StepFacts> facts)
{
    private const char Hidden = '\uE000';

    private readonly Dictionary<string, StepFacts> _facts = facts.ToDictionary(item => item.StepId);

    /// <summary>Which of the step's parameters AWS took: <see cref="Step.ParametersOf"/>.</summary>
    public int AlternativeOf(string stepId) => _facts.GetValueOrDefault(stepId)?.Alternative ?? 0;

    /// <exception cref="ReferenceException">What was recorded does not reach so far.</exception>
    public JsonObject Fill(JsonObject node, StepFacts own) => Escaped(References.Resolve(node, own: true, one => Value(one, own)))!.AsObject();

    /// <summary>Fills in the references to steps other than <paramref name="kept"/>, which stay.</summary>
    public JsonObject FillOthers(JsonObject node, IReadOnlySet<string> kept)
    {
        var steps = References.Find(node, own: false).Select(found => found.Reference.StepId!).ToHashSet();
        if (steps.IsSubsetOf(kept))
        {
            return node.DeepClone().AsObject();
        }

        // A kept reference is hidden from the filling by a private-use character.
        var hidden = Texts(node, text => KeptReference().Replace(
            text, match => kept.Contains(match.Groups["step"].Value) ? Hidden + match.Value[1..] : match.Value));
        var filled = References.Resolve(hidden, own: false, one => Value(one, _facts[one.StepId!]));
        return Texts(filled, text => text.Replace(Hidden, '$'))!.AsObject();
    }

    public ApiCall Fill(ApiCall call, StepFacts own) => call with { Parameters = Fill(call.Parameters, own) };

    public StepRead Fill(StepRead read, StepFacts own) => read with { Call = Fill(read.Call, own), Exists = false };

    /// <param name="taken">Ids that the same plan takes away, so that they do not count.</param>
    public StepCondition Fill(StepCondition condition, StepFacts own, IReadOnlyList<string> taken) => condition with
    {
        Call = Fill(condition.Call, own),
        Until = WithOwn(Marked(condition.Until, own), taken),
    };

    /// <summary>A question about the ids alone is answered here, and not with one more copy of them: an expression has at most 4096 characters.</summary>
    private static string WithOwn(string until, IReadOnlyList<string> taken) => OfOwnAlone().Replace(until, asked =>
        {
            var text = asked.Groups["text"].Value;
            var holds = asked.Groups["how"].Value == "contains"
                ? taken.Any(id => id.Contains(text, StringComparison.Ordinal))
                : taken.Any(id => id.StartsWith(text, StringComparison.Ordinal));
            return holds ? "`true`" : "`false`";
        }).Replace(PlanningScope.NoOwn, $"`{new JsonArray([.. taken.Select(id => (JsonNode)id)]).ToJsonString()}`", StringComparison.Ordinal);

    public StepWait? Fill(StepWait? wait, StepFacts own) => wait is null ? null : wait with
    {
        Parameters = wait.Parameters is null ? null : Fill(wait.Parameters, own),
        Call = wait.Call is null ? null : Fill(wait.Call, own),
    };

    /// <summary>With the marker that the step's own call put there.</summary>
    public ApiCall Marked(ApiCall call, StepFacts own) => call with { Parameters = Texts(call.Parameters, text => Marked(text, own))!.AsObject() };

    /// <summary>Finds what bears the marker that the step's own call put there.</summary>
    public StepRead Marked(StepRead read, StepFacts own) => read with { Call = Marked(read.Call, own), Select = Marked(read.Select, own) };

    private string Marked(string text, StepFacts own) => text.Replace(StepMarker.Placeholder, $"{executionId}/{own.StepId}", StringComparison.Ordinal);

    private JsonNode? Value(Reference reference, StepFacts own)
    {
        var from = reference.StepId is { } id ? _facts.GetValueOrDefault(id) : own;
        return reference.Source == "output" ? from?.Output : from?.Before;
    }

    private static JsonNode? Escaped(JsonNode? node) =>
        Texts(node, text => SecretReference.Parse(JsonValue.Create(text)) is null ? References.Escape(text) : text);

    private static JsonNode? Texts(JsonNode? node, Func<string, string> change) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Texts(member.Value, change)))),
        JsonArray items => new JsonArray([.. items.Select(item => Texts(item, change))]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(change(text)),
        _ => node?.DeepClone(),
    };

    [GeneratedRegex(@"length\(`\[ \]`\[\?(?<how>contains|starts_with)\(@, '(?<text>[^']+)'\)\]\) > `0`")]
    private static partial Regex OfOwnAlone();

    [GeneratedRegex(@"(?<!\$)\$\{steps\.(?<step>[a-z][a-z0-9_-]*)\.")]
    private static partial Regex KeptReference();
}
