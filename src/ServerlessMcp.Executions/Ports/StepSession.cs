using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Executions.Ports;

/// <summary>What a step's calls are made for, so that an API can be asked with keys that do no more than the step needs.</summary>
/// <param name="Principal">Whose execution it is.</param>
public sealed record StepSession(string ExecutionId, string Principal, Step Step)
{
    /// <summary>Unique to the step, and no secret: AWS writes it into its own log. At most 64 characters.</summary>
    public string Name => $"{ExecutionId}.{Step.Id}";
}
