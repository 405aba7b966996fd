namespace ServerlessMcp.Tests;

/// <summary>What takes too long for every run is sampled there, and whole with <c>SMCP_SWEEPS=full</c>.</summary>
internal static class Sweeps
{
    public static bool AreFull { get; } = Environment.GetEnvironmentVariable("SMCP_SWEEPS") == "full";
}
