namespace ServerlessMcp.AwsApi.Shapes;

internal enum ShapeKind
{
    String, Number, Boolean, Blob, Stream, Document, Unit,

    /// <summary>In the protocol's own format; the other three say theirs.</summary>
    Timestamp, TimestampIso, TimestampHttp, TimestampEpoch,

    List, Map, Structure, Union, Error,
}

/// <param name="Prefix">Null for a default namespace.</param>
internal sealed record XmlNamespaceTrait(string? Prefix, string Uri);

/// <summary>A parameter and the value that it must have for something to hold.</summary>
internal sealed record MemberCondition(string Member, string Value);

/// <summary>A use of a shape as a structure's member, a list's element or a map's key or value, with the traits that bind it.</summary>
internal sealed record Member(string Name, ShapeKind Kind)
{
    /// <summary>Number of the list, map or structure; -1 for a scalar.</summary>
    public int Shape { get; init; } = -1;

    public bool IsRequired { get; init; }

    public string? Documentation { get; init; }

    /// <summary>Number of the enum of known values; -1 without one.</summary>
    public int Enum { get; init; } = -1;

    public string? XmlName { get; init; }
    public string? JsonName { get; init; }
    public string? Ec2Name { get; init; }
    public XmlNamespaceTrait? XmlNamespace { get; init; }
    public bool IsFlat { get; init; }
    public bool IsXmlAttribute { get; init; }

    public string? Header { get; init; }
    public string? PrefixHeaders { get; init; }
    public string? Query { get; init; }
    public bool IsQueryMap { get; init; }
    public bool IsLabel { get; init; }
    public bool IsHostLabel { get; init; }
    public bool IsPayload { get; init; }
    public bool IsStatusCode { get; init; }

    public bool IsIdempotencyToken { get; init; }
    public bool IsSensitive { get; init; }

    /// <summary>May hold a secret, and a plain value just as well: a plan may have either there.</summary>
    public bool TakesSecret { get; init; }

    /// <summary>Sensitive only if a neighbour has this value; null for always.</summary>
    public MemberCondition? SensitiveWhen { get; init; }

    /// <summary>Neither in the URI, nor in a header, nor the status: part of the body.</summary>
    public bool IsInBody => !(IsLabel || Header is not null || PrefixHeaders is not null || Query is not null || IsQueryMap || IsStatusCode || IsPayload);

    public bool IsTimestamp =>
        Kind is ShapeKind.Timestamp or ShapeKind.TimestampIso or ShapeKind.TimestampHttp or ShapeKind.TimestampEpoch;

    public bool IsStructure => Kind is ShapeKind.Structure or ShapeKind.Union or ShapeKind.Error;
}

/// <summary>A structure, union, error, list or map.</summary>
internal sealed class Shape(ShapeKind kind, string name, IReadOnlyList<Member> members)
{
    private readonly Dictionary<string, Member> _byName = members.ToDictionary(member => member.Name, StringComparer.Ordinal);

    public ShapeKind Kind { get; } = kind;

    public string Name { get; } = name;

    /// <summary>In the model's order.</summary>
    public IReadOnlyList<Member> Members { get; } = members;

    /// <summary>A list's element or a map's value.</summary>
    public Member? Element { get; init; }

    public Member? Key { get; init; }

    public string? XmlName { get; init; }

    public XmlNamespaceTrait? XmlNamespace { get; init; }

    /// <summary>An error's code on the wire where it differs from its name.</summary>
    public string? ErrorCode { get; init; }

    public Member? Find(string name) => _byName.GetValueOrDefault(name);
}

internal sealed record EnumModel(string Name, IReadOnlyList<string> Values);
