using System.Globalization;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Planning.Text;

/// <summary>An execution with its steps as text: where it stands, why, and what is left.</summary>
public static class ExecutionText
{
    private const int FactColumn = 10;

    /// <param name="facts">Of the steps that have begun.</param>
    /// <param name="current">The step that is under way, if any.</param>
    public static string Render(Execution execution, Plan plan, IReadOnlyList<StepFacts> facts, StepFacts? current, DateTimeOffset now)
    {
        var text = new TextLines();
        text.Line($"Execution {execution.ExecutionId}: {PlanText.Word(execution.Status)}");
        text.Column("  title", execution.Title, FactColumn);
        text.Column("  plan", $"{execution.PlanId} {execution.Hash}", FactColumn);
        text.Column("  time", Times(execution), FactColumn);
        if (ProgressText.Line(execution, current, now, current is null ? null : plan.Steps[current.Index]) is { } progress)
        {
            text.Column("  now", progress, FactColumn);
        }

        Reasons(text, execution);
        text.Line();
        var known = facts.ToDictionary(item => item.StepId);
        foreach (var step in plan.Steps)
        {
            Step(text, step, known.GetValueOrDefault(step.Id), execution.IsTerminal, plan.Steps.Max(one => one.Id.Length));
        }

        Left(text, execution);
        return text.ToString();
    }

    private static string Times(Execution execution)
    {
        var from = execution.StartedAt ?? execution.CreatedAt;
        return execution.EndedAt is { } ended
            ? string.Create(CultureInfo.InvariantCulture, $"{PlanText.Time(from)}, took {(ended - from).TotalSeconds:0.0} s")
            : $"since {PlanText.Time(from)}";
    }

    private static void Reasons(TextLines text, Execution execution)
    {
        if (execution.UndoOf is { } undone)
        {
            text.Column("  undoes", $"execution {undone}", FactColumn);
        }

        if (execution.RetryOf is { } retried)
        {
            text.Column("  retries", execution.Origin is null ? $"execution {retried}" : $"the rollback of execution {retried}", FactColumn);
        }

        if (execution is { Gate: { } gate, Status: ExecutionStatus.AwaitingApproval })
        {
            text.Column("  waits", $"for a person to {gate.Kind} ({gate.Rule}), until {PlanText.Time(gate.ExpiresAt)}", FactColumn);
        }

        if (execution.CancelledBy is { } by)
        {
            text.Column("  cancel", $"asked for by {by}", FactColumn);
        }

        if (execution.Failure is { } failure)
        {
            var where = failure.StepId is null ? "" : $"at '{failure.StepId}': ";
            var request = failure.RequestId is null ? "" : $" (request {failure.RequestId})";
            text.Column("  why", $"{where}{failure.Code}: {failure.Message}{request}", FactColumn);
            if (Troubles.AfterRefusal(Troubles.Of(failure), failure.Message) is { } advice)
            {
                text.Column("  helps", advice, FactColumn);
            }
        }

        if (execution.Busy is { } busy)
        {
            text.Column("  busy", ProgressText.Why(busy), FactColumn);
        }
    }

    private static void Step(TextLines text, Step step, StepFacts? facts, bool hasEnded, int idWidth)
    {
        var status = facts is null ? "not begun" : hasEnded && facts.Status == StepStatus.Looking ? "broken off" : PlanText.Word(facts.Status).Replace('_', ' ');
        var lead = $"{PreviewWriter.Sign(step)[..1]} {step.Id.PadRight(idWidth)}  {status,-13}  ";
        text.Column(lead, step.Title, lead.Length);
        if (facts?.Resource is { } resource)
        {
            text.Column("", resource, FactColumn);
        }

        if (facts is null)
        {
            return;
        }

        if (facts.Error is { } error)
        {
            text.Column("", $"{error.Code}: {error.Message}", FactColumn);
        }

        if (facts.Busy is { } busy)
        {
            text.Column("", $"waits: {ProgressText.Why(busy)}", FactColumn);
        }

        if (Calls(facts) is { Length: > 0 } calls)
        {
            text.Column("", calls, FactColumn);
        }
    }

    /// <summary>How often AWS was asked, how long it took, and the request ids that AWS's support asks for.</summary>
    private static string Calls(StepFacts facts)
    {
        List<string> parts = [];
        if (facts.Attempts > 0)
        {
            parts.Add(facts.Attempts == 1 ? "1 call" : $"{facts.Attempts} calls");
        }

        if (facts.EndedAt is { } ended && facts.StartedAt > DateTimeOffset.MinValue)
        {
            parts.Add($"took {ProgressText.Duration(ended - facts.StartedAt)}");
        }

        if (facts.RequestIds.Count > 0)
        {
            parts.Add($"requests {string.Join(", ", facts.RequestIds.TakeLast(3))}");
        }

        return string.Join(", ", parts);
    }

    private static void Left(TextLines text, Execution execution)
    {
        foreach (var left in execution.Left)
        {
            text.Line();
            text.Column("Left:", $"{left.StepId} {left.Resource}".TrimEnd(), FactColumn);
            text.Column("  why", left.Why, FactColumn);
            if (left.LookWith is { } look)
            {
                text.Column("  look", look, FactColumn);
            }
        }
    }
}
