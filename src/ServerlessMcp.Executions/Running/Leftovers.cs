using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>What is still there after a rollback.</summary>
internal static class Leftovers
{
    /// <summary>What the undo left, with its reasons.</summary>
    public static IReadOnlyList<Leftover> Of(Snapshot snapshot) =>
        [.. InOrder(snapshot).Where(StepTurns.IsLeft).Select(facts => ToLeftover(facts, facts.LeftWhy ?? "Its undo did not end well."))];

    /// <summary>All that was not taken back, when nobody goes on taking back.</summary>
    public static IReadOnlyList<Leftover> OfAbandoned(Snapshot snapshot) =>
    [
        .. InOrder(snapshot)
            .Where(facts => StepTurns.IsLeft(facts) || StepTurns.NeedsUndo(facts))
            .Select(facts => ToLeftover(facts, facts.LeftWhy ?? "The rollback could not be run to its end.")),
    ];

    private static IEnumerable<StepFacts> InOrder(Snapshot snapshot) =>
        snapshot.Steps.Values.Select(stored => stored.Facts).OrderBy(facts => facts.Index);

    private static Leftover ToLeftover(StepFacts facts, string why) => new(facts.StepId, facts.Resource, why, facts.LookWith);
}
