using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.Conformance;

/// <summary>Turns the shapes of one botocore test suite and the operation of one case into a model of ours, in memory.</summary>
internal sealed class BotocoreModel
{
    private static readonly Dictionary<string, string> Protocols = new(StringComparer.Ordinal)
    {
        ["ec2"] = "ec2Query",
        ["query"] = "awsQuery",
        ["json"] = "awsJson1_1",
        ["json_1_0"] = "awsJson1_0",
        ["json_1_0-query-compatible"] = "awsJson1_0",
        ["rest-json"] = "restJson1",
        ["rest-xml"] = "restXml",
    };

    private static readonly Dictionary<string, string> Times = new(StringComparer.Ordinal)
    {
        ["iso8601"] = "ts:iso",
        ["rfc822"] = "ts:http",
        ["unixTimestamp"] = "ts:epoch",
    };

    private readonly JsonObject _shapes;
    private readonly string _protocol;
    private readonly List<JsonObject> _lines = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    private BotocoreModel(JsonObject shapes, string protocol)
    {
        _shapes = shapes;
        _protocol = protocol;
    }

    /// <summary>The name of a file of the folder, without its ending, is the protocol's.</summary>
    public static bool IsKnown(string file) => Protocols.ContainsKey(file);

    public static ServiceModel Build(string file, JsonObject suite, JsonObject given)
    {
        var metadata = suite["metadata"]!.AsObject();
        var model = new BotocoreModel(suite["shapes"]!.AsObject(), Protocols[file]);
        var name = (string)given["name"]!;
        var operation = model.Operation(given);
        var space = metadata["xmlNamespace"];
        var head = new JsonObject
        {
            ["service"] = "test",
            ["id"] = "test",
            ["api"] = (string?)metadata["apiVersion"] ?? "",
            ["protocol"] = Protocols[file],
            ["target"] = (string?)metadata["targetPrefix"] ?? "",
            ["ns"] = space is JsonObject detailed ? (string?)detailed["uri"] : (string?)space ?? "",
            ["signingName"] = "test",
            ["operations"] = new JsonArray(name),
            ["shapes"] = model._lines.Count,
            ["enums"] = 0,
        };
        if (metadata.ContainsKey("awsQueryCompatible"))
        {
            head["qc"] = 1;
        }

        var lines = model._lines.Prepend(operation).Prepend(head).Select(line => line.ToJsonString() + "\n");
        return new ServiceModel(Encoding.UTF8.GetBytes(string.Concat(lines)));
    }

    private JsonObject Operation(JsonObject given)
    {
        var operation = new JsonObject();
        foreach (var (key, side) in (ReadOnlySpan<(string, string)>)[("i", "input"), ("o", "output")])
        {
            if (given[side] is JsonObject reference)
            {
                var number = Number((string)reference["shape"]!);
                operation[key] = number;
                SetXml(_lines[number], reference);
            }
        }

        var http = given["http"];
        operation["h"] = new JsonArray((string?)http?["method"] ?? "POST", (string?)http?["requestUri"] ?? "/");
        operation["e"] = new JsonArray([.. (given["errors"] as JsonArray ?? []).Select(error => (JsonNode)Error((string)error!["shape"]!))]);
        if ((string?)given["endpoint"]?["hostPrefix"] is { } prefix)
        {
            operation["hp"] = prefix;
        }

        return operation;
    }

    private int Error(string name)
    {
        var number = Number(name);
        if ((string?)_shapes[name]!["error"]?["code"] is { } code)
        {
            Traits(_lines[number])["awsQueryError"] = code;
        }

        return number;
    }

    private int Number(string name)
    {
        if (_numbers.TryGetValue(name, out var known))
        {
            return known;
        }

        var shape = _shapes[name]!.AsObject();
        var type = (string)shape["type"]!;
        // The kind comes first in a line.
        var line = new JsonObject { ["k"] = type switch { "list" => "l", "map" => "m", _ when shape["union"] is not null => "u", _ => "s" } };
        _numbers[name] = _lines.Count;
        _lines.Add(line);
        switch (type)
        {
            case "list":
                line["e"] = Use(shape["member"]!.AsObject());
                break;
            case "map":
                line["key"] = Use(shape["key"]!.AsObject());
                line["e"] = Use(shape["value"]!.AsObject());
                break;
            default:
                line["n"] = name;
                line["m"] = Members(shape);
                break;
        }

        SetXml(line, shape);
        return _numbers[name];
    }

    private JsonObject Members(JsonObject shape)
    {
        var members = new JsonObject();
        foreach (var (name, reference) in shape["members"] as JsonObject ?? [])
        {
            var use = Use(reference!.AsObject());
            if ((string?)shape["payload"] == name)
            {
                Traits(use)["httpPayload"] = 1;
            }

            members[name] = use;
        }

        return members;
    }

    private JsonObject Use(JsonObject reference)
    {
        var shape = _shapes[(string)reference["shape"]!]!.AsObject();
        var type = (string)shape["type"]!;
        var isDocument = reference["document"] is not null || shape["document"] is not null;
        var use = new JsonObject { ["t"] = isDocument ? "doc" : TypeOf(type, (string)reference["shape"]!, reference, shape) };
        SetLocation(use, reference, type);
        if (reference["queryName"] is { } queryName)
        {
            Traits(use)["ec2QueryName"] = queryName.DeepClone();
        }

        if (reference["flattened"] is not null || shape["flattened"] is not null)
        {
            SetFlat(use, reference, shape, type);
        }

        foreach (var (theirs, ours) in (ReadOnlySpan<(string, string)>)
            [("xmlAttribute", "xmlAttribute"), ("idempotencyToken", "idempotencyToken"), ("hostLabel", "hostLabel")])
        {
            if (reference[theirs] is not null || shape[theirs] is not null)
            {
                Traits(use)[ours] = 1;
            }
        }

        SetNamespace(use, reference);
        return use;
    }

    private JsonNode TypeOf(string type, string name, JsonObject reference, JsonObject shape) => type switch
    {
        "structure" or "list" or "map" => Number(name),
        "timestamp" => Times.GetValueOrDefault((string?)reference["timestampFormat"] ?? (string?)shape["timestampFormat"] ?? "", "ts"),
        "string" or "character" => "str",
        "boolean" => "bool",
        "blob" => "blob",
        _ => "num",
    };

    private static void SetLocation(JsonObject use, JsonObject reference, string type)
    {
        var name = (string?)reference["locationName"];
        switch ((string?)reference["location"])
        {
            case "header":
                Traits(use)["httpHeader"] = name;
                break;
            case "headers":
                Traits(use)["httpPrefixHeaders"] = name ?? "";
                break;
            case "querystring" when type == "map":
                Traits(use)["httpQueryParams"] = 1;
                break;
            case "querystring":
                Traits(use)["httpQuery"] = name;
                break;
            case "uri":
                Traits(use)["httpLabel"] = 1;
                break;
            case "statusCode":
                Traits(use)["httpResponseCode"] = 1;
                break;
            case var _ when name is not null:
                Traits(use)["xmlName"] = name;
                Traits(use)["jsonName"] = name;
                break;
        }
    }

    private void SetFlat(JsonObject use, JsonObject reference, JsonObject shape, string type)
    {
        Traits(use)["xmlFlattened"] = 1;
        // In the query protocols a flat list takes its items' name, unless it has one of its own.
        if (type == "list" && _protocol.EndsWith("Query", StringComparison.Ordinal)
            && reference["locationName"] is null && shape["member"]!["locationName"] is { } item)
        {
            Traits(use)["xmlName"] = item.DeepClone();
        }
    }

    private static void SetXml(JsonObject line, JsonObject source)
    {
        if (source["locationName"] is { } name)
        {
            Traits(line)["xmlName"] = name.DeepClone();
        }

        SetNamespace(line, source);
    }

    private static void SetNamespace(JsonObject line, JsonObject source)
    {
        if (source["xmlNamespace"] is { } space)
        {
            Traits(line)["xmlNamespace"] = space is JsonObject detailed
                ? new JsonArray((string?)detailed["prefix"] ?? "", (string?)detailed["uri"])
                : space.DeepClone();
        }
    }

    private static JsonObject Traits(JsonObject line)
    {
        if (line["T"] is not JsonObject traits)
        {
            line["T"] = traits = [];
        }

        return traits;
    }
}
