using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Executions.Policies;

/// <summary>The limits that hold whatever the rules say, but for an undo after success.</summary>
internal static class PolicyLimitCheck
{
    /// <returns>Null: within them.</returns>
    public static Verdict? Judge(Policy policy, PolicyQuestion question)
    {
        if (question.TakesBack)
        {
            return null;
        }

        if (question.Targets > policy.Limits.MaxTargets)
        {
            return new(VerdictKind.Forbid, $"{policy.Name}: {question.Targets} targets are more than {policy.Limits.MaxTargets}, the limit")
            {
                Code = RefusalCodes.TooManyTargets,
            };
        }

        return policy.Limits.CoolDownMinutes is { } minutes ? CoolDown(policy, question, TimeSpan.FromMinutes(minutes)) : null;
    }

    private static Verdict? CoolDown(Policy policy, PolicyQuestion question, TimeSpan time)
    {
        var warm = question.Subjects.Where(subject => subject.LastChange is { } last && !(last.At + time <= question.At)).ToList();
        if (warm.Count == 0)
        {
            return null;
        }

        var until = warm.Max(subject => subject.LastChange!.At is { } at ? at + time : DateTimeOffset.MaxValue);
        var why = until == DateTimeOffset.MaxValue
            ? $"{VerdictText.Names(warm)} changes a resource that is not known, so its cool-down of {time.TotalMinutes} minutes cannot be checked"
            : $"{VerdictText.Names(warm)} changes a resource that was changed less than {time.TotalMinutes} minutes ago; its cool-down ends at {until:u}";
        return new(VerdictKind.Forbid, $"{policy.Name}: {why}") { Code = RefusalCodes.CoolDown };
    }
}
