namespace ServerlessMcp.StatesLanguage.Errors;

/// <summary>A failure as data: what Retry and Catch see.</summary>
/// <param name="Alias">A second name it can be caught by: a lost heartbeat is reported as States.Timeout.</param>
internal sealed record RunFailure(string Error, string? Cause, string? Alias = null);

/// <summary>Carries a failure from where it is found to the interpreter's step, and never out of it.</summary>
internal sealed class RunFailureException(string error, string cause) : Exception(cause)
{
    public RunFailure Failure { get; } = new(error, cause);
}
