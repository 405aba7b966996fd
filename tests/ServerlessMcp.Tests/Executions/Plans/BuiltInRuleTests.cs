using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Tests.Executions.Running;

namespace ServerlessMcp.Tests.Executions.Plans;

public sealed class BuiltInRuleTests
{
    [Fact]
    public void Steps_with_an_undo_that_delete_nothing_may_start_at_once() =>
        Assert.Equal(VerdictKind.Allow, BuiltInRule.Judge([Steps.CreateByToken("a"), Steps.Change("b", "n", "x", "y")]).Is);

    [Theory]
    [InlineData(UndoClass.None, "a has no undo")]
    [InlineData(UndoClass.Declared, "a has an undo that the caller declared")]
    public void A_step_whose_undo_is_not_ours_is_confirmed(UndoClass kind, string why)
    {
        var verdict = BuiltInRule.Judge([Steps.CreateByToken("a") with { Reversibility = new(kind, []) }]);

        Assert.Equal(VerdictKind.Confirm, verdict.Is);
        Assert.Contains(why, verdict.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deletion_and_more_than_20_targets_are_confirmed()
    {
        Assert.Equal(VerdictKind.Confirm, BuiltInRule.Judge([Steps.Delete("a", "n", "x") with { Effect = StepEffect.Delete }]).Is);
        Assert.Equal(VerdictKind.Allow, BuiltInRule.Judge([.. Many(20)]).Is);
        Assert.Equal(VerdictKind.Confirm, BuiltInRule.Judge([.. Many(21)]).Is);
    }

    private static IEnumerable<Step> Many(int count) => Enumerable.Range(0, count).Select(n => Steps.CreateByToken($"s{n}"));
}
