namespace ServerlessMcp.Local.Engine;

/// <summary>A worker's failure with the error name that Retry and Catch of the machine see.</summary>
internal sealed class TaskFailureException(string error, string why) : Exception(why)
{
    public string Error { get; } = error;
}
