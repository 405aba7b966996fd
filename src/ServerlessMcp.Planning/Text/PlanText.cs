using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Cost;

namespace ServerlessMcp.Planning.Text;

/// <summary>A plan as its readers know it: <c>+ ~ -</c>, the resource, what is there now, the undo, its class and what is lost. Stable.</summary>
public static class PlanText
{
    private const int LabelColumn = 2;
    private const int FactColumn = 10;

    private static readonly JsonWriterOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Render(Plan plan, PlanPreview preview)
    {
        var text = new TextLines();
        text.Line($"Plan: {plan.Title}");
        text.Column("  id", plan.PlanId, FactColumn);
        text.Column("  hash", plan.Hash, FactColumn);
        text.Column("  target", $"account {plan.Target.Account}, region {plan.Target.Region}", FactColumn);
        text.Column("  expires", Time(plan.ExpiresAt), FactColumn);
        if (plan.UndoOf is { } undone)
        {
            text.Column("  undoes", $"execution {undone}", FactColumn);
        }

        if (plan.RetryOf is { } retried)
        {
            text.Column("  retries", $"execution {retried}", FactColumn);
        }

        foreach (var step in plan.Steps)
        {
            text.Line();
            Step(text, step);
        }

        text.Line();
        text.Line(Counts(plan, preview));
        Summary(preview, (label, value) =>
            text.Column(label.Length == 0 ? "" : $"{label}:", value, Math.Max(FactColumn, label.Length + 2)));
        return text.ToString();
    }

    /// <summary>What is really sent to AWS, whatever the caller named it; long parameters are cut.</summary>
    public static string Call(ApiCall call) => $"{call.Service}:{call.Operation} {Short(call.Parameters)}";

    /// <summary>An undo's class, and what it means.</summary>
    public static string Class(Reversibility reversibility) => reversibility.Class switch
    {
        UndoClass.Full => "full: everything comes back",
        UndoClass.Partial => $"partial, lost: {string.Join("; ", reversibility.Loses)}",
        UndoClass.Declared => "declared: the undo is the caller's own, and nobody has proven it",
        _ when reversibility.Loses.Count > 0 => $"none: this cannot be taken back: {string.Join("; ", reversibility.Loses)}",
        _ => "none: this cannot be taken back",
    };

    /// <summary>JSON for a person's eyes: not more escaped than JSON asks for.</summary>
    internal static string Json(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            node.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>A step's lines, each a label of at most seven letters and a text: what, the call, what is there now, the undo, its class.</summary>
    public static void Facts(Step step, Action<string, string> line)
    {
        if (step.Kind != StepKind.Call)
        {
            LookText.Facts(step, line);
            return;
        }

        if (step.Resource is not null)
        {
            line("what", StepResource.Shown(step.Resource, step.Call));
        }

        line("call", Call(step.Call));
        if (step.Before is { } before)
        {
            line("now", Now(before));
        }

        if (step.Wait is { } wait)
        {
            line("then", Wait(wait));
        }

        foreach (var other in step.Alternatives)
        {
            line("else", Call(step.Call with { Parameters = other }));
        }

        Undo(step, line);
    }

    /// <summary>What holds for the plan as a whole, each a label and a text.</summary>
    public static void Summary(PlanPreview preview, Action<string, string> line)
    {
        line("Verdict", $"{Word(preview.Verdict.Is)} ({preview.Verdict.Rule})");
        line("Cost", Cost(preview));
        foreach (var note in preview.CostNotes)
        {
            line("", note);
        }

        if (preview.Permissions is { } permissions)
        {
            line("Allowed", Allowed(permissions));
        }

        preview.Warnings.ToList().ForEach(warning => line("Warning", warning));
        preview.NotChecked.ToList().ForEach(unknown => line("Not checked", unknown));
    }

    /// <summary>How many steps of which kind, and how much of the whole can be undone.</summary>
    public static string Counts(Plan plan, PlanPreview preview)
    {
        var counts = plan.Steps.GroupBy(step => (step.Kind, step.Effect)).OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} to {(group.Key.Kind == StepKind.Call ? Word(group.Key.Effect) : LookText.Word(group.Key.Kind))}");
        var steps = plan.Steps.Count == 1 ? "1 step" : $"{plan.Steps.Count} steps";
        return $"{steps}: {string.Join(", ", counts)}. Undo of the whole: {Word(preview.Reversibility)}.";
    }

    private static void Step(TextLines text, Step step)
    {
        text.Column($"{PreviewWriter.Sign(step)[..1]} {step.Id}:", step.Title, Math.Max(FactColumn, step.Id.Length + 4));
        Facts(step, (label, value) => text.Column(new string(' ', LabelColumn) + label, value, FactColumn));
    }

    private static void Undo(Step step, Action<string, string> line)
    {
        foreach (var undo in step.Undo)
        {
            line("undo", Call(undo.Call) + (undo.When is null ? "" : $" if {undo.When}"));
        }

        foreach (var condition in step.Empty)
        {
            line("", $"only while {condition.Title}");
        }

        foreach (var condition in step.Requires)
        {
            line("needs", condition.Title);
        }

        line("class", Class(step.Reversibility));
    }

    private static string Cost(PlanPreview preview) => preview.MonthlyCostDeltaUsd switch
    {
        null when preview.CostNotes.Count > 0 => "not known as a whole",
        null => "not checked",
        0 => "0.00 USD a month: no step makes or ends what costs while it stands",
        { } cost => string.Create(CultureInfo.InvariantCulture, $"{cost:+0.00;-0.00} USD a month of {PriceList.HoursAMonth} hours"),
    };

    private static string Allowed(PlanPermissions permissions)
    {
        var allowed = permissions.Steps.Count(step => step.Is == PermissionState.Allowed);
        var denied = permissions.Steps.Where(step => step.Is == PermissionState.Denied).Select(step => step.StepId).ToList();
        return $"{allowed} of {permissions.Steps.Count} steps with their undos{(denied.Count > 0 ? $"; denied: {string.Join(", ", denied)}" : "")}. By {permissions.How}, for {permissions.Who}";
    }

    private static string Now(StepRead before) => before switch
    {
        { Planned: false } => "not known yet; read when the step begins",
        { Value: null } => "not there",
        _ => Short(before.Value),
    };

    private static string Wait(StepWait wait) => wait.Waiter is { } waiter
        ? $"wait for {waiter}, up to {wait.TimeoutSeconds} s"
        : $"wait until {wait.Until} of {wait.Call!.Service}:{wait.Call.Operation}, up to {wait.TimeoutSeconds} s";

    private static string Short(JsonNode? node)
    {
        const int most = 400;
        var json = Compact(node);
        return json.Length <= most ? json : $"{json[..most]}... ({json.Length} characters)";
    }

    /// <summary>JSON without quotes where a plain word stands: for people.</summary>
    private static string Compact(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject members => $"{{{string.Join(", ", members.Select(member => $"{member.Key}: {Compact(member.Value)}"))}}}",
        JsonArray items => $"[{string.Join(", ", items.Select(Compact))}]",
        JsonValue value when value.TryGetValue<string>(out var text) => text.Length == 0 || text.Any(c => c is ' ' or ',' or '"') ? $"\"{text}\"" : text,
        _ => node.ToJsonString(),
    };
}
