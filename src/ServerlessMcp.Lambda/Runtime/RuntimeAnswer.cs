namespace ServerlessMcp.Lambda.Runtime;

/// <param name="Body">A copy: it stays what it is.</param>
internal sealed record RuntimeAnswer(RuntimeHead Head, ReadOnlyMemory<byte> Body);
