using ServerlessMcp.StatesLanguage.Parsing;

namespace ServerlessMcp.StatesLanguage.Errors;

/// <summary>
/// One retrier. Its own counter, not shared; exhausted means Catch, never the next retrier. Source: ASL, Retrying after error.
/// </summary>
/// <param name="MaxDelaySeconds">Null means no cap.</param>
internal sealed record Retrier(
    ErrorMatch Errors, double IntervalSeconds, double BackoffRate, int MaxAttempts, double? MaxDelaySeconds, bool HasFullJitter)
{
    /// <summary>A year and a day, as Step Functions has it.</summary>
    private const int LongestDelay = 31_622_400;

    public static IReadOnlyList<Retrier> ReadAll(Fields state)
    {
        var retriers = state.Items("Retry").Select(Read).ToList();
        ErrorMatch.CheckOrder(state, "Retry", [.. retriers.Select(retrier => retrier.Errors)]);
        return retriers;
    }

    /// <param name="tries">How often this retrier has already retried in this state.</param>
    /// <param name="random">From 0 to below 1.</param>
    public TimeSpan Delay(int tries, Func<double> random)
    {
        var seconds = Math.Min(IntervalSeconds * Math.Pow(BackoffRate, tries), MaxDelaySeconds ?? Fields.MaxSeconds);
        return TimeSpan.FromSeconds(HasFullJitter ? seconds * random() : seconds);
    }

    private static Retrier Read(Fields fields)
    {
        fields.Ignore("Comment");
        var errors = ErrorMatch.Read(fields);
        var interval = fields.Seconds("IntervalSeconds", 1) ?? 1;
        var maxDelay = fields.Number("MaxDelaySeconds", 1, LongestDelay, whole: true);
        if (maxDelay <= interval)
        {
            fields.Problem("MaxDelaySeconds", $"It must be greater than IntervalSeconds ({interval}).");
        }

        var jitter = fields.Text("JitterStrategy");
        if (jitter is not (null or "FULL" or "NONE"))
        {
            fields.Problem("JitterStrategy", $"FULL or NONE is expected, not {jitter}.");
        }

        var rate = fields.Number("BackoffRate", 1, double.MaxValue, whole: false) ?? 2;
        var attempts = fields.Seconds("MaxAttempts", 0) ?? 3;
        fields.RefuseRest();
        return new(errors, interval, rate, attempts, maxDelay, jitter == "FULL");
    }
}
