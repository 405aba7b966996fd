using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using ServerlessMcp.Executions.Secrecy;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Local.Hosting;

/// <summary><c>2026-01-01T10:00:00Z warn Category: message exception</c>: one entry, one line, whatever names and messages hold; no secrets.</summary>
internal sealed class OneLineFormatter(TimeProvider time) : ConsoleFormatter(Name)
{
    public new const string Name = "one-line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var when = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var text = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var line = $"{when} {Word(logEntry.LogLevel)} {logEntry.Category}: {text} {logEntry.Exception}";
        textWriter.WriteLine(PlainText.OneLine(Redaction.Text(line)).TrimEnd());
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };
}
