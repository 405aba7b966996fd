using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ServerlessMcp.Executions.Secrecy;
using ServerlessMcp.Lambda.Runtime;

namespace ServerlessMcp.Lambda.Hosting;

/// <summary>
/// One entry, one line of JSON on standard error, which Lambda keeps: <c>{"time", "level", "category", "message", "exception"?, "requestId"?}</c>. No secrets.
/// Written at once: the framework's console logger writes from a thread of its own, which is frozen with the process.
/// </summary>
internal sealed class LineLog(TimeProvider time, Stream output, LogLevel least) : ILoggerProvider
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _lock = new();

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
        // Standard error is not ours to close.
    }

    public void Write(LogLevel level, string category, string message, Exception? exception)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(line, Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("time"u8, time.GetUtcNow());
            writer.WriteString("level"u8, Word(level));
            writer.WriteString("category"u8, category);
            writer.WriteString("message"u8, Redaction.Text(message));
            if (exception is not null)
            {
                writer.WriteString("exception"u8, Redaction.Text(exception.ToString()));
            }

            if (InvocationScope.RequestId is { } requestId)
            {
                writer.WriteString("requestId"u8, requestId);
            }

            writer.WriteEndObject();
        }

        line.Write("\n"u8);
        lock (_lock)
        {
            output.Write(line.WrittenSpan);
            output.Flush();
        }
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };

    private sealed class Category(LineLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= log.LeastOf(name);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log.Write(logLevel, name, formatter(state, exception), exception);
            }
        }
    }

    /// <summary>What the framework says of each request says nothing here.</summary>
    private LogLevel LeastOf(string category) =>
        category.StartsWith("Microsoft.", StringComparison.Ordinal) && least < LogLevel.Warning ? LogLevel.Warning : least;
}
