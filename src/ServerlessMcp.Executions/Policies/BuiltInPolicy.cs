using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.Policies;

/// <summary>The policy where no file is given: everything is allowed, and a person says yes to what cannot simply be taken back.</summary>
public static class BuiltInPolicy
{
    private const int ManyTargets = 20;

    public static Policy Policy { get; } = new()
    {
        Name = "built-in",
        Rules =
        [
            Rule("no-undo", VerdictKind.Confirm, "has no undo", new() { Undo = [UndoClass.None] }),
            Rule("declared-undo", VerdictKind.Confirm, "has an undo that the caller declared", new() { Undo = [UndoClass.Declared] }),
            Rule("deletes", VerdictKind.Confirm, "deletes", new() { Effects = [StepEffect.Delete] }),
            Rule("many-targets", VerdictKind.Confirm, $"is of more than {ManyTargets} targets", new() { Targets = new(null, ManyTargets) }),
            Rule("everything", VerdictKind.Allow, "every step has an undo, nothing is deleted", new()),
        ],
    };

    /// <summary>For an account that is not an emulator's: a person says yes to everything.</summary>
    public static Policy OfOwnAccount { get; } = new()
    {
        Name = "built-in for your own account",
        Rules = [Rule("everything", VerdictKind.Confirm, "a person says yes to every change of this account; a policy of your own can say otherwise", new())],
    };

    public static IPolicySource Source { get; } = new Fixed(Policy);

    public static IPolicySource SourceOfOwnAccount { get; } = new Fixed(OfOwnAccount);

    private static PolicyRule Rule(string id, VerdictKind kind, string reason, RuleConditions when) =>
        new() { Id = id, Is = kind, Operations = ["*"], When = when, Reason = reason };

    private sealed class Fixed(Policy policy) : IPolicySource
    {
        private readonly PolicyInForce _inForce = new(policy, policy.Name, []);

        public PolicyInForce Read() => _inForce;
    }
}
