using System.Text.Json;

namespace ServerlessMcp.AwsApi.Shapes;

/// <summary>Reads single lines of a model; Models/dump.cjs writes them.</summary>
internal static class ModelLines
{
    public static OperationModel Operation(string name, JsonElement line)
    {
        var http = line.TryGetProperty("h", out var h) ? h : default;
        var sensitive = line.TryGetProperty("s", out var s) ? s : default;
        return new OperationModel(name)
        {
            Input = Number(line, "i"),
            Output = Number(line, "o"),
            Documentation = Text(line, "d"),
            Method = http.ValueKind == JsonValueKind.Array ? http[0].GetString()! : "POST",
            Path = http.ValueKind == JsonValueKind.Array ? http[1].GetString()! : "/",
            HostPrefix = Text(line, "hp"),
            NeedsChecksum = line.TryGetProperty("ck", out _),
            Access = Text(line, "a") is { } access ? Enum.Parse<AwsAccess>(access) : AwsAccess.Unknown,
            Sensitivity = Text(sensitive, "why") is { } why
                ? new(why, sensitive.TryGetProperty("when", out var when) ? Condition(when) : null, sensitive.TryGetProperty("acts", out _))
                : null,
            HasEventStream = line.TryGetProperty("es", out _),
            Errors = line.TryGetProperty("e", out var errors) ? [.. errors.EnumerateArray().Select(error => error.GetInt32())] : [],
            PageKeys = line.TryGetProperty("pg", out var keys)
                ? [.. keys.EnumerateArray().Select(key => new PageKey(key[0].GetString()!, key[1].GetString()!))]
                : [],
        };
    }

    public static EnumModel EnumOf(JsonElement line) =>
        new(Text(line, "n")!, [.. line.GetProperty("v").EnumerateArray().Select(value => value.GetString()!)]);

    public static WaiterModel Waiter(string name, JsonElement line) => new(
        name,
        Text(line, "operation")!,
        Number(line, "minDelay"),
        [.. line.GetProperty("acceptors").EnumerateArray().Select(acceptor => new Acceptor(
            Enum.Parse<AwsWaitState>(Text(acceptor, "state")!, ignoreCase: true),
            Enum.Parse<AcceptorMatcher>(Text(acceptor, "matcher")!, ignoreCase: true),
            Text(acceptor, "argument"),
            acceptor.GetProperty("expected") is { ValueKind: JsonValueKind.String } text ? text.GetString()! : acceptor.GetProperty("expected").GetRawText()))]);

    public static Shape ShapeOf(JsonElement line, Func<int, ShapeKind> kindOf)
    {
        var traits = line.TryGetProperty("T", out var t) ? t : default;
        return new Shape(
            KindOf(Text(line, "k")!),
            Text(line, "n") ?? "",
            line.TryGetProperty("m", out var members)
                ? [.. members.EnumerateObject().Select(member => MemberOf(member.Name, member.Value, kindOf))]
                : [])
        {
            Element = line.TryGetProperty("e", out var element) ? MemberOf("member", element, kindOf) : null,
            Key = line.TryGetProperty("key", out var key) ? MemberOf("key", key, kindOf) : null,
            XmlName = Text(traits, "xmlName"),
            XmlNamespace = Namespace(traits),
            ErrorCode = Text(traits, "awsQueryError"),
        };
    }

    /// <summary>The kind that a shape's line begins with, without reading the rest.</summary>
    public static ShapeKind KindOf(string letter) => letter switch
    {
        "l" => ShapeKind.List,
        "m" => ShapeKind.Map,
        "s" => ShapeKind.Structure,
        "u" => ShapeKind.Union,
        "e" => ShapeKind.Error,
        _ => throw new InvalidDataException($"The model has a shape of kind '{letter}'."),
    };

    private static Member MemberOf(string name, JsonElement line, Func<int, ShapeKind> kindOf)
    {
        var type = line.GetProperty("t");
        var traits = line.TryGetProperty("T", out var t) ? t : default;
        var shape = type.ValueKind == JsonValueKind.Number ? type.GetInt32() : -1;
        return new Member(name, shape >= 0 ? kindOf(shape) : ScalarOf(type.GetString()!))
        {
            Shape = shape,
            IsRequired = line.TryGetProperty("r", out _),
            Documentation = Text(line, "d"),
            Enum = Number(line, "en"),
            XmlName = Text(traits, "xmlName"),
            JsonName = Text(traits, "jsonName"),
            Ec2Name = Text(traits, "ec2QueryName"),
            XmlNamespace = Namespace(traits),
            IsFlat = Has(traits, "xmlFlattened"),
            IsXmlAttribute = Has(traits, "xmlAttribute"),
            Header = Text(traits, "httpHeader"),
            PrefixHeaders = Text(traits, "httpPrefixHeaders"),
            Query = Text(traits, "httpQuery"),
            IsQueryMap = Has(traits, "httpQueryParams"),
            IsLabel = Has(traits, "httpLabel"),
            IsHostLabel = Has(traits, "hostLabel"),
            IsPayload = Has(traits, "httpPayload"),
            IsStatusCode = Has(traits, "httpResponseCode"),
            IsIdempotencyToken = Has(traits, "idempotencyToken"),
            IsSensitive = Has(traits, "sensitive"),
            TakesSecret = Has(traits, "takesSecret"),
            SensitiveWhen = Has(traits, "sensitive") ? Condition(traits.GetProperty("sensitive")) : null,
        };
    }

    private static ShapeKind ScalarOf(string name) => name switch
    {
        "str" => ShapeKind.String,
        "num" or "bigint" or "bigdec" => ShapeKind.Number,
        "bool" => ShapeKind.Boolean,
        "blob" => ShapeKind.Blob,
        "stream" => ShapeKind.Stream,
        "doc" => ShapeKind.Document,
        "unit" => ShapeKind.Unit,
        "ts" => ShapeKind.Timestamp,
        "ts:iso" => ShapeKind.TimestampIso,
        "ts:http" => ShapeKind.TimestampHttp,
        "ts:epoch" => ShapeKind.TimestampEpoch,
        _ => throw new InvalidDataException($"The model has a member of type '{name}'."),
    };

    private static MemberCondition? Condition(JsonElement condition) =>
        condition.ValueKind == JsonValueKind.Object && condition.EnumerateObject().First() is var only
            ? new(only.Name, only.Value.ToString())
            : null;

    private static XmlNamespaceTrait? Namespace(JsonElement traits)
    {
        if (traits.ValueKind != JsonValueKind.Object || !traits.TryGetProperty("xmlNamespace", out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Array
            ? new(value[0].GetString() is { Length: > 0 } prefix ? prefix : null, value[1].GetString()!)
            : new(null, value.GetString()!);
    }

    private static bool Has(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _);

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static int Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetInt32() : -1;
}
