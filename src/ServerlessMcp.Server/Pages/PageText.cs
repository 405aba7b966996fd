using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Server.Pages;

/// <summary>Where an execution stands, in words for a headline.</summary>
internal static class PageText
{
    public static string Headline(ExecutionLook look) => look switch
    {
        { Decision: { } decision } => $"{ExecutionLooks.Says(decision)}; it goes on in a moment",
        { IsCancelAsked: true, Execution.Status: not ExecutionStatus.RollingBack } => "Being cancelled",
        _ => Headline(look.Execution),
    };

    public static string Headline(Execution execution) => execution switch
    {
        { Status: ExecutionStatus.AwaitingApproval, Gate: { Kind: "approve", AllowSelf: false } } => "Waits for another person's approval",
        { Status: ExecutionStatus.AwaitingApproval, Gate: { Kind: "approve" } } => "Waits for approval",
        { Status: ExecutionStatus.AwaitingApproval, Gate: not null } => "Waits for a yes of who asked",
        { Status: ExecutionStatus.AwaitingApproval } => "Begins",
        { Status: ExecutionStatus.Running } => "Running",
        { Status: ExecutionStatus.RollingBack } => "Taking back what was done",
        { Status: ExecutionStatus.Succeeded } => "Succeeded",
        { Status: ExecutionStatus.RolledBack } => "Failed; what was done is taken back",
        { Status: ExecutionStatus.Cancelled } => "Cancelled; nothing is left of it",
        { Status: ExecutionStatus.Rejected } => "Rejected; nothing ran",
        _ => "Not all could be taken back",
    };
}
