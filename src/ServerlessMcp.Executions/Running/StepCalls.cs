using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Fills in a step's calls: references from the facts, our marker, the client token.</summary>
internal static class StepCalls
{
    private const string MarkerPlaceholder = "{marker}";
    private const int MostShown = 4_000;

    /// <exception cref="ReferenceException">A reference leads to nothing.</exception>
    /// <exception cref="FormatException">The place of the token or the marker is wrong.</exception>
    public static ApiCall Forward(StepVisit visit)
    {
        var step = visit.Step;
        var alternative = visit.Facts.Alternative;
        var call = Fill(visit, step.Call with { Parameters = step.ParametersOf(alternative) }, own: false);
        Put(call, step.Repeat, visit.Marker, Token(visit, "forward", alternative));
        return call;
    }

    /// <exception cref="ReferenceException">A reference leads to nothing.</exception>
    /// <exception cref="FormatException">The place of the token or the marker is wrong.</exception>
    public static ApiCall Undo(StepVisit visit, int index)
    {
        var undo = visit.Step.Undo[index];
        var call = Fill(visit, undo.Call, own: true);
        if (undo.Repeat is { } repeat)
        {
            Put(call, repeat, visit.Marker, Token(visit, "backward", index));
        }

        return call;
    }

    /// <exception cref="ReferenceException">A reference leads to nothing.</exception>
    public static StepWait Wait(StepVisit visit, StepWait wait) => wait with
    {
        Service = wait.Service ?? visit.Step.Call.Service,
        Parameters = wait.Parameters is null ? null : Resolve(visit, wait.Parameters, own: true)!.AsObject(),
        Call = wait.Call is null ? null : Fill(visit, wait.Call, own: true),
    };

    /// <exception cref="ReferenceException">A reference leads to nothing.</exception>
    public static ApiCall Locate(StepVisit visit, StepRead locate)
    {
        var call = Fill(visit, locate.Call, own: false);
        return call with { Parameters = Mark(call.Parameters, visit.Marker)!.AsObject() };
    }

    /// <exception cref="ReferenceException">A reference leads to nothing.</exception>
    public static ApiCall Fill(StepVisit visit, ApiCall call, bool own) =>
        call with { Parameters = Resolve(visit, call.Parameters, own)!.AsObject() };

    /// <summary>A condition whose references to earlier steps stand for their values.</summary>
    /// <exception cref="ReferenceException">A reference leads to nothing.</exception>
    public static string Expression(StepVisit visit, string expression) =>
        References.ResolveInExpression(expression, reference => ValueOf(visit.Snapshot, visit.Facts, reference));

    /// <summary>The resource's ARN as far as it can be told.</summary>
    public static string? Resource(StepVisit visit) => Resource(visit.Snapshot, visit.Step, visit.Facts);

    public static string? Resource(Snapshot snapshot, Step step, StepFacts facts)
    {
        if (step.Resource is not { } template)
        {
            return null;
        }

        try
        {
            return References.ResolveInText(template, own: true, reference => ValueOf(snapshot, facts, reference));
        }
        catch (ReferenceException)
        {
            // The part that AWS chooses is not known yet: no ARN is better than half of one.
            return null;
        }
    }

    public static string Token(StepVisit visit, string direction, int alternative)
    {
        var text = $"{visit.Marker}/{direction}/{alternative}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
    }

    /// <summary>The read a person makes to see what is there, as <c>service:Operation {parameters}</c>.</summary>
    public static string? LookWith(StepVisit visit)
    {
        var step = visit.Step;
        try
        {
            var call = step.Repeat.Locate is { } locate && visit.Facts.Output is null ? Locate(visit, locate)
                : step.After is { } after && visit.Facts.Output is not null ? Fill(visit, after.Call, own: true)
                : step.Before is { } before ? Fill(visit, before.Call, own: false)
                : null;
            return call is null ? null : Short($"{call.Service}:{call.Operation} {call.Parameters.ToJsonString()}");
        }
        catch (ReferenceException)
        {
            return null;
        }
    }

    /// <summary>It stands in the facts and in META: a large value in it must not make them too large.</summary>
    private static string Short(string text) => text.Length <= MostShown ? text : $"{text[..MostShown]}...";

    private static void Put(ApiCall call, StepRepeat repeat, string marker, string token)
    {
        if (repeat.MarkerAt is { } markerAt)
        {
            JsonPointer.Put(call.Parameters, markerAt, JsonValue.Create(marker));
        }

        if (repeat.TokenAt is { } tokenAt)
        {
            JsonPointer.Put(call.Parameters, tokenAt, JsonValue.Create(token));
        }
    }

    private static JsonNode? Resolve(StepVisit visit, JsonNode node, bool own) =>
        References.Resolve(node, own, reference => ValueOf(visit.Snapshot, visit.Facts, reference));

    private static JsonNode? ValueOf(Snapshot snapshot, StepFacts own, Reference reference)
    {
        var facts = reference.StepId is null ? own : snapshot.FactsOf(reference.StepId);
        return reference.Source == "before" ? facts?.Before : facts?.Output;
    }

    public static string Mark(string text, string marker) => text.Replace(MarkerPlaceholder, marker, StringComparison.Ordinal);

    private static JsonNode? Mark(JsonNode? node, string marker) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Mark(member.Value, marker)))),
        JsonArray items => new JsonArray([.. items.Select(item => Mark(item, marker))]),
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.String =>
            JsonValue.Create(Mark(value.GetValue<string>(), marker)),
        _ => node?.DeepClone(),
    };
}
