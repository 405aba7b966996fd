using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Parsing;
using ServerlessMcp.StatesLanguage.Paths;

namespace ServerlessMcp.StatesLanguage.Errors;

/// <summary>One catcher: its result <c>{Error, Cause}</c> goes into the state's input. Source: ASL, Fallback states.</summary>
internal sealed record Catcher(ErrorMatch Errors, ResultPath Result, string Next)
{
    public static IReadOnlyList<Catcher> ReadAll(Fields state)
    {
        var catchers = state.Items("Catch").Select(Read).ToList();
        ErrorMatch.CheckOrder(state, "Catch", [.. catchers.Select(catcher => catcher.Errors)]);
        return catchers;
    }

    public JsonNode? Output(JsonNode? input, RunFailure failure)
    {
        // An empty Cause, where there is none: recorded on AWS for a time-out.
        var error = new JsonObject { ["Error"] = failure.Error, ["Cause"] = failure.Cause ?? "" };
        return Result.Place(input, error);
    }

    private static Catcher Read(Fields fields)
    {
        fields.Ignore("Comment");
        var catcher = new Catcher(ErrorMatch.Read(fields), ResultPath.Read(fields), fields.Text("Next", required: true) ?? "");
        fields.RefuseRest();
        return catcher;
    }
}
