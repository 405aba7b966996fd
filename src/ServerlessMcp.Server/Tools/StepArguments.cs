using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Planning.Requests;

namespace ServerlessMcp.Server.Tools;

/// <summary>The steps of a plan as a caller writes them: which members there are, and which go with which kind.</summary>
internal static class StepArguments
{
    public const string Schema = """
        {"type":"array","minItems":1,"maxItems":100,"items":{
        "type":"object","required":["id"],"additionalProperties":false,"properties":{
        "id":{"type":"string","pattern":"^[a-z][a-z0-9_-]{0,31}$"},
        "title":{"type":"string","maxLength":200},
        "kind":{"enum":["call","check","bake","approval","collect"],"description":"Default call."},
        "service":{"type":"string","maxLength":64,"description":"call, check. Such as ec2."},
        "operation":{"type":"string","maxLength":128,"description":"call: such as CreateVpc; check: a read."},
        "parameters":{"type":"object","description":"call, check."},
        "wait":{"type":"object","additionalProperties":false,
        "description":"call: until when, if not the built-in wait: a waiter, or an operation with until.","properties":{
        "waiter":{"type":"string"},"operation":{"type":"string"},"parameters":{"type":"object"},
        "until":{"type":"string","description":"JMESPath over the answer."},"fail_when":{"type":"string"},
        "timeout_seconds":{"type":"integer","minimum":1,"maximum":86400}},
        "oneOf":[{"required":["waiter"]},{"required":["operation","until"]}]},
        "undo":{"type":"object","required":["service","operation","parameters"],"additionalProperties":false,
        "description":"call: your own undo, where there is none built in.","properties":{
        "service":{"type":"string"},"operation":{"type":"string"},"parameters":{"type":"object"}}},
        "alternatives":{"type":"array","maxItems":10,"description":"call: tried in order when AWS refuses.","items":{
        "type":"object","required":["parameters"],"additionalProperties":false,"properties":{"parameters":{"type":"object"}}}},
        "until":{"type":"string","maxLength":2000,"description":"check: JMESPath that must be true."},
        "show":{"type":"string","maxLength":2000,"description":"check: JMESPath of what a failure shows."},
        "timeout_seconds":{"type":"integer","minimum":0,"maximum":604800,"description":"check (0), approval (86400)."},
        "alarms":{"type":"array","minItems":1,"maxItems":20,"items":{"type":"string"},"description":"bake: CloudWatch alarms."},
        "seconds":{"type":"integer","minimum":1,"maximum":86400,"description":"bake."},
        "may_be_in_alarm":{"type":"boolean","description":"bake: an earlier step mends it."},
        "decision":{"enum":["confirm","approve"],"description":"approval: by your user (confirm) or another."},
        "reads":{"type":"array","minItems":1,"maxItems":20,"description":"collect: ${steps.ID.output.NAME}.","items":{
        "type":"object","required":["name","service","operation","parameters"],"additionalProperties":false,"properties":{
        "name":{"type":"string","pattern":"^[a-z][a-z0-9_]{0,31}$"},"service":{"type":"string"},"operation":{"type":"string"},
        "parameters":{"type":"object"},"select":{"type":"string","description":"JMESPath of what to keep."}}}}}}}
        """;

    private static readonly Dictionary<string, (string[] Needs, string[] Takes)> Members = new()
    {
        ["call"] = (["service", "operation", "parameters"], ["wait", "undo", "alternatives"]),
        ["check"] = (["service", "operation", "parameters", "until"], ["timeout_seconds", "show"]),
        ["bake"] = (["alarms", "seconds"], ["may_be_in_alarm"]),
        ["approval"] = ([], ["decision", "timeout_seconds"]),
        ["collect"] = (["reads"], []),
    };

    /// <exception cref="CallerException"><c>invalid_arguments</c>: a member is missing, or is not for a step of its kind.</exception>
    public static IReadOnlyList<StepRequest> Read(JsonElement steps)
    {
        var problems = steps.EnumerateArray().SelectMany((step, n) => Problems(step, $"steps[{n}]")).ToList();
        return problems.Count == 0
            ? [.. steps.EnumerateArray().Select(Step)]
            : throw new CallerException("invalid_arguments", "create_plan cannot take these arguments; nothing was done.", problems);
    }

    private static IEnumerable<Problem> Problems(JsonElement step, string path)
    {
        var kind = Text(step, "kind") ?? "call";
        var (needs, takes) = Members[kind];
        var given = step.EnumerateObject().Select(member => member.Name).ToList();
        foreach (var name in needs.Except(given))
        {
            yield return new($"{path}.{name}", $"Missing; a step of kind {kind} needs {string.Join(", ", needs)}.");
        }

        foreach (var name in given.Except(needs).Except(takes).Except(["id", "title", "kind"]))
        {
            var kinds = Members.Where(one => one.Value.Needs.Contains(name) || one.Value.Takes.Contains(name)).Select(one => one.Key);
            yield return new($"{path}.{name}", $"Is not for a step of kind {kind}; it is for {string.Join(" and ", kinds)}.");
        }
    }

    private static StepRequest Step(JsonElement step)
    {
        var (id, title) = (Text(step, "id")!, Text(step, "title"));
        return (Text(step, "kind") ?? "call") switch
        {
            "check" => StepRequest.OfCheck(
                id, title, Text(step, "service")!, Text(step, "operation")!, Json(step, "parameters")!,
                new(Text(step, "until")!, Number(step, "timeout_seconds"), Text(step, "show"))),
            "bake" => StepRequest.OfBake(id, title, new(
                [.. step.GetProperty("alarms").EnumerateArray().Select(name => name.GetString()!)],
                step.GetProperty("seconds").GetInt32(),
                step.TryGetProperty("may_be_in_alarm", out var may) && may.GetBoolean())),
            "approval" => StepRequest.OfApproval(id, title, new(Text(step, "decision") ?? "confirm", Number(step, "timeout_seconds"))),
            "collect" => StepRequest.OfCollect(id, title, [.. step.GetProperty("reads").EnumerateArray().Select(read => new ReadRequest(
                Text(read, "name")!, Text(read, "service")!, Text(read, "operation")!, Json(read, "parameters")!, Text(read, "select")))]),
            _ => Call(step, id, title),
        };
    }

    private static StepRequest Call(JsonElement step, string id, string? title) => new(
        id,
        title,
        Text(step, "service")!,
        Text(step, "operation")!,
        Json(step, "parameters")!,
        step.TryGetProperty("wait", out var wait) ? Wait(wait) : null,
        step.TryGetProperty("undo", out var undo) ? Undo(undo) : null,
        step.TryGetProperty("alternatives", out var others)
            ? [.. others.EnumerateArray().Select(other => Json(other, "parameters")!)]
            : null);

    private static UndoRequest Undo(JsonElement undo) => new(Text(undo, "service")!, Text(undo, "operation")!, Json(undo, "parameters")!);

    private static WaitRequest Wait(JsonElement wait) => new(
        Text(wait, "waiter"), Text(wait, "operation"), Json(wait, "parameters"), Text(wait, "until"), Text(wait, "fail_when"),
        Number(wait, "timeout_seconds"));

    private static int? Number(JsonElement from, string name) => from.TryGetProperty(name, out var value) ? value.GetInt32() : null;

    private static string? Text(JsonElement from, string name) => from.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static JsonObject? Json(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) ? JsonObject.Create(value) : null;
}
