using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace ServerlessMcp.Lambda.Runtime;

/// <summary>One HTTP/1.1 connection to the Runtime API. Not safe for two at a time.</summary>
/// <remarks>Sockets, because <c>HttpClient</c> sends no trailers over HTTP/1.1, and what it brings along would be paid for at every cold start.</remarks>
internal sealed class RuntimeConnection(Func<CancellationToken, ValueTask<Stream>> open) : IDisposable
{
    private const int LongestHead = 64 * 1024;

    /// <summary>An event has at most 6 MB, of which an escape makes six times as much.</summary>
    private const int LongestBody = 40 * 1024 * 1024;

    private Stream? _stream;
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    public bool IsOpen => _stream is not null;

    /// <summary>Over TCP.</summary>
    public static RuntimeConnection To(EndPoint address) => new(async cancellationToken =>
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException refused)
        {
            socket.Dispose();
            throw new RuntimeApiException($"The Runtime API at {address} does not answer ({refused.SocketErrorCode}).", refused);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    });

    /// <exception cref="RuntimeApiException">Nobody listens there.</exception>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        if (_stream is null)
        {
            (_stream, _start, _end) = (await open(cancellationToken), 0, 0);
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await Open.WriteAsync(bytes, cancellationToken);
        }
        catch (IOException broken)
        {
            throw Closed(broken);
        }
    }

    /// <exception cref="RuntimeApiException">The connection was closed, or what came is not HTTP/1.1.</exception>
    public async ValueTask<RuntimeAnswer> ReadAsync(CancellationToken cancellationToken)
    {
        RuntimeHead head;
        do
        {
            head = RuntimeHead.Parse((await UntilAsync("\r\n\r\n"u8.ToArray(), cancellationToken)).Span);
        }
        while (head.Status < 200);

        var body = head.IsChunked ? await ChunksAsync(cancellationToken) : await BytesAsync(head.ContentLength ?? 0, cancellationToken);
        if (head.IsLast || (head.ContentLength is null && !head.IsChunked))
        {
            Dispose();
        }

        return new(head, body);
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }

    private Stream Open => _stream ?? throw Closed(null);

    private async ValueTask<ReadOnlyMemory<byte>> ChunksAsync(CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        var lineEnd = "\r\n"u8.ToArray();
        while (true)
        {
            var line = await UntilAsync(lineEnd, cancellationToken);
            if (!Utf8Parser.TryParse(line.Span, out int size, out var read, 'x') || size < 0 || (read < line.Length && line.Span[read] is not ((byte)';' or (byte)' ')))
            {
                throw new RuntimeApiException("The Runtime API sent a chunk without a size.");
            }

            if (size == 0)
            {
                while ((await UntilAsync(lineEnd, cancellationToken)).Length > 0)
                {
                    // A trailer: the Runtime API has none that say anything.
                }

                return body.WrittenMemory;
            }

            body.Write((await BytesAsync(size, cancellationToken, body.WrittenCount)).Span);
            if ((await UntilAsync(lineEnd, cancellationToken)).Length > 0)
            {
                throw new RuntimeApiException("The Runtime API sent a chunk that is longer than its size.");
            }
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> BytesAsync(int count, CancellationToken cancellationToken, int before = 0)
    {
        if (count > LongestBody - before)
        {
            throw new RuntimeApiException($"The Runtime API sent a body of over {LongestBody} bytes.");
        }

        while (_end - _start < count)
        {
            await FillAsync(count, cancellationToken);
        }

        var bytes = _buffer.AsSpan(_start, count).ToArray();
        _start += count;
        return bytes;
    }

    /// <returns>What stands before the mark, which is taken too; valid until the next read.</returns>
    private async ValueTask<ReadOnlyMemory<byte>> UntilAsync(byte[] mark, CancellationToken cancellationToken)
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf(mark)) < 0)
        {
            if (_end - _start > LongestHead)
            {
                throw new RuntimeApiException($"The Runtime API sent a head or line of over {LongestHead} bytes.");
            }

            await FillAsync(0, cancellationToken);
        }

        var found = _buffer.AsMemory(_start, length);
        _start += length + mark.Length;
        return found;
    }

    /// <param name="wanted">Bytes that there must be room for, from the first unread one on.</param>
    private async ValueTask FillAsync(int wanted, CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length || wanted > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(wanted, _buffer.Length * 2));
        }

        try
        {
            var read = await Open.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            _end += read > 0 ? read : throw Closed(null);
        }
        catch (IOException broken)
        {
            throw Closed(broken);
        }
    }

    private RuntimeApiException Closed(Exception? cause)
    {
        Dispose();
        return new("The Runtime API closed the connection.", cause);
    }
}
