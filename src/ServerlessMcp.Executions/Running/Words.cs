using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>The machine's words for an execution's end.</summary>
internal static class Words
{
    public static Next OfEnd(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Succeeded => Next.Succeeded,
        ExecutionStatus.RolledBack => Next.RolledBack,
        ExecutionStatus.Cancelled => Next.Cancelled,
        ExecutionStatus.Rejected => Next.Rejected,
        ExecutionStatus.RollbackFailed => Next.RollbackFailed,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "The execution has not ended."),
    };
}
