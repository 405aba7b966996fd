using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;

namespace ServerlessMcp.Tests.Executions.Policies;

/// <summary>What holds for every policy and every plan.</summary>
public sealed class PolicyProperties
{
    /// <summary>100,000 with <c>SMCP_SWEEPS=full</c>.</summary>
    private static readonly int Samples = Sweeps.AreFull ? 100_000 : 5_000;

    [Fact]
    public void The_engine_and_a_naive_evaluator_agree()
    {
        var seen = new Dictionary<VerdictKind, int>();
        for (var seed = 0; seed < Samples; seed++)
        {
            var random = new RandomPolicies(seed);
            var (policy, question) = (random.Policy(), random.Question());
            var verdict = PolicyEngine.Judge(policy, question);

            Assert.True(NaivePolicy.Judge(policy, question) == verdict.Is, $"Seed {seed}: the engine says {verdict.Is}: {verdict.Rule}");
            seen[verdict.Is] = seen.GetValueOrDefault(verdict.Is) + 1;
        }

        Assert.All(Enum.GetValues<VerdictKind>(), kind => Assert.True(seen.GetValueOrDefault(kind) > Samples / 50, $"{kind}: {seen.GetValueOrDefault(kind)} of {Samples}"));
    }

    [Fact]
    public void Another_forbid_never_allows_more_and_the_order_of_rules_means_nothing()
    {
        for (var seed = 0; seed < Samples; seed++)
        {
            var random = new RandomPolicies(seed);
            var (policy, question) = (random.Policy(), random.Question());
            var verdict = PolicyEngine.Judge(policy, question);

            var stricter = policy with { Rules = [.. policy.Rules, random.Rule("more", VerdictKind.Forbid)] };
            Assert.True(PolicyEngine.Judge(stricter, question).Is >= verdict.Is, $"Seed {seed}");

            var turned = policy with { Rules = [.. policy.Rules.Reverse()] };
            Assert.True(Same(PolicyEngine.Judge(turned, question), verdict), $"Seed {seed}");
        }
    }

    [Fact]
    public void What_becomes_known_never_makes_a_verdict_stricter()
    {
        for (var seed = 0; seed < Samples; seed++)
        {
            var random = new RandomPolicies(seed);
            var (policy, question) = (random.Policy(), random.Question());
            var blind = question with
            {
                Tool = null,
                Scopes = null,
                MonthlyCostUsd = null,
                Subjects = [.. question.Subjects.Select(one => one with { Tags = null, LastChange = one.LastChange is null ? null : new(null) })],
            };
            var isProtected = question.Subjects.Any(one => PolicyEngine.IsProtected(one.Tags));

            Assert.True(isProtected || PolicyEngine.Judge(policy, blind).Is >= PolicyEngine.Judge(policy, question).Is, $"Seed {seed}");
        }
    }

    /// <summary>The names of rules and steps too, and the hash.</summary>
    private static bool Same(Verdict one, Verdict other) =>
        (one.Is, one.Rule, one.Code, one.PolicyHash, one.AllowSelf) == (other.Is, other.Rule, other.Code, other.PolicyHash, other.AllowSelf);
}
