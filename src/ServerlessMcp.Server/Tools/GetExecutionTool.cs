using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Pages;

namespace ServerlessMcp.Server.Tools;

/// <summary>Where an execution stands, or what a plan says.</summary>
internal sealed class GetExecutionTool(ExecutionStore executions, ProblemStore problems, PlanStart plans, PageLinks pages, TimeProvider time) : ServerTool
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    public override ToolDefinition Definition { get; } = new()
    {
        Name = "get_execution",
        Title = "Look at an execution or a plan",
        Description = "Shows an execution's status, why it turned and what is left, or, with a plan's id, the plan. "
            + "wait_seconds waits for the status to change; detail adds each step or the record of events.",
        Scope = Scope.Read,
        ReadOnly = true,
        Destructive = false,
        Idempotent = true,
        OpenWorld = false,
        InputSchema = """
            {"type":"object","required":["id"],"additionalProperties":false,"properties":{
            "id":{"type":"string","pattern":"^(ex|pl)_[a-z2-7]{26}$","description":"Of an execution or a plan."},
            "wait_seconds":{"type":"integer","minimum":0,"maximum":20},
            "detail":{"type":"string","enum":["summary","steps","events"],"description":"Default summary."}}}
            """,
        OutputSchema = Views.OutputSchema(
            $$$$"""
            {{{{ExecutionViews.Schema}}}},"retried_by":{"type":"string"},"progress":{"type":"string"},"problem":{"type":"object"},"steps_done":{"type":"integer"},
            "steps":{"type":"array","items":{"type":"object"}},"events":{"type":"array","items":{"type":"object"}}
            """,
            "plan_id", "plan_hash"),
    };

    public override async Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var wait = TimeSpan.FromSeconds(call.Arguments.Number("wait_seconds", 0));
        return await ShowAsync(call.Arguments.Text("id"), wait, call.Arguments.TextOrNull("detail") ?? "summary", call.Caller, cancellationToken);
    }

    /// <summary>What a plan says, or where an execution stands, for who may see it.</summary>
    internal async Task<ToolAnswer> ShowAsync(string id, TimeSpan wait, string detail, Principal caller, CancellationToken cancellationToken)
    {
        if (id.StartsWith("pl_", StringComparison.Ordinal))
        {
            var stored = await plans.FindPlanAsync(id, caller, cancellationToken);
            return PlanViews.Answer(stored.Plan, stored.Preview, stored.ExecutionId);
        }

        var execution = await WaitAsync(id, caller, wait, cancellationToken);
        return await ShowAsync(execution, detail, caller, cancellationToken);
    }

    /// <summary>Reads one item every two seconds until the status is another, or the time is over.</summary>
    private async Task<Execution> WaitAsync(string id, Principal caller, TimeSpan wait, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + wait;
        var first = await executions.GetAsync(id, caller, cancellationToken);
        var execution = first;
        while (!execution.IsTerminal && execution.Status == first.Status && until - time.GetUtcNow() is { Ticks: > 0 } left)
        {
            await Task.Delay(left < BetweenLooks ? left : BetweenLooks, time, cancellationToken);
            execution = await executions.GetAsync(id, caller, cancellationToken);
        }

        return execution;
    }

    private async Task<ToolAnswer> ShowAsync(Execution execution, string detail, Principal caller, CancellationToken cancellationToken)
    {
        var facts = await executions.StepsAsync(execution.ExecutionId, cancellationToken);
        var view = ExecutionViews.Json(execution, pages.Page(execution));
        view["steps_done"] = facts.Count(step => step.Status is StepStatus.Done or StepStatus.NoEffect or StepStatus.Passed);
        ExecutionViews.Add(view, "undone_by", await executions.UndoneByAsync(execution.ExecutionId, cancellationToken));
        ExecutionViews.Add(view, "retried_by", await RetriedByAsync(execution.ExecutionId, caller, cancellationToken));
        var current = execution.IsTerminal ? null : await executions.CurrentStepAsync(execution, cancellationToken);
        var progress = ProgressText.Line(execution, current, time.GetUtcNow());
        ExecutionViews.Add(view, "progress", progress);
        // Without a lost answer nothing looks, and there is nothing to read.
        var found = execution.LateLookAt is null ? [] : await problems.OfExecutionAsync(execution.ExecutionId, cancellationToken);
        ProblemViews.Add(view, found);
        var isOurs = ProgressText.IsOurs(execution, current);
        List<string> words = [isOurs ? "" : progress ?? "", ExecutionViews.Words(execution)];
        if (detail == "steps")
        {
            view["steps"] = new JsonArray([.. facts.Select(StepViews.Json)]);
            var stored = await plans.FindPlanAsync(execution.PlanId, caller, cancellationToken);
            var text = ExecutionText.Render(execution, stored.Plan, facts, current, time.GetUtcNow());
            words = [text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]]; // Its first line is the head's.
        }
        else if (detail == "events")
        {
            var events = await executions.EventsAsync(execution.ExecutionId, cancellationToken);
            view["events"] = new JsonArray([.. events.TakeLast(StepViews.MaxEvents).Select(StepViews.Json)]);
            words.AddRange(events.TakeLast(StepViews.MaxEvents).Select(StepViews.Text));
        }

        words.AddRange(found.Select(ProblemViews.Text).Select(PlainText.OneLine));
        var head = ExecutionViews.Head(execution, facts);
        return ToolAnswer.Of(
            progress is not null && isOurs && detail != "steps" ? $"{head}\n{progress}" : head,
            view,
            ExecutionNext.Of(execution, pages.Question(execution)),
            ExecutionViews.Source(execution),
            string.Join('\n', words.Where(line => line.Length > 0)));
    }

    private async Task<string?> RetriedByAsync(string executionId, Principal caller, CancellationToken cancellationToken) =>
        (await executions.RetryAsync(executionId, cancellationToken)).Retry switch
        {
            { ExecutionId: { } resumed } => resumed,
            { PlanId: { } planId } => (await plans.TryFindPlanAsync(planId, caller, cancellationToken))?.ExecutionId,
            _ => null,
        };
}
