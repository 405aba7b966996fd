namespace ServerlessMcp.AwsApi.Shapes;

/// <param name="Parameter">Asks for the next page.</param>
/// <param name="Value">JMESPath on the answer: what to ask with.</param>
internal sealed record PageKey(string Parameter, string Value);

/// <param name="Because">Ends a sentence that begins with the operation's name.</param>
/// <param name="When">The one parameter value with which it holds; null for always.</param>
/// <param name="Acts">It starts or ends something.</param>
internal sealed record Sensitivity(string Because, MemberCondition? When, bool Acts);

internal sealed record OperationModel(string Name)
{
    /// <summary>Number of the input structure; -1 without one.</summary>
    public int Input { get; init; } = -1;

    public int Output { get; init; } = -1;

    public string? Documentation { get; init; }

    public string Method { get; init; } = "POST";

    /// <summary>URI template of REST protocols, with its fixed query.</summary>
    public string Path { get; init; } = "/";

    public string? HostPrefix { get; init; }

    /// <summary>The service wants a checksum header with the body (S3).</summary>
    public bool NeedsChecksum { get; init; }

    public AwsAccess Access { get; init; } = AwsAccess.Unknown;

    /// <summary>Why a read is not harmless; null if it is, and for changes.</summary>
    public Sensitivity? Sensitivity { get; init; }

    /// <summary>A member is a stream of events, which the client does not read or write.</summary>
    public bool HasEventStream { get; init; }

    /// <summary>Numbers of the error shapes.</summary>
    public IReadOnlyList<int> Errors { get; init; } = [];

    /// <summary>What asks for the next page; mostly one, empty for an operation that answers at once.</summary>
    public IReadOnlyList<PageKey> PageKeys { get; init; } = [];
}

internal enum AcceptorMatcher { Path, PathAll, PathAny, Error, Success }

/// <param name="Argument">JMESPath on the answer; null for <see cref="AcceptorMatcher.Error"/> and <see cref="AcceptorMatcher.Success"/>.</param>
/// <param name="Expected">Text, "true" or "false", compared with the value as text.</param>
internal sealed record Acceptor(AwsWaitState State, AcceptorMatcher Matcher, string? Argument, string Expected);

/// <param name="MinDelay">Seconds between two looks.</param>
internal sealed record WaiterModel(string Name, string Operation, int MinDelay, IReadOnlyList<Acceptor> Acceptors);
