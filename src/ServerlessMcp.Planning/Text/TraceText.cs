using System.Globalization;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Planning.Text;

/// <summary>One execution on one screen: who asked, what was planned and decided, what happened when, what it made, how it is taken back.</summary>
public static class TraceText
{
    private const int FactColumn = 10;
    private const int MaxEvents = 40;

    public static string Render(ExecutionTrace trace)
    {
        var (execution, text) = (trace.Execution, new TextLines());
        text.Line($"Execution {execution.ExecutionId}: {PlanText.Word(execution.Status)}");
        Head(text, trace);
        text.Line();
        Events(text, trace);
        text.Line();
        foreach (var step in trace.Plan.Steps)
        {
            Step(text, step, trace);
        }

        text.Line();
        Resources(text, trace);
        Undo(text, trace);
        return text.ToString();
    }

    private static void Head(TextLines text, ExecutionTrace trace)
    {
        var (execution, plan) = (trace.Execution, trace.Plan);
        text.Column("  title", execution.Title, FactColumn);
        text.Column("  asked", $"{PlanText.Time(execution.CreatedAt)} by {Who(execution.Owner, trace)}", FactColumn);
        text.Column("  where", $"account {plan.Target.Account}, {plan.Target.Region}", FactColumn);
        text.Column("  plan", $"{plan.PlanId} {plan.Hash}", FactColumn);
        text.Column("", $"planned {PlanText.Time(plan.CreatedAt)}, undo {PlanText.Word(trace.Preview.Reversibility)}", FactColumn);
        text.Column("  verdict", $"{PlanText.Word(trace.Preview.Verdict.Is)}: {trace.Preview.Verdict.Rule}", FactColumn);
        foreach (var (_, decision) in trace.Gates)
        {
            text.Column("  decided", $"{PlanText.Time(decision.At)} {PlanText.Word(decision.Decision)} by {Who(decision.By, trace)}", FactColumn);
        }

        text.Column("  ran", Ran(execution), FactColumn);
        if (execution.Failure is { } failure)
        {
            var where = failure.StepId is null ? "" : $"at '{failure.StepId}': ";
            text.Column("  why", $"{where}{failure.Code}: {failure.Message}{Request(failure.RequestId)}", FactColumn);
            if (Troubles.AfterRefusal(Troubles.Of(failure), failure.Message) is { } advice)
            {
                text.Column("  helps", advice, FactColumn);
            }
        }
    }

    private static string Ran(Execution execution)
    {
        if (execution.StartedAt is not { } started)
        {
            return "no step has begun";
        }

        var runs = execution.Run == 1 ? "one run" : $"{execution.Run} runs";
        return execution.EndedAt is { } ended
            ? string.Create(CultureInfo.InvariantCulture, $"{PlanText.Time(started)}, {(ended - started).TotalSeconds:0.0} s, {runs}")
            : $"since {PlanText.Time(started)}, {runs}";
    }

    private static void Events(TextLines text, ExecutionTrace trace)
    {
        var from = trace.Execution.StartedAt ?? trace.Execution.CreatedAt;
        var shown = trace.Events.Count <= MaxEvents ? trace.Events : [.. trace.Events.Take(MaxEvents / 2), .. trace.Events.TakeLast(MaxEvents / 2)];
        for (var n = 0; n < shown.Count; n++)
        {
            if (n == MaxEvents / 2 && shown.Count < trace.Events.Count)
            {
                text.Column("", $"... {trace.Events.Count - shown.Count} more; get_execution detail=events has them all", FactColumn);
            }

            // The start is written a moment after it is decided; plus zero, so that -0.04 s is no "-0.0".
            var after = Math.Round((shown[n].At - from).TotalSeconds, 1) + 0.0;
            text.Column(string.Create(CultureInfo.InvariantCulture, $"{after,7:0.0} s"), shown[n].Text, FactColumn);
        }
    }

    private static void Step(TextLines text, Step step, ExecutionTrace trace)
    {
        var facts = trace.Facts.FirstOrDefault(one => one.StepId == step.Id);
        var status = facts is null ? "not begun" : PlanText.Word(facts.Status).Replace('_', ' ');
        text.Column($"{PreviewWriter.Sign(step)[..1]} {step.Id}", $"{status}: {step.Title}", FactColumn);
        if (facts is null)
        {
            return;
        }

        if (facts.Resource is { } resource)
        {
            text.Column("", resource, FactColumn);
        }

        text.Column("", $"{Calls(facts)}{Requests(facts)}", FactColumn);
        if (facts.Session is { } session)
        {
            text.Column("", $"role session {session}", FactColumn);
        }

        if (facts.Error is { } error)
        {
            text.Column("", $"{error.Code}: {error.Message}", FactColumn);
        }

        if (facts.Busy is { } busy)
        {
            text.Column("", $"waits: {busy.Code}: {busy.Message}", FactColumn);
        }

        if (facts.LeftWhy is { } why)
        {
            text.Column("", $"left: {why}", FactColumn);
        }
    }

    private static string Calls(StepFacts facts)
    {
        var calls = facts.Attempts == 1 ? "1 call" : $"{facts.Attempts} calls";
        return facts.EndedAt is { } ended
            ? string.Create(CultureInfo.InvariantCulture, $"{calls}, {(ended - facts.StartedAt).TotalSeconds:0.0} s")
            : $"{calls}, since {PlanText.Time(facts.StartedAt)}";
    }

    private static string Requests(StepFacts facts) => facts.RequestIds.Count == 0
        ? ""
        : $"; {(facts.RequestIds.Count == 1 ? "request" : "requests")} {string.Join(", ", facts.RequestIds)}";

    private static void Resources(TextLines text, ExecutionTrace trace)
    {
        foreach (var tracked in trace.Resources)
        {
            var why = tracked.Why is { } reason ? $" ({reason})" : "";
            text.Column($"  {PlanText.Word(tracked.Record.How)}", $"{tracked.Record.Key}: {PlanText.Word(tracked.State).Replace('_', ' ')}{why}", FactColumn);
        }
    }

    private static void Undo(TextLines text, ExecutionTrace trace)
    {
        var execution = trace.Execution;
        if (execution.UndoOf is { } undone)
        {
            text.Column("  undoes", $"execution {undone}", FactColumn);
        }

        if (execution.RetryOf is { } retried)
        {
            text.Column("  retries", $"execution {retried}", FactColumn);
        }

        foreach (var left in execution.Left)
        {
            text.Column("  left", $"{left.StepId} {left.Resource}: {left.Why}", FactColumn);
        }

        var undo = (trace.UndoneBy, execution.Status) switch
        {
            ({ } by, _) => $"taken back by execution {by}",
            (_, ExecutionStatus.Succeeded) => $"not taken back; until {PlanText.Time(execution.CreatedAt + LargeValues.Kept)} rollback_execution plans it",
            (_, ExecutionStatus.RollbackFailed) => "not whole: retry_execution goes on with it",
            (_, ExecutionStatus.RolledBack or ExecutionStatus.Cancelled) => "taken back by this execution",
            (_, ExecutionStatus.Rejected) => "nothing to take back",
            _ => "if a step is refused, or on cancel_execution",
        };
        text.Column("  undo", undo, FactColumn);
        if (trace.Retry is { ExecutionId: { } next })
        {
            text.Column("  retried", $"by execution {next}", FactColumn);
        }
        else if (trace.Retry is { PlanId: { } plan })
        {
            text.Column("  retried", $"by plan {plan}", FactColumn);
        }
    }

    private static string Who(string principal, ExecutionTrace trace) =>
        principal == trace.Execution.Owner && trace.Asker is { } name ? $"{name} ({principal})" : principal;

    private static string Request(string? requestId) => requestId is null ? "" : $" (request {requestId})";
}
