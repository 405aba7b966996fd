using Microsoft.Extensions.Logging;
using ServerlessMcp.Executions;

namespace ServerlessMcp.Server.Mcp;

/// <summary>A bug: the log gets all of it, the caller only a reference to find it by.</summary>
internal static partial class HiddenFailure
{
    /// <returns>What the caller is told.</returns>
    public static string Log(ILogger log, Exception error, string what)
    {
        var reference = Ids.New("err");
        Failed(log, error, what, reference);
        return $"Something failed inside the server; its log has it under {reference}.";
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{What} failed ({Reference}).")]
    private static partial void Failed(ILogger logger, Exception error, string what, string reference);
}
