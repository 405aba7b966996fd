using System.Text;
using ServerlessMcp.Lambda.Runtime;

namespace ServerlessMcp.Tests.Lambda.Runtime;

public sealed class RuntimeClientTests
{
    private const string Event = "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r-1\r\nLambda-Runtime-Deadline-Ms: 1767225600000\r\nContent-Length: 2\r\n\r\n{}";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_is_read_with_all_that_belongs_to_it()
    {
        using var client = Client(new HostileStream("HTTP/1.1 100 Continue\r\n\r\n" + Event.Replace("OK\r\n", "OK\r\nLambda-Runtime-Trace-Id: Root=1\r\nLambda-Runtime-Invoked-Function-Arn: arn:f\r\n", StringComparison.Ordinal), 3));

        var next = await client.NextAsync(Cancelled);

        Assert.Equal(("r-1", "Root=1", "arn:f", "{}"), (next.RequestId, next.TraceId, next.FunctionArn, Encoding.UTF8.GetString(next.Event.Span)));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1767225600000), next.Deadline);
    }

    [Fact]
    public async Task Chunks_are_put_together()
    {
        using var client = Client(new HostileStream("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4;x=y\r\n\":1}\r\n0\r\nT: v\r\n\r\n", 1));

        Assert.Equal("""{"a":1}""", Encoding.UTF8.GetString((await client.NextAsync(Cancelled)).Event.Span));
    }

    /// <summary>Frozen for hours between two events, a connection may be gone; the next event is asked for once more.</summary>
    [Fact]
    public async Task A_connection_that_was_closed_in_between_is_opened_again()
    {
        var streams = new Queue<Stream>([new HostileStream(Event, 1000), new HostileStream(Event, 1000)]);
        using var client = new RuntimeClient("h", new(_ => ValueTask.FromResult(streams.Dequeue())));

        await client.NextAsync(Cancelled);
        var second = await client.NextAsync(Cancelled);

        Assert.Equal("r-1", second.RequestId);
        Assert.Empty(streams);
    }

    /// <summary>Else the end of a stream would be sent that never began, and the Runtime API could make nothing of it.</summary>
    [Fact]
    public async Task An_answer_whose_time_is_over_before_its_first_byte_has_not_begun()
    {
        using var client = Client(new HostileStream(Event, 1000));
        var response = new InvocationResponse(client, "r-1");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => response.StreamAsync("{}"u8.ToArray(), new CancellationToken(canceled: true)).AsTask());

        Assert.False(response.HasStarted);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "request id")]
    [InlineData("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "403")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}", "Content-Length")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "Content-Length")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n{}", "bytes")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "chunk")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n", "chunk")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", "longer")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1")]
    [InlineData("HTTP/1.1 200 OK\r\n: x\r\n\r\n", "without a name")]
    [InlineData("HTTP/1.1 20", "closed")]
    [InlineData("", "closed")]
    public async Task What_cannot_be_spoken_with_is_said(string answer, string named)
    {
        using var client = Client(new HostileStream(answer, 7));

        var broken = await Assert.ThrowsAsync<RuntimeApiException>(async () => await client.NextAsync(Cancelled));

        Assert.Contains(named, broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_without_an_end_is_given_up()
    {
        using var client = Client(new HostileStream("HTTP/1.1 200 OK\r\nX: " + new string('x', 200_000), 10_000));

        await Assert.ThrowsAsync<RuntimeApiException>(async () => await client.NextAsync(Cancelled));
    }

    [Theory]
    [InlineData("127.0.0.1:9001", true)]
    [InlineData("localhost:9001", true)]
    [InlineData("[::1]:9001", true)]
    [InlineData("sandbox", true)]
    [InlineData("", false)]
    [InlineData("user@host:1", false)]
    [InlineData("host:port", false)]
    [InlineData("host:1/path", false)]
    [InlineData("host:70000", false)]
    public void The_variable_is_host_and_port(string variable, bool isAddress)
    {
        using var client = RuntimeClient.At(variable);

        Assert.Equal(isAddress, client is not null);
    }

    /// <summary>Broken answers: each number is one, always the same. An event or the one exception that ends the process; never another, never a hang.</summary>
    [Fact]
    public async Task Whatever_the_runtime_api_sends_is_an_event_or_ends_the_process()
    {
        var read = 0;
        var count = Sweeps.AreFull ? 100_000 : 20_000;
        for (var n = 0; n < count; n++)
        {
            try
            {
                var random = new Random(n);
                using var client = Client(new HostileStream(Broken(random), 1 + random.Next(200)));
                await client.NextAsync(Cancelled);
                read++;
            }
            catch (Exception failure) when (failure is not RuntimeApiException)
            {
                Assert.Fail($"answer {n}: {failure}");
            }
            catch (RuntimeApiException)
            {
                // As it should be.
            }
        }

        Assert.InRange(read, count / 10, count * 9 / 10);
    }

    private static byte[] Broken(Random random)
    {
        var chunked = random.Next(2) == 0;
        var text = new StringBuilder("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r-1\r\nLambda-Runtime-Deadline-Ms: 1767225600000\r\n")
            .Append(chunked ? "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" : $"Content-Length: {random.Next(4)}\r\n\r\n{{}}");
        var bytes = Encoding.ASCII.GetBytes(text.ToString());
        for (var changes = random.Next(4); changes > 0; changes--)
        {
            bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? "\r\n:; -9f"u8[random.Next(8)] : (byte)random.Next(256);
        }

        return random.Next(20) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private static RuntimeClient Client(Stream stream) => new("host:1", new(_ => ValueTask.FromResult(stream)));

    /// <summary>Answers with what it was given, some bytes at a time, and then ends; what is written to it is gone.</summary>
    private sealed class HostileStream(byte[] answer, int atOnce) : MemoryStream(answer, writable: false)
    {
        public HostileStream(string answer, int atOnce)
            : this(Encoding.UTF8.GetBytes(answer), atOnce)
        {
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, atOnce)], cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}
