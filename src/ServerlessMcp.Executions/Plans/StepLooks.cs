namespace ServerlessMcp.Executions.Plans;

/// <param name="Until">
/// JMESPath over the read's answer; must be true. A reference in it stands for its value, as a JSON literal.
/// </param>
/// <param name="TimeoutSeconds">How long it may take to become true, counted from the first answer; 0 looks once.</param>
/// <param name="Show">JMESPath over the answer: what a failure says it saw. Null: the whole answer, cut.</param>
public sealed record StepCheck(string Until, int TimeoutSeconds, string? Show);

/// <param name="Alarms">Names of CloudWatch alarms, metric or composite; 1 to 20.</param>
/// <param name="Seconds">How long they are watched, counted from the first look.</param>
public sealed record StepBake(IReadOnlyList<string> Alarms, int Seconds);

/// <param name="Decision"><c>confirm</c>: the requester says yes; <c>approve</c>: another person with the scope.</param>
/// <param name="TimeoutSeconds">How long the question stands.</param>
public sealed record StepApproval(string Decision, int TimeoutSeconds);

/// <param name="Name"><c>^[a-z][a-z0-9_]{0,31}$</c>, unique in its step: the answer's member of the step's output.</param>
/// <param name="Select">JMESPath over the answer: what is kept. Null: all.</param>
public sealed record StepCollect(string Name, ApiCall Call, string? Select)
{
    /// <summary>The member of the step's output where each failed read's error stands, by its name; no read has this name.</summary>
    public const string Errors = "errors";
}
