using System.Globalization;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Planning.Text;

/// <summary>What an execution is doing right now, as one line: which step, what with it, for how long, why it waits, and AWS's request id.</summary>
public static class ProgressText
{
    /// <param name="step">The facts of the step that is under way, as <see cref="ExecutionStore.CurrentStepAsync"/> finds it; null: none has begun.</param>
    /// <param name="planned">The same step in the plan, if that was read.</param>
    /// <returns>Null: it has ended.</returns>
    public static string? Line(Execution execution, StepFacts? step, DateTimeOffset now, Step? planned = null)
    {
        if (execution.IsTerminal)
        {
            return null;
        }

        var doing = execution switch
        {
            { Status: ExecutionStatus.AwaitingApproval, Gate: { } gate } => $"Waits for a person to {gate.Kind} ({gate.Rule}), until {PlanText.Time(gate.ExpiresAt)}",
            { Status: ExecutionStatus.AwaitingApproval } => "Begins",
            { StartedAt: null } => "Looks whether everything is as it was planned",
            { Status: ExecutionStatus.RollingBack } => Backward(execution, step, now),
            _ => Forward(execution, step, now, planned),
        };
        var waits = execution.Busy is { } busy ? $". {Why(busy)}" : "";
        return $"{doing}{waits}. {Total(execution, now)}";
    }

    /// <summary>True when its line holds no words of AWS, of a caller or of a policy: only step ids, times and words of ours.</summary>
    public static bool IsOurs(Execution execution, StepFacts? step) =>
        execution is { Busy: null, Status: not ExecutionStatus.AwaitingApproval } && step is not { Busy: not null };

    /// <summary>Such as <c>40 s</c>, <c>2 min 5 s</c>, <c>3 h 10 min</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalSeconds):0.#} s"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalSeconds} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} d {time.Hours} h"),
    };

    /// <summary>A trouble that is waited out, and what happens by itself.</summary>
    internal static string Why(StepTrouble busy)
    {
        var says = Troubles.WhileWaiting(Troubles.Of(busy)) ?? "It is tried again by itself.";
        return $"{busy.Code}: {busy.Message.TrimEnd('.')}. {says.TrimEnd('.')}";
    }

    private static string Forward(Execution execution, StepFacts? step, DateTimeOffset now, Step? planned)
    {
        if (step is null)
        {
            return $"Step 1 of {execution.StepCount} begins";
        }

        if (step.Status is StepStatus.Done or StepStatus.NoEffect or StepStatus.Passed)
        {
            return step.Index + 1 < execution.StepCount
                ? $"Step {step.Index + 1} of {execution.StepCount} '{step.StepId}' is done; the next begins"
                : $"The last of {execution.StepCount} steps is done";
        }

        return $"Step {step.Index + 1} of {execution.StepCount} '{step.StepId}'{Doing(step, now, planned)}";
    }

    private static string Backward(Execution execution, StepFacts? step, DateTimeOffset now) => step is null
        ? "Rolls back; nothing more is to be taken back"
        : $"Rolls back: step {step.Index + 1} of {execution.StepCount} '{step.StepId}'{Doing(step, now, null)}";

    private static string Doing(StepFacts step, DateTimeOffset now, Step? planned)
    {
        var since = step.Busy?.Since ?? (step.Status is StepStatus.Waiting or StepStatus.UndoWaiting ? step.WaitingSince : null)
            ?? step.UndoStartedAt ?? step.StartedAt;
        var doing = step switch
        {
            { Status: StepStatus.Intended, Sent: true, Busy: not null } or { Status: StepStatus.Intended, WasUnknown: true } =>
                "the answer to its call was lost; finds out whether it took effect",
            { Status: StepStatus.Intended, Busy: not null } => "waits to try again",
            { Status: StepStatus.Intended, Sent: true } => "is calling AWS",
            { Status: StepStatus.Intended } => "reads what is there before its call",
            { Status: StepStatus.Looking } => LookText.Doing(step, planned),
            { Status: StepStatus.Waiting } => $"AWS accepted the call; waits until it has finished{Until(step, planned)}",
            { Status: StepStatus.Settling } => "has finished; reads what it has left",
            { Status: StepStatus.UndoIntended, Busy: not null } => "waits to send its undo again",
            { Status: StepStatus.UndoIntended } => "sends its undo",
            { Status: StepStatus.UndoWaiting } => "AWS accepted its undo; waits until it has finished",
            _ => "compares what is there with what it left, then takes it back",
        };
        var attempt = step.Attempts > 1 || step.Busy is not null ? $", attempt {Math.Max(1, step.Attempts)}" : "";
        var waits = step.Busy is { } busy ? $". {Why(busy)}" : "";
        return $": {doing}{attempt}, since {PlanText.Time(since)} ({Duration(now - since)}){waits}{Request(step)}";
    }

    private static string Until(StepFacts step, Step? planned) => planned?.Wait is { } wait && step.WaitingSince is { } since
        ? $", at most until {PlanText.Time(since.AddSeconds(wait.TimeoutSeconds))}"
        : "";

    private static string Request(StepFacts step) => (step.Busy?.RequestId ?? (step.RequestIds is [.., var last] ? last : null)) is { } id ? $" (last request {id})" : "";

    private static string Total(Execution execution, DateTimeOffset now) =>
        $"{Duration(now - (execution.StartedAt ?? execution.CreatedAt))} in all.";
}
