using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ServerlessMcp.Server.Mcp;

/// <summary>
/// The SDK answers every request as an event stream, even with one message. An answer of one event is sent as plain
/// <c>application/json</c>, which the specification allows and every client and proxy understands; as soon as a notification comes first,
/// the stream is sent as it is.
/// </summary>
internal sealed class SingleEventAsJson(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var inner = context.Response.Body;
        await using var held = new HeldEvents(inner, () => IsEventStream(context.Response));
        context.Response.Body = held;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = inner;
        }

        await SendAsync(context, held, inner);
    }

    private static async Task SendAsync(HttpContext context, HeldEvents held, Stream inner)
    {
        if (held.IsPassedOn)
        {
            return;
        }

        var body = held.Held;
        if (IsEventStream(context.Response) && OnlyEvent(body.Span) is { } json)
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.ContentEncoding = default;
            context.Response.Headers["X-Accel-Buffering"] = default;
            body = AnswerRedaction.Of(json);
            context.Response.ContentLength = body.Length;
        }

        await inner.WriteAsync(body, context.RequestAborted);
    }

    private static bool IsEventStream(HttpResponse response) =>
        response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) is true;

    /// <returns>The data of the only event; null when there are none or several.</returns>
    internal static byte[]? OnlyEvent(ReadOnlySpan<byte> stream)
    {
        string? data = null;
        foreach (var line in Encoding.UTF8.GetString(stream).Split('\n'))
        {
            if (!line.StartsWith("data:", StringComparison.Ordinal))
            {
                continue;
            }

            if (data is not null)
            {
                return null;
            }

            data = line[5..].Trim();
        }

        return data is { Length: > 0 } ? Encoding.UTF8.GetBytes(data) : null;
    }

    /// <summary>Holds what is written until an event shows that more will follow.</summary>
    private sealed class HeldEvents(Stream inner, Func<bool> isEventStream) : Stream
    {
        private const string NotSynchronous = "Only asynchronous writes are allowed.";

        private readonly MemoryStream _held = new();

        public bool IsPassedOn { get; private set; }

        public ReadOnlyMemory<byte> Held => _held.GetBuffer().AsMemory(0, (int)_held.Length);

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            if (!IsPassedOn && isEventStream() && IsNotification())
            {
                IsPassedOn = true;
                await inner.WriteAsync(Held, cancellationToken);
            }

            if (IsPassedOn)
            {
                await inner.FlushAsync(cancellationToken);
            }
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (IsPassedOn)
            {
                await inner.WriteAsync(buffer, cancellationToken);
            }
            else
            {
                _held.Write(buffer.Span);
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() => throw new NotSupportedException(NotSynchronous);

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException(NotSynchronous);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _held.Dispose();
            base.Dispose(disposing);
        }

        /// <summary>A message with a method is no answer: the answer is yet to come.</summary>
        private bool IsNotification()
        {
            if (OnlyEvent(Held.Span) is not { } json)
            {
                return Held.Length > 0 && Encoding.UTF8.GetString(Held.Span).Contains("data:", StringComparison.Ordinal);
            }

            try
            {
                return JsonElement.Parse(json).TryGetProperty("method", out _);
            }
            catch (JsonException)
            {
                return false; // The event is not whole yet.
            }
        }
    }
}
