using System.Buffers;
using System.Net;
using System.Text;

namespace ServerlessMcp.Lambda.Runtime;

/// <summary>The Lambda Runtime API, one invocation after the other.</summary>
/// <remarks>
/// Source: Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes" and "Response streaming for custom runtimes".
/// <code>
/// 2xx             taken
/// 413             too large; the invocation still waits for an answer
/// another 4xx     the invocation is over, such as by its time-out
/// 5xx             the process has to end
/// </code>
/// </remarks>
internal sealed class RuntimeClient(string host, RuntimeConnection connection) : IDisposable
{
    private const string Version = "/2018-06-01/runtime";
    private const int SentAtOnce = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ArrayBufferWriter<byte> _out = new(4096);

    /// <param name="variable"><c>AWS_LAMBDA_RUNTIME_API</c>: host and port.</param>
    /// <returns>Null when that is no address.</returns>
    public static RuntimeClient? At(string variable)
    {
        if (!Uri.TryCreate($"http://{variable}/", UriKind.Absolute, out var url) || url.PathAndQuery != "/" || url.Authority.Length == 0 || url.UserInfo.Length > 0)
        {
            return null;
        }

        EndPoint address = IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip) ? new IPEndPoint(ip, url.Port) : new DnsEndPoint(url.Host, url.Port);
        return new(url.Authority, RuntimeConnection.To(address));
    }

    /// <summary>Waits as long as it takes: between two events the process may be frozen for hours.</summary>
    /// <exception cref="RuntimeApiException">Also when the answer names no request, for then nothing can be answered.</exception>
    public async ValueTask<Invocation> NextAsync(CancellationToken cancellationToken)
    {
        RuntimeAnswer answer;
        var wasOpen = connection.IsOpen;
        try
        {
            answer = await AskNextAsync(cancellationToken);
        }
        catch (RuntimeApiException) when (wasOpen && !connection.IsOpen)
        {
            // Kept from the invocation before and closed since. Asking for an event twice does no harm.
            answer = await AskNextAsync(cancellationToken);
        }

        var head = answer.Head;
        return head switch
        {
            { Status: not 200 } => throw new RuntimeApiException($"The Runtime API answered {head.Status} when asked for the next event."),
            { RequestId: null or "" } => throw new RuntimeApiException("The Runtime API sent an event without a request id."),
            _ => new(head.RequestId, Instant(head.Deadline), head.TraceId, head.FunctionArn, answer.Body),
        };
    }

    /// <returns>The status.</returns>
    public Task<int> RespondAsync(string requestId, ReadOnlyMemory<byte> body) =>
        PostAsync($"invocation/{Uri.EscapeDataString(requestId)}/response", body, errorType: null);

    /// <returns>As <see cref="RespondAsync"/>.</returns>
    public Task<int> FailAsync(string requestId, InvocationFailure failure) =>
        PostAsync($"invocation/{Uri.EscapeDataString(requestId)}/error", failure.ToJson(), failure.ErrorType);

    /// <summary>Before the first event: the start has failed.</summary>
    public Task<int> FailStartAsync(InvocationFailure failure) => PostAsync("init/error", failure.ToJson(), failure.ErrorType);

    /// <summary>An answer that goes out as it comes: chunks until <see cref="EndStreamAsync"/>.</summary>
    public async ValueTask BeginStreamAsync(string requestId, ReadOnlyMemory<byte> first, CancellationToken cancellationToken)
    {
        await connection.OpenAsync(cancellationToken);
        Begin("POST", $"invocation/{Uri.EscapeDataString(requestId)}/response");
        Add("Content-Type: application/vnd.awslambda.http-integration-response\r\n"
            + "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
            + "Transfer-Encoding: chunked\r\n"
            + "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n");
        AddChunk(first.Span);
        await connection.SendAsync(_out.WrittenMemory, cancellationToken);
    }

    public ValueTask StreamAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        _out.Clear();
        AddChunk(chunk.Span);
        return connection.SendAsync(_out.WrittenMemory, cancellationToken);
    }

    /// <param name="failure">Goes into the trailers, for what was sent cannot be taken back; null: the answer is whole.</param>
    public async Task<int> EndStreamAsync(InvocationFailure? failure)
    {
        _out.Clear();
        Add("0\r\n");
        if (failure is not null)
        {
            Add($"Lambda-Runtime-Function-Error-Type: {HeaderValue(failure.ErrorType)}\r\n"
                + $"Lambda-Runtime-Function-Error-Body: {Convert.ToBase64String(failure.ToJson().Span)}\r\n");
        }

        Add("\r\n");
        return await FinishAsync(default);
    }

    public void Dispose() => connection.Dispose();

    private async ValueTask<RuntimeAnswer> AskNextAsync(CancellationToken cancellationToken)
    {
        await connection.OpenAsync(cancellationToken);
        Begin("GET", "invocation/next");
        Add("\r\n");
        await connection.SendAsync(_out.WrittenMemory, cancellationToken);
        return await connection.ReadAsync(cancellationToken);
    }

    private async Task<int> PostAsync(string path, ReadOnlyMemory<byte> body, string? errorType)
    {
        Begin("POST", path);
        Add("Content-Type: application/json\r\n");
        if (errorType is not null)
        {
            Add($"Lambda-Runtime-Function-Error-Type: {HeaderValue(errorType)}\r\n");
        }

        Add($"Content-Length: {body.Length}\r\n\r\n");
        if (body.Length <= SentAtOnce)
        {
            _out.Write(body.Span);
            body = default;
        }

        return await FinishAsync(body);
    }

    private async Task<int> FinishAsync(ReadOnlyMemory<byte> rest)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await connection.OpenAsync(patience.Token);
            await connection.SendAsync(_out.WrittenMemory, patience.Token);
            await connection.SendAsync(rest, patience.Token);
            var status = (await connection.ReadAsync(patience.Token)).Head.Status;
            return status < 500 ? status : throw new RuntimeApiException($"The Runtime API answered {status}: this process is of no more use to it.");
        }
        catch (OperationCanceledException)
        {
            throw new RuntimeApiException($"The Runtime API did not take an answer within {Patience.TotalSeconds} s.");
        }
    }

    private void Begin(string method, string path)
    {
        _out.Clear();
        Add($"{method} {Version}/{path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: serverless-mcp\r\n");
    }

    private void AddChunk(ReadOnlySpan<byte> chunk)
    {
        if (chunk.IsEmpty)
        {
            return; // A chunk of no bytes would be the end.
        }

        Add($"{chunk.Length:x}\r\n");
        _out.Write(chunk);
        Add("\r\n");
    }

    private void Add(string text) => Encoding.UTF8.GetBytes(text, _out);

    private static string HeaderValue(string text) => string.Concat(text.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-'));

    private static DateTimeOffset? Instant(long? milliseconds) =>
        milliseconds is { } at && at <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
