using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Server.Pages;

/// <summary>A plan in pieces of a page. What a person decides by is made from the stored plan; titles are quoted as somebody's words.</summary>
internal static class PlanParts
{
    /// <summary>Of a step's data as a whole, in characters; a plan has at most 200 KB.</summary>
    private const int MostData = 20_000;

    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Html Summary(StoredPlan stored)
    {
        var (plan, preview) = (stored.Plan, stored.Preview);
        var facts = new List<(string, string)>
        {
            ("Account", $"{plan.Target.Account}, {plan.Target.Region}"),
            ("Undo", $"{PlanText.Word(preview.Reversibility)}, as the worst of its steps"),
        };
        facts.AddRange(preview.ManagedBy.Select(one => ("Belongs to", $"stack {one.Stack}: {one.Resource}")));
        facts.AddRange((preview.MissingPermissions ?? []).Select(missing => ("Denied", missing)));
        PlanText.Summary(preview with { NotChecked = [] }, (label, text) => facts.Add((label, text)));
        var unknown = Html.Join(preview.NotChecked.Select(one => PageLayout.Said("Not checked, with what AWS says", one)));
        facts.AddRange([("Policy", preview.Verdict.PolicyHash ?? "built in"), ("Plan hash", plan.Hash), ("Plan expires", PlanText.Time(plan.ExpiresAt))]);
        return Html.Of($"""
            <section class="card" id="p-plan" data-part><h2>The plan</h2><p>{PlanText.Counts(plan, preview)}</p><ol class="changes">{Html.Join(preview.Changes.Zip(plan.Steps).Select(one => Change(one.First, one.Second)))}</ol>{PageLayout.Facts(facts)}{unknown}</section>
            """);
    }

    /// <param name="state">What stands at a step beside its sign; nothing where nothing has run.</param>
    /// <param name="more">What is known of it now.</param>
    public static Html Steps(Plan plan, Func<Step, Html> state, Func<Step, Html> more) => Html.Of($"""
        <section class="steps"><h2>Steps, in the order in which they run</h2>
        <ol>{Html.Join(plan.Steps.Select(step => Step(step, state(step), more(step))))}</ol></section>
        """);

    /// <summary>A line of the preview. Of a step that changes nothing it is the title, and so somebody's words.</summary>
    private static Html Change(string line, Step step) => step.Kind == StepKind.Call
        ? Html.Of($"<li><code>{line}</code></li>")
        : Html.Of($"<li>? {PlanText.Word(step.Kind)} <code>{step.Id}</code></li>");

    private static Html Step(Step step, Html state, Html more)
    {
        var (sign, word) = step.Kind == StepKind.Call
            ? (step.Effect switch { StepEffect.Create => "+", StepEffect.Delete => "-", _ => "~" }, PlanText.Word(step.Effect))
            : ("?", PlanText.Word(step.Kind));
        var facts = new List<(string, string)>();
        PlanText.Facts(step, (label, text) => facts.Add((label, text)));
        return Html.Of($"""
            <li class="step {word} undo-{PlanText.Word(step.Reversibility.Class)}" id="p-step-{step.Id}" data-part>
            <h3><span class="sign" aria-hidden="true">{sign}</span> {word} <code>{step.Id}</code>{state}</h3>
            {PageLayout.Said("Named by who asked, or by the planner", step.Title)}
            {PageLayout.Facts(facts)}{more}
            <details><summary>All of it, as data</summary><pre tabindex="0">{Html.Lines(Cut(DataOf(step)))}</pre></details>
            </li>
            """);
    }

    private static string DataOf(Step step)
    {
        var data = new JsonObject();
        if (step.Call.Operation.Length > 0)
        {
            data["call"] = Call(step.Call);
        }

        if (step.Before is { Planned: true } before)
        {
            data["before"] = before.Value?.DeepClone();
        }

        if (step.Undo.Count > 0)
        {
            data["undo"] = new JsonArray([.. step.Undo.Select(undo => (JsonNode)Call(undo.Call))]);
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            data.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static JsonObject Call(ApiCall call) => new()
    {
        ["service"] = call.Service,
        ["operation"] = call.Operation,
        ["parameters"] = call.Parameters.DeepClone(),
    };

    private static string Cut(string text) => text.Length <= MostData ? text : $"{text[..MostData]}\n... ({text.Length} characters)";
}
