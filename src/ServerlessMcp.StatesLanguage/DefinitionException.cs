namespace ServerlessMcp.StatesLanguage;

/// <summary>One thing wrong with a definition.</summary>
/// <param name="At">JSON pointer to it (RFC 6901), such as <c>/States/Start/Retry/0/JitterStrategy</c>.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record DefinitionProblem(string At, string Message);

/// <summary>The definition cannot be run faithfully: wrong, or outside the subset. All problems at once; nothing was started.</summary>
public sealed class DefinitionException(IReadOnlyList<DefinitionProblem> problems)
    : Exception($"The state machine definition has {problems.Count} problem(s): "
        + string.Join("; ", problems.Select(problem => $"{problem.At}: {problem.Message}")))
{
    public IReadOnlyList<DefinitionProblem> Problems { get; } = problems;
}
