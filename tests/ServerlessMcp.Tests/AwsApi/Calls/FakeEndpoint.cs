using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ServerlessMcp.Tests.AwsApi.Calls;

/// <param name="Head">Request line and headers.</param>
internal sealed record ReceivedRequest(string Head, string Body)
{
    public string? Header(string name) => Head.Split("\r\n")
        .FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
}

/// <summary>What the endpoint does with a request.</summary>
internal abstract record EndpointAct
{
    /// <summary>Answers, and keeps the connection open.</summary>
    /// <param name="Length">What the answer says of its length (to HEAD, of a body that it does not have); null for the body's.</param>
    public sealed record Answer(int Status, string Body, string Headers = "", long? Length = null) : EndpointAct;

    /// <summary>Closes the connection without a word.</summary>
    public sealed record Drop : EndpointAct;

    /// <summary>Begins an answer and closes in the middle of its body.</summary>
    public sealed record DropInBody : EndpointAct;

    /// <summary>Begins an answer, then says nothing more and waits.</summary>
    public sealed record SilenceInBody : EndpointAct;

    /// <summary>Says nothing and waits.</summary>
    public sealed record Silence : EndpointAct;
}

/// <summary>A loopback server on the level of sockets, which records each request and does what it is told: answers, drops, keeps silent.</summary>
internal sealed class FakeEndpoint : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<int, EndpointAct> _act;
    private readonly Task _accepting;
    private int _count;

    /// <param name="act">By the number of the request, from 1.</param>
    public FakeEndpoint(Func<int, EndpointAct> act)
    {
        _act = act;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public ConcurrentQueue<ReceivedRequest> Requests { get; } = new();

    public int Connections { get; private set; }

    /// <summary>Completes when the first request has been read.</summary>
    public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public static EndpointAct.Answer Caller { get; } = new(
        200,
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
        "x-amzn-RequestId: req-1\r\n");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Stop();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                Connections++;
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException && _end.IsCancellationRequested)
        {
            await Task.WhenAll(serving); // A cancelled accept says so by either exception.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                while (await ReadAsync(client.GetStream()) is { } request)
                {
                    Requests.Enqueue(request);
                    var act = _act(Interlocked.Increment(ref _count));
                    Reached.TrySetResult();
                    if (!await ActAsync(client.GetStream(), act))
                    {
                        return;
                    }
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The test is over, or the client has gone.
            }
        }
    }

    private async Task<bool> ActAsync(NetworkStream stream, EndpointAct act)
    {
        switch (act)
        {
            case EndpointAct.Answer answer:
                var length = answer.Length ?? Encoding.UTF8.GetByteCount(answer.Body);
                var text = $"HTTP/1.1 {answer.Status} X\r\nContent-Length: {length}\r\n{answer.Headers}\r\n{answer.Body}";
                await stream.WriteAsync(Encoding.UTF8.GetBytes(text), _end.Token);
                return true;
            case EndpointAct.DropInBody:
                await stream.WriteAsync(Encoding.UTF8.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<Get"), _end.Token);
                return false;
            case EndpointAct.SilenceInBody:
                await stream.WriteAsync(Encoding.UTF8.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<Get"), _end.Token);
                await Task.Delay(Timeout.Infinite, _end.Token);
                return false;
            case EndpointAct.Silence:
                await Task.Delay(Timeout.Infinite, _end.Token);
                return false;
            default:
                return false;
        }
    }

    /// <summary>Null when the client closes.</summary>
    private async Task<ReceivedRequest?> ReadAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var buffer = new byte[4096];
        while (true)
        {
            var text = Encoding.UTF8.GetString([.. bytes]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var request = new ReceivedRequest(text[..end], text[(end + 4)..]);
                if (request.Body.Length >= int.Parse(request.Header("Content-Length") ?? "0", System.Globalization.CultureInfo.InvariantCulture))
                {
                    return request;
                }
            }

            var read = await stream.ReadAsync(buffer, _end.Token);
            if (read == 0)
            {
                return null;
            }

            bytes.AddRange(buffer[..read]);
        }
    }
}
