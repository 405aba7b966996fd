using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Secrecy;

namespace ServerlessMcp.Executions.Running;

/// <summary>What is kept of a call's answer: the top-level members that references and undo conditions reach, always; the rest while it fits, without what looks like a secret.</summary>
internal static class StoredOutput
{
    private const int MostOfTheRest = 16 * 1024;

    public static JsonObject Trim(Plan plan, Step step, JsonObject output)
    {
        var reached = Reached(plan, step);
        var kept = new JsonObject();
        foreach (var (name, value) in output.Where(member => reached(member.Key)))
        {
            kept[name] = value?.DeepClone();
        }

        var left = MostOfTheRest;
        foreach (var (name, value) in output.Where(member => !kept.ContainsKey(member.Key)))
        {
            var shown = Redaction.Json(new JsonObject { [name] = value?.DeepClone() })![name];
            var size = Encoding.UTF8.GetByteCount(shown?.ToJsonString() ?? "null") + name.Length + 4;
            if (size <= left)
            {
                left -= size;
                kept[name] = shown?.DeepClone();
            }
        }

        return kept;
    }

    /// <summary>True if a later step refers to this member of the step's output.</summary>
    public static bool IsReached(Plan plan, Step step, string name) => Reached(plan, step)(name);

    /// <summary>True if the step's undo, wait or checks need its output.</summary>
    public static bool UndoNeedsOutput(Step step) =>
        OwnReferences(step).Any(reference => reference.Source == "output")
        || step.Undo.Any(undo => undo.When?.Contains("output", StringComparison.Ordinal) == true);

    private static Func<string, bool> Reached(Plan plan, Step step)
    {
        var others = plan.Steps
            .SelectMany(other => References.Find(JsonNodes.ToObject(other, ExecutionsJson.Default.Step), own: false))
            .Select(found => found.Reference)
            .Where(reference => reference.StepId == step.Id);
        var references = others.Concat(OwnReferences(step)).Where(reference => reference.Source == "output").ToList();
        var names = references.Select(reference => reference.Path.Split('.', '[')[0]).ToHashSet();
        var conditions = string.Join(' ', step.Undo.Select(undo => undo.When));
        return name => names.Contains("") || names.Contains(name) || conditions.Contains(name, StringComparison.Ordinal);
    }

    private static IEnumerable<Reference> OwnReferences(Step step)
    {
        var own = step with { Call = step.Call with { Parameters = [] }, Before = null, Alternatives = [], Title = "" };
        return References.Find(JsonNodes.ToObject(own, ExecutionsJson.Default.Step), own: true).Select(found => found.Reference).Where(reference => reference.StepId is null);
    }
}
