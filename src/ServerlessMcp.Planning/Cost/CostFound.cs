namespace ServerlessMcp.Planning.Cost;

/// <param name="MonthlyDeltaUsd">Null: not known.</param>
/// <param name="Why">Why it is not known; null where it is.</param>
/// <param name="Notes">What was counted at which price, what is not counted, and of when and where the prices are.</param>
internal sealed record CostFound(decimal? MonthlyDeltaUsd, string? Why, IReadOnlyList<string> Notes);
