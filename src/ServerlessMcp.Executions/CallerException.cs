namespace ServerlessMcp.Executions;

/// <summary>One thing wrong with what a caller sent.</summary>
/// <param name="Path">Where, as a JSON path from the caller's own argument, such as <c>steps[2].parameters.VpcId</c>.</param>
/// <param name="Message">What is wrong and what would be right; never a secret, never a type name.</param>
public sealed record Problem(string Path, string Message)
{
    /// <summary>What AWS or another caller wrote that belongs to it: shown as data, apart from the message.</summary>
    public string? Quoted { get; init; }
}

/// <summary>A failure that the caller may see and can act on. Any other exception is a bug and reaches nobody with its message.</summary>
/// <param name="code">Stable snake_case name, part of the public contract.</param>
/// <param name="message">One sentence: what is wrong and what to change.</param>
/// <param name="problems">Every problem found, at once; empty when the message says it all.</param>
/// <param name="retryable">True when the same call may succeed later, unchanged.</param>
/// <param name="cause">The exception underneath; logged, never sent.</param>
public sealed class CallerException(
    string code, string message, IReadOnlyList<Problem>? problems = null, bool retryable = false, Exception? cause = null)
    : Exception(message, cause)
{
    public string Code { get; } = code;

    public IReadOnlyList<Problem> Problems { get; } = problems ?? [];

    public bool Retryable { get; } = retryable;

    /// <summary>What AWS or another caller wrote that belongs to it: shown as data, apart from the message, which is ours.</summary>
    public string? Quoted { get; init; }
}
