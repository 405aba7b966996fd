using System.Text.Json.Nodes;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Server.Tools;

/// <summary>What can be done about an execution, for a client without the Tasks extension.</summary>
internal static class ExecutionNext
{
    private const int WaitSeconds = 20;

    /// <param name="link">To the page on which a person decides; null: none is known.</param>
    public static NextCalls Of(Execution execution, string? link = null) => execution.Status switch
    {
        ExecutionStatus.AwaitingApproval when execution.Gate?.Kind == "approve" =>
            new(Watch(execution, $"another person decides {On(link)}with 'smcp confirm {execution.ExecutionId}'"), Cancel(execution)),
        ExecutionStatus.AwaitingApproval when execution.Gate is not null => new(
            Watch(execution, $"your user says yes {On(link)}with 'smcp confirm {execution.ExecutionId}' (no: 'smcp deny {execution.ExecutionId}')"),
            Cancel(execution)),
        ExecutionStatus.AwaitingApproval or ExecutionStatus.Running => new(Watch(execution), Cancel(execution)),
        ExecutionStatus.RollingBack => new(Watch(execution)),
        ExecutionStatus.Succeeded => new(null, Rollback(execution.ExecutionId)),
        ExecutionStatus.RollbackFailed => new(
            null,
            new NextCall("get_execution", new() { ["id"] = execution.ExecutionId, ["detail"] = "steps" }, "shows what is left, step by step"),
            Retry(execution, "tries again to take back what is left")),
        ExecutionStatus.RolledBack or ExecutionStatus.Rejected or ExecutionStatus.Cancelled =>
            new(null, Retry(execution, "plans the same steps again, to try once more")),
        _ => NextCalls.None,
    };

    private static string On(string? link) => link is null ? "" : $"at {link} or ";

    /// <summary>Looks at it, waiting for its status to change.</summary>
    public static NextCall Watch(Execution execution, string? first = null) => Watch(execution.ExecutionId) with { First = first };

    public static NextCall Watch(string executionId) =>
        new("get_execution", new() { ["id"] = executionId, ["wait_seconds"] = WaitSeconds }, "waits for the end and shows it");

    public static NextCall Rollback(string executionId) =>
        new("rollback_execution", Id(executionId), "undoes it: takes back what can be taken back");

    private static NextCall Cancel(Execution execution) =>
        new("cancel_execution", Id(execution.ExecutionId), "calls it off and takes back what it did");

    private static NextCall Retry(Execution execution, string why) => new("retry_execution", Id(execution.ExecutionId), why);

    private static JsonObject Id(string executionId) => new() { ["execution_id"] = executionId };
}
