using System.Text.Json.Nodes;

namespace ServerlessMcp.Executions.Running;

/// <summary>What the machine does next; on the wire in upper snake case (<c>ROLLED_BACK</c>).</summary>
internal enum Next
{
    /// <summary>From <c>start</c>: the steps may begin.</summary>
    Run,

    /// <summary>A person decides first; <c>delaySeconds</c> until the question expires.</summary>
    Gate,

    /// <summary>Begin this step.</summary>
    Step,

    /// <summary>Take this step back.</summary>
    Undo,

    /// <summary>Ask again after <c>delaySeconds</c>.</summary>
    Wait,

    /// <summary>The step is over in this direction.</summary>
    Done,

    /// <summary>Begin to roll back.</summary>
    Turn,

    /// <summary>The history is nearly full: hand over to another run.</summary>
    Continue,

    /// <summary>Another run acts now; this one ends.</summary>
    Continued,

    Succeeded,
    RolledBack,
    Cancelled,
    Rejected,
    RollbackFailed,
}

/// <summary>A verb's answer, and the whole state of the machine: <c>{executionId, run, mode, count, next, stepId?, delaySeconds?}</c>.</summary>
internal sealed record Answer(Next Next, string? StepId = null, int? DelaySeconds = null)
{
    public static Answer WaitFor(TimeSpan delay, string? stepId = null) =>
        new(Next.Wait, stepId, Math.Max(1, (int)Math.Ceiling(delay.TotalSeconds)));

    public JsonObject ToJson(WorkerRequest request, int count)
    {
        var json = new JsonObject
        {
            ["executionId"] = request.ExecutionId,
            ["run"] = request.Run,
            ["mode"] = request.Mode,
            ["count"] = count,
            ["next"] = Word(Next),
        };
        if (StepId is not null)
        {
            json["stepId"] = StepId;
        }

        if (DelaySeconds is { } seconds)
        {
            json["delaySeconds"] = seconds;
        }

        return json;
    }

    private static string Word(Next next) => System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName(next.ToString());
}
