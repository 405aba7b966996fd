using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Tests.Executions.Running;

namespace ServerlessMcp.Tests.Executions.Policies;

public sealed class BuiltInPolicyTests
{
    [Fact]
    public void Steps_with_an_undo_that_delete_nothing_may_start_at_once() =>
        Assert.Equal(VerdictKind.Allow, Judge([Steps.CreateByToken("a"), Steps.Change("b", "n", "x", "y")]).Is);

    [Theory]
    [InlineData(UndoClass.None, "a has no undo")]
    [InlineData(UndoClass.Declared, "a has an undo that the caller declared")]
    public void A_step_whose_undo_is_not_ours_is_confirmed(UndoClass kind, string why)
    {
        var verdict = Judge([Steps.CreateByToken("a") with { Reversibility = new(kind, []) }]);

        Assert.Equal(VerdictKind.Confirm, verdict.Is);
        Assert.Contains(why, verdict.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deletion_and_more_than_20_targets_are_confirmed()
    {
        Assert.Equal(VerdictKind.Confirm, Judge([Steps.Delete("a", "n", "x") with { Effect = StepEffect.Delete }]).Is);
        Assert.Equal(VerdictKind.Allow, Judge([.. Many(20)]).Is);
        Assert.Equal(VerdictKind.Confirm, Judge([.. Many(21)]).Is);
    }

    private static IEnumerable<Step> Many(int count) => Enumerable.Range(0, count).Select(n => Steps.CreateByToken($"s{n}"));

    private static Verdict Judge(IReadOnlyList<Step> steps) => BuiltInPolicy.Source.Read().Judge(
        new ChangeRequest { Target = new("111122223333", "eu-west-1"), Steps = steps, PrincipalId = "key_a" }.Ask(DateTimeOffset.UnixEpoch));
}
