using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Lambda.Engine;

/// <summary>Step Functions' words for how a run stands, in answers and in events.</summary>
internal static class RunStatusNames
{
    /// <returns>Null for a word that Step Functions did not have.</returns>
    public static RunStatus? Parse(string? name) => name switch
    {
        "RUNNING" or "PENDING_REDRIVE" => RunStatus.Running,
        "SUCCEEDED" => RunStatus.Succeeded,
        "FAILED" => RunStatus.Failed,
        "TIMED_OUT" => RunStatus.TimedOut,
        "ABORTED" => RunStatus.Aborted,
        _ => null,
    };
}
