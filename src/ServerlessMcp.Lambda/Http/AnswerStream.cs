using System.Buffers;
using ServerlessMcp.Lambda.Runtime;

namespace ServerlessMcp.Lambda.Http;

/// <summary>The body of an answer: kept until the end, or sent at each flush.</summary>
/// <param name="begin">Called once, before the first byte: headers may still be set there, and after it they are fixed.</param>
/// <param name="prelude">Null: the answer is buffered.</param>
internal sealed class AnswerStream(InvocationResponse response, Func<Task> begin, Func<ReadOnlyMemory<byte>>? prelude) : Stream
{
    private const string NotSynchronous = "Only asynchronous writes are allowed.";

    private readonly ArrayBufferWriter<byte> _kept = new(4096);
    private long _sent;

    /// <summary>All of a buffered answer; of a streamed one what is not sent yet.</summary>
    public ReadOnlyMemory<byte> Kept => _kept.WrittenMemory;

    /// <summary>The rest was dropped: a buffered answer of this size cannot be sent.</summary>
    public bool IsTooLarge => prelude is null && _sent > HttpLimits.Buffered;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await begin();
        _sent += buffer.Length;
        if (prelude is not null && _sent > HttpLimits.Streamed)
        {
            throw new PayloadTooLargeException();
        }

        if (!IsTooLarge)
        {
            _kept.Write(buffer.Span);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await begin();
        if (prelude is null)
        {
            return;
        }

        if (!response.HasStarted)
        {
            await response.StreamAsync(prelude(), cancellationToken);
        }

        if (_kept.WrittenCount > 0)
        {
            await response.StreamAsync(_kept.WrittenMemory, cancellationToken);
            _kept.ResetWrittenCount();
        }
    }

    public override void Flush() => throw new NotSupportedException(NotSynchronous);

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException(NotSynchronous);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
