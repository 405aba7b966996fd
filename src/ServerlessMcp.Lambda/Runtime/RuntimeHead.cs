using System.Buffers.Text;
using System.Text;

namespace ServerlessMcp.Lambda.Runtime;

/// <summary>Status and headers of an answer of the Runtime API.</summary>
internal sealed record RuntimeHead(int Status)
{
    /// <summary>Null: the answer does not say.</summary>
    public int? ContentLength { get; private set; }

    public bool IsChunked { get; private set; }

    /// <summary>Nothing more comes on this connection.</summary>
    public bool IsLast { get; private set; }

    public string? RequestId { get; private set; }

    /// <summary>Milliseconds since 1970.</summary>
    public long? Deadline { get; private set; }

    public string? TraceId { get; private set; }

    public string? FunctionArn { get; private set; }

    /// <param name="head">Lines, each with CR LF, without the empty one.</param>
    /// <exception cref="RuntimeApiException">That is not HTTP/1.1.</exception>
    public static RuntimeHead Parse(ReadOnlySpan<byte> head)
    {
        var end = head.IndexOf("\r\n"u8);
        var line = end < 0 ? head : head[..end];
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[8] != ' '
            || !Utf8Parser.TryParse(line[9..12], out int status, out var read) || read != 3 || status < 100
            || (line.Length > 12 && line[12] != ' '))
        {
            throw new RuntimeApiException("The Runtime API does not answer in HTTP/1.1.");
        }

        var parsed = new RuntimeHead(status) { IsLast = line[7] == '0' };
        while (end >= 0)
        {
            head = head[(end + 2)..];
            end = head.IndexOf("\r\n"u8);
            parsed.Add(end < 0 ? head : head[..end]);
        }

        return parsed;
    }

    private void Add(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            return;
        }

        var colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            throw new RuntimeApiException("The Runtime API sent a header without a name.");
        }

        var value = line[(colon + 1)..].Trim(" \t"u8);
        switch (Encoding.ASCII.GetString(line[..colon]).ToLowerInvariant())
        {
            case "content-length":
                ContentLength = Length(value);
                break;
            case "transfer-encoding":
                IsChunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
                break;
            case "connection":
                IsLast |= Ascii.EqualsIgnoreCase(value, "close"u8);
                break;
            case "lambda-runtime-aws-request-id":
                RequestId = Encoding.UTF8.GetString(value);
                break;
            case "lambda-runtime-deadline-ms":
                Deadline = Utf8Parser.TryParse(value, out long at, out var read) && read == value.Length && at > 0 ? at : null;
                break;
            case "lambda-runtime-trace-id":
                TraceId = Encoding.UTF8.GetString(value);
                break;
            case "lambda-runtime-invoked-function-arn":
                FunctionArn = Encoding.UTF8.GetString(value);
                break;
        }
    }

    private int Length(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out int length, out var read) && read == value.Length && length >= 0 && (ContentLength ?? length) == length
            ? length
            : throw new RuntimeApiException("The Runtime API sent a Content-Length that is no number, or two different ones.");
}
