using Microsoft.Extensions.Logging.Console;

namespace ServerlessMcp.Local.Hosting;

/// <summary>Log lines on stderr: stdout belongs to answers.</summary>
internal static class LocalLogging
{
    /// <param name="level"><c>debug</c>, <c>info</c>, <c>warn</c> or <c>error</c>.</param>
    public static void AddToStandardError(this ILoggingBuilder logging, string level)
    {
        var least = level switch { "debug" => LogLevel.Debug, "warn" => LogLevel.Warning, "error" => LogLevel.Error, _ => LogLevel.Information };
        logging.SetMinimumLevel(least);
        logging.Services.AddSingleton<ConsoleFormatter, OneLineFormatter>();
        logging.AddConsole(console => (console.LogToStandardErrorThreshold, console.FormatterName) = (LogLevel.Trace, OneLineFormatter.Name));

        // A line for each request of a framework that is not ours says nothing at info.
        logging.AddFilter("Microsoft", least < LogLevel.Information ? least : LogLevel.Warning);
        logging.AddFilter("ModelContextProtocol", least < LogLevel.Information ? least : LogLevel.Warning);
        logging.AddFilter("System.Net.Http", LogLevel.Warning);
    }
}
