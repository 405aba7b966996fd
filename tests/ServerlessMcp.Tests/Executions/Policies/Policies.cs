using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;

namespace ServerlessMcp.Tests.Executions.Policies;

/// <summary>Policies in one line.</summary>
internal static class Policies
{
    public static Policy Of(params PolicyRule[] rules) => new() { Name = "test", Rules = rules };

    public static PolicyRule Allow(string operation = "*", RuleConditions? when = null) => Rule("allow", VerdictKind.Allow, operation, when);

    public static PolicyRule Confirm(string operation = "*", RuleConditions? when = null) => Rule("confirm", VerdictKind.Confirm, operation, when);

    public static PolicyRule Approve(string operation = "*", RuleConditions? when = null) => Rule("approve", VerdictKind.Approve, operation, when);

    public static PolicyRule Forbid(string operation = "*", RuleConditions? when = null) => Rule("forbid", VerdictKind.Forbid, operation, when);

    private static PolicyRule Rule(string id, VerdictKind kind, string operation, RuleConditions? when) =>
        new() { Id = id, Is = kind, Operations = [operation], When = when ?? new() };
}
