using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Executions.Policies;

/// <param name="Policy">Null: it is broken, so no change is judged and every change is refused.</param>
/// <param name="Source"><c>built-in</c> or the file's path; for the operator alone, as are the problems.</param>
/// <param name="Problems">Each with its place and what would be right.</param>
public sealed record PolicyInForce(Policy? Policy, string Source, IReadOnlyList<string> Problems)
{
    /// <summary>What a caller may know of a broken file.</summary>
    public const string BrokenText = "the policy file is broken, so every change is refused until its operator has mended it ('smcp policy show' says where)";

    public string? Hash => Policy is null ? null : PolicyHash.Of(Policy);

    public Verdict Judge(PolicyQuestion question) => Policy is not null
        ? PolicyEngine.Judge(Policy, question)
        : question.Subjects.Count == 0
            ? new(VerdictKind.Allow, "nothing is changed")
            : PolicyEngine.JudgeProtection(question) ?? new(VerdictKind.Forbid, BrokenText) { Code = RefusalCodes.PolicyBroken };
}
