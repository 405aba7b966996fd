using System.IO.Compression;
using System.Reflection;
using System.Text.Json;

namespace ServerlessMcp.AwsApi.Shapes;

internal enum AwsProtocol { AwsJson1_0, AwsJson1_1, AwsQuery, Ec2Query, RestJson1, RestXml }

/// <summary>One service: its head at once, each operation, shape, enum and waiter when it is first asked for. Thread safe.</summary>
/// <remarks>
/// The text is lines of JSON: head, then one line each operation, shape, enum and waiter, in the head's order. EC2 has 1.8 MB of them, of which
/// a call touches a few kilobytes.
/// </remarks>
internal sealed class ServiceModel
{
    private readonly ReadOnlyMemory<byte>[] _lines;
    private readonly Dictionary<string, int> _operations;
    private readonly Dictionary<string, int> _waiters;
    private readonly OperationModel?[] _readOperations;
    private readonly Shape?[] _readShapes;
    private readonly int _firstShape;
    private readonly int _firstEnum;
    private readonly int _firstWaiter;

    public ServiceModel(ReadOnlyMemory<byte> text)
    {
        _lines = Split(text);
        using var document = JsonDocument.Parse(_lines[0]);
        var head = document.RootElement;
        string Text(string name) => head.TryGetProperty(name, out var value) ? value.GetString()! : "";
        string[] Texts(string name) => head.TryGetProperty(name, out var values) ? [.. values.EnumerateArray().Select(v => v.GetString()!)] : [];

        Name = Text("service");
        ServiceId = Text("id");
        ApiVersion = Text("api");
        Protocol = Enum.Parse<AwsProtocol>(Text("protocol"), ignoreCase: true);
        TargetPrefix = Text("target");
        XmlNamespace = Text("ns") is { Length: > 0 } uri ? uri : null;
        IsQueryCompatible = head.TryGetProperty("qc", out _);
        SigningName = Text("signingName");
        Endpoints = head.TryGetProperty("endpoints", out var endpoints)
            ? endpoints.EnumerateObject().ToDictionary(e => e.Name, e => e.Value.GetString()!, StringComparer.Ordinal)
            : [];
        OperationNames = Texts("operations");
        WaiterNames = Texts("waiters");
        _operations = Numbered(OperationNames);
        _waiters = Numbered(WaiterNames);
        _readOperations = new OperationModel?[OperationNames.Count];
        _readShapes = new Shape?[head.GetProperty("shapes").GetInt32()];
        _firstShape = 1 + OperationNames.Count;
        _firstEnum = _firstShape + _readShapes.Length;
        _firstWaiter = _firstEnum + head.GetProperty("enums").GetInt32();
    }

    /// <summary>Canonical: the suffix of the npm package, such as <c>dynamodb</c>, <c>cloudwatch-logs</c>.</summary>
    public string Name { get; }

    public string ServiceId { get; }

    public string ApiVersion { get; }

    public AwsProtocol Protocol { get; }

    public string TargetPrefix { get; }

    public string? XmlNamespace { get; }

    /// <summary>A JSON service that once spoke query, and whose error codes are still those (SQS).</summary>
    public bool IsQueryCompatible { get; }

    public string SigningName { get; }

    /// <summary>Keys <c>partition|variant</c> and <c>region|variant</c>; values <c>host|signing name|signing Region</c>.</summary>
    public IReadOnlyDictionary<string, string> Endpoints { get; }

    public IReadOnlyList<string> OperationNames { get; }

    public IReadOnlyList<string> WaiterNames { get; }

    public static ServiceModel? Load(string service) =>
        ReadResource(service) is { } text ? new ServiceModel(text) : null;

    /// <summary>The unpacked text of an embedded model; null if there is none of that name.</summary>
    public static byte[]? ReadResource(string name)
    {
        using var packed = Assembly.GetExecutingAssembly().GetManifestResourceStream(name + ".br");
        if (packed is null)
        {
            return null;
        }

        using var brotli = new BrotliStream(packed, CompressionMode.Decompress);
        using var text = new MemoryStream();
        brotli.CopyTo(text);
        return text.ToArray();
    }

    /// <summary>In any case of letters; null if the service has no such operation.</summary>
    public OperationModel? FindOperation(string name)
    {
        if (!_operations.TryGetValue(name, out var i))
        {
            return null;
        }

        return _readOperations[i] ??= Read(1 + i, line => ModelLines.Operation(OperationNames[i], line));
    }

    public WaiterModel? FindWaiter(string name) =>
        _waiters.TryGetValue(name, out var i) ? Read(_firstWaiter + i, line => ModelLines.Waiter(WaiterNames[i], line)) : null;

    // Two threads may read the same line: both get an equal shape, one of which stays.
    public Shape ShapeAt(int number) => _readShapes[number] ??= Read(_firstShape + number, line => ModelLines.ShapeOf(line, KindAt));

    public Shape ShapeOf(Member member) => ShapeAt(member.Shape);

    public EnumModel EnumAt(int number) => Read(_firstEnum + number, ModelLines.EnumOf);

    // Each shape's line begins {"k":"x" - the writer puts the kind first so that this needs no parsing.
    private ShapeKind KindAt(int number) => ModelLines.KindOf(((char)_lines[_firstShape + number].Span[6]).ToString());

    private T Read<T>(int line, Func<JsonElement, T> read)
    {
        using var document = JsonDocument.Parse(_lines[line]);
        return read(document.RootElement);
    }

    private static Dictionary<string, int> Numbered(IReadOnlyList<string> names) =>
        names.Select((name, i) => (name, i)).ToDictionary(x => x.name, x => x.i, StringComparer.OrdinalIgnoreCase);

    private static ReadOnlyMemory<byte>[] Split(ReadOnlyMemory<byte> text)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        while (text.Span.IndexOf((byte)'\n') is var end and >= 0)
        {
            lines.Add(text[..end]);
            text = text[(end + 1)..];
        }

        return [.. lines];
    }
}
