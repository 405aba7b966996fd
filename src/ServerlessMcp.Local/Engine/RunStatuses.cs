using ServerlessMcp.Executions.Ports;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.Local.Engine;

/// <summary>A run's phase in the words of the port.</summary>
internal static class RunStatuses
{
    public static RunStatus Of(RunPhase phase) => phase switch
    {
        RunPhase.Succeeded => RunStatus.Succeeded,
        RunPhase.Failed => RunStatus.Failed,
        RunPhase.TimedOut => RunStatus.TimedOut,
        RunPhase.Aborted => RunStatus.Aborted,
        _ => RunStatus.Running,
    };
}
