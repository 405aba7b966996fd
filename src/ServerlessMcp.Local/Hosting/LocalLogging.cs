
namespace ServerlessMcp.Local.Hosting;

/// <summary>Log lines on stderr: stdout belongs to answers.</summary>
internal static class LocalLogging
{
    /// <param name="level"><c>debug</c>, <c>info</c>, <c>warn</c> or <c>error</c>.</param>
    public static void AddToStandardError(this ILoggingBuilder logging, string level)
    {
        var least = level switch { "debug" => LogLevel.Debug, "warn" => LogLevel.Warning, "error" => LogLevel.Error, _ => LogLevel.Information };
        logging.SetMinimumLevel(least);
        logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        // A line for each request of a framework that is not ours says nothing at info.
        logging.AddFilter("Microsoft", least < LogLevel.Information ? least : LogLevel.Warning);
        logging.AddFilter("ModelContextProtocol", least < LogLevel.Information ? least : LogLevel.Warning);
        logging.AddFilter("System.Net.Http", LogLevel.Warning);
    }
}
