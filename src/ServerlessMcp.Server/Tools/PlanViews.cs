using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>Plans as a client sees them.</summary>
internal static class PlanViews
{
    public const string Schema = $$$$"""
        "plan_id":{"type":"string"},
        "plan_hash":{"type":"string"},
        "title":{"type":"string"},
        "account":{"type":"string"},
        "region":{"type":"string"},
        "expires_at":{"type":"string"},
        "verdict":{"type":"object","properties":{
        "is":{"type":"string","enum":["allow","confirm","approve","forbid"]},"rule":{"type":"string"},
        "code":{"type":"string"},"policy":{"type":"string"},
        "rules":{"type":"array","items":{"type":"object"}}
        }},
        "reversibility":{"type":"string","enum":["full","partial","declared","none"]},
        "steps":{"type":"array","items":{"type":"object"}},
        "preview":{"type":"object"},
        "undo_of":{"type":"string"},
        "retry_of":{"type":"string"},
        "execution_id":{"type":"string"},
        {{{{NextCalls.Schema}}}}
        """;

    private const int MaxText = 12_000;

    public static ToolAnswer Answer(Plan plan, PlanPreview preview, string? executionId = null)
    {
        var next = Next(plan, preview, executionId);
        var text = PlanText.Render(plan, preview);
        if (text.Length > MaxText)
        {
            text = $"{text[..MaxText]}\n... ({text.Length} characters; all steps are in the structured content)";
        }

        var state = executionId is null ? "nothing has happened yet" : $"started as {executionId}";
        return ToolAnswer.Of(
            $"Plan {plan.PlanId}: {state}. Verdict: {Word(preview.Verdict.Is)}; undo of the whole: {Word(preview.Reversibility)}.",
            Json(plan, preview, executionId),
            next,
            source: $"plan://{plan.PlanId}",
            data: text);
    }

    /// <summary>A plan that the rules forbid has no next call.</summary>
    private static NextCalls Next(Plan plan, PlanPreview preview, string? executionId)
    {
        var execute = new NextCall("execute_plan", new() { ["plan_id"] = plan.PlanId, ["plan_hash"] = plan.Hash }, "runs this plan");
        return executionId is not null ? new(ExecutionNext.Watch(executionId)) : preview.Verdict.Is == VerdictKind.Forbid ? NextCalls.None : new(execute);
    }

    private static JsonObject Json(Plan plan, PlanPreview preview, string? executionId)
    {
        var view = new JsonObject
        {
            ["plan_id"] = plan.PlanId,
            ["plan_hash"] = plan.Hash,
            ["title"] = plan.Title,
            ["account"] = plan.Target.Account,
            ["region"] = plan.Target.Region,
            ["expires_at"] = ExecutionViews.Time(plan.ExpiresAt),
            ["verdict"] = Verdict(preview.Verdict),
            ["reversibility"] = Word(preview.Reversibility),
            ["steps"] = new JsonArray([.. plan.Steps.Select(Step)]),
            ["preview"] = Preview(preview),
        };
        ExecutionViews.Add(view, "undo_of", plan.UndoOf);
        ExecutionViews.Add(view, "retry_of", plan.RetryOf);
        ExecutionViews.Add(view, "execution_id", executionId);
        return view;
    }

    private static JsonObject Verdict(Verdict verdict)
    {
        var view = new JsonObject { ["is"] = Word(verdict.Is), ["rule"] = verdict.Rule };
        ExecutionViews.Add(view, "code", verdict.Code);
        ExecutionViews.Add(view, "policy", verdict.PolicyHash);
        if (verdict is { Is: not VerdictKind.Allow, Rules.Count: > 0 })
        {
            view["rules"] = new JsonArray([.. verdict.Rules.Select(rule =>
                (JsonNode)new JsonObject { ["id"] = rule.RuleId, ["steps"] = Views.Texts(rule.Steps) })]);
        }

        return view;
    }

    private static JsonNode Step(Step step)
    {
        var view = new JsonObject
        {
            ["id"] = step.Id,
            ["title"] = step.Title,
        };
        if (step.Kind != StepKind.Call)
        {
            view["kind"] = Word(step.Kind);
            return view;
        }

        view["effect"] = Word(step.Effect);
        view["service"] = step.Call.Service;
        view["operation"] = step.Call.Operation;
        view["class"] = Word(step.Reversibility.Class);
        ExecutionViews.Add(view, "resource", step.Resource);
        if (step.Reversibility.Loses.Count > 0)
        {
            view["loses"] = Views.Texts(step.Reversibility.Loses);
        }

        return view;
    }

    private static JsonObject Preview(PlanPreview preview) => new()
    {
        ["changes"] = Views.Texts(preview.Changes),
        ["managed_by"] = new JsonArray([.. preview.ManagedBy.Select(managed =>
            (JsonNode)new JsonObject { ["stack"] = managed.Stack, ["resource"] = managed.Resource })]),
        ["monthly_cost_delta_usd"] = preview.MonthlyCostDeltaUsd,
        ["cost_notes"] = Views.Texts(preview.CostNotes),
        ["missing_permissions"] = preview.MissingPermissions is { } missing ? Views.Texts(missing) : null,
        ["permissions"] = Permissions(preview.Permissions),
        ["not_checked"] = Views.Texts(preview.NotChecked),
        ["warnings"] = Views.Texts(preview.Warnings),
    };

    private static JsonObject? Permissions(PlanPermissions? permissions) => permissions is null ? null : new()
    {
        ["who"] = permissions.Who,
        ["how"] = permissions.How,
        ["steps"] = new JsonArray([.. permissions.Steps.Select(Permission)]),
    };

    private static JsonNode Permission(StepPermissions step)
    {
        var view = new JsonObject { ["id"] = step.StepId, ["is"] = Word(step.Is) };
        ExecutionViews.Add(view, "why", step.Why);
        if (step.Denied.Count > 0)
        {
            view["denied"] = new JsonArray([.. step.Denied.Select(denied => (JsonNode)new JsonObject
            {
                ["action"] = denied.Action,
                ["resource"] = denied.Resource,
                ["for"] = Word(denied.For),
                ["why"] = denied.Why,
            })]);
        }

        return view;
    }

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
