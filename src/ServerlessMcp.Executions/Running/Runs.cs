using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>A run's name in the engine and its input: <c>executionId.run</c>, <c>{executionId, run, mode, count}</c>.</summary>
internal static class Runs
{
    public const string Run = "RUN";
    public const string Resume = "RESUME";
    public const string Rollback = "ROLLBACK";

    public static string Name(Execution execution) => ExecutionStarter.RunName(execution.ExecutionId, execution.Run);

    public static JsonObject Input(Execution execution) => ExecutionStarter.RunInput(execution.ExecutionId, execution.Run, execution.Mode);

    /// <returns>Null if the name is not one of ours.</returns>
    public static (string ExecutionId, int Run)? Parse(string runName)
    {
        var dot = runName.LastIndexOf('.');
        return dot > 0
            && Ids.IsWellFormed(runName[..dot], "ex")
            && int.TryParse(runName.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var run)
                ? (runName[..dot], run)
                : null;
    }
}
