namespace ServerlessMcp.StatesLanguage.Errors;

/// <summary>The error names that the language itself gives. Source: ASL, Appendix A; Step Functions guide, error handling.</summary>
public static class ErrorNames
{
    public const string All = "States.ALL";
    public const string DataLimitExceeded = "States.DataLimitExceeded";
    public const string HeartbeatTimeout = "States.HeartbeatTimeout";
    public const string ResultPathMatchFailure = "States.ResultPathMatchFailure";

    /// <summary>
    /// Also what Step Functions says instead of NoChoiceMatched, ParameterPathFailure and IntrinsicFailure. Nothing retries or catches
    /// it.
    /// </summary>
    public const string Runtime = "States.Runtime";
    public const string TaskFailed = "States.TaskFailed";
    public const string Timeout = "States.Timeout";

    internal static IReadOnlySet<string> Known { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        All, DataLimitExceeded, HeartbeatTimeout, ResultPathMatchFailure, Runtime, TaskFailed, Timeout,
        "States.BranchFailed", "States.ExceedToleratedFailureThreshold", "States.Http.Socket", "States.IntrinsicFailure",
        "States.ItemReaderFailed", "States.NoChoiceMatched", "States.ParameterPathFailure", "States.Permissions",
        "States.QueryEvaluationError", "States.ResultWriterFailed",
    };
}
