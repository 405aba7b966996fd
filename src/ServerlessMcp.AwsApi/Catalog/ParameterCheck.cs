using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Catalog;

/// <summary>Checks parameters against the model before anything is sent; collects every problem with its path.</summary>
internal sealed class ParameterCheck(ServiceModel model, Func<string, bool>? isPlaceholder)
{
    // Longer lists of known values (instance types, resource types) grow faster than models are renewed.
    private const int ClosedEnumSize = 40;

    private readonly List<AwsProblem> _problems = [];

    public IReadOnlyList<AwsProblem> Run(OperationModel operation, JsonObject parameters)
    {
        if (operation.HasEventStream)
        {
            Add("$", $"{operation.Name} speaks in a stream of events, which is not supported here.");
        }

        if (operation.Input >= 0)
        {
            CheckStructure(model.ShapeAt(operation.Input), operation.Name, parameters, "$");
        }
        else if (parameters.Count > 0)
        {
            Add("$", $"{operation.Name} takes no parameters.");
        }

        return _problems;
    }

    private void CheckStructure(Shape shape, string name, JsonNode value, string path)
    {
        if (value is not JsonObject given)
        {
            Add(path, $"expected an object ({shape.Name}), got {TypeOf(value)}.");
            return;
        }

        foreach (var (key, child) in given)
        {
            if (shape.Find(key) is not { } member)
            {
                Add($"{path}.{key}", $"unknown member of {name}; {Suggestion(key, shape)}.");
            }
            else if (child is not null)
            {
                CheckValue(member, child, $"{path}.{key}");
            }
        }

        foreach (var member in shape.Members.Where(member => member.IsRequired && !member.IsIdempotencyToken && given[member.Name] is null))
        {
            Add($"{path}.{member.Name}", $"required ({Describe(member)}){(member.Documentation is { } text ? ": " + text : "")}");
        }

        if (shape.Kind == ShapeKind.Union && given.Count(pair => pair.Value is not null) != 1)
        {
            Add(path, $"needs exactly one of {string.Join(", ", shape.Members.Select(member => member.Name))}.");
        }
    }

    private void CheckValue(Member member, JsonNode value, string path)
    {
        if (IsPlaceholder(member, value))
        {
            return;
        }

        switch (member.Kind)
        {
            case ShapeKind.Structure or ShapeKind.Union or ShapeKind.Error:
                var shape = model.ShapeOf(member);
                CheckStructure(shape, shape.Name, value, path);
                break;
            case ShapeKind.List:
                CheckList(member, value, path);
                break;
            case ShapeKind.Map:
                CheckMap(member, value, path);
                break;
            case ShapeKind.Document:
                break;
            default:
                CheckScalar(member, value, path);
                break;
        }
    }

    private void CheckList(Member member, JsonNode value, string path)
    {
        if (value is not JsonArray items)
        {
            Add(path, $"expected {Describe(member)}, got {TypeOf(value)}.");
            return;
        }

        // The list's member carries the known values of its elements.
        var element = model.ShapeOf(member).Element! with { Enum = member.Enum, IsSensitive = member.IsSensitive };
        for (var i = 0; i < items.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            if (items[i] is { } item)
            {
                CheckValue(element, item, at);
            }
            else
            {
                Add(at, $"expected {Describe(element)}, got null.");
            }
        }
    }

    private void CheckMap(Member member, JsonNode value, string path)
    {
        if (value is not JsonObject map)
        {
            Add(path, $"expected {Describe(member)}, got {TypeOf(value)}.");
            return;
        }

        var element = model.ShapeOf(member).Element!;
        foreach (var (key, child) in map)
        {
            if (child is not null)
            {
                CheckValue(element, child, $"{path}.{key}");
            }
        }
    }

    private void CheckScalar(Member member, JsonNode value, string path)
    {
        var kind = value.GetValueKind();
        var isRight = member.Kind switch
        {
            ShapeKind.Number => kind == JsonValueKind.Number,
            ShapeKind.Boolean => kind is JsonValueKind.True or JsonValueKind.False,
            ShapeKind.Blob or ShapeKind.Stream => kind == JsonValueKind.String && Base64.IsValid(value.GetValue<string>()),
            ShapeKind.String => kind == JsonValueKind.String,
            _ => kind == JsonValueKind.Number || (kind == JsonValueKind.String && IsTime(value.GetValue<string>())),
        };
        if (kind == JsonValueKind.String && value.GetValue<string>() == SensitiveMembers.Hidden)
        {
            Add(path, $"'{SensitiveMembers.Hidden}' stands in answers where a value is hidden; it is not the value. Give the value itself, or leave the member out.");
        }
        else if (!isRight)
        {
            Add(path, $"expected {Describe(member)}, got {TypeOf(value)}.");
        }
        else if (member is { Kind: ShapeKind.String, Enum: >= 0, IsSensitive: false })
        {
            CheckEnum(model.EnumAt(member.Enum), value.GetValue<string>(), path);
        }
    }

    private void CheckEnum(EnumModel known, string text, string path)
    {
        if (known.Values.Count <= ClosedEnumSize && !known.Values.Contains(text))
        {
            var all = known.Values.Count <= 8 ? $"one of {string.Join(", ", known.Values)}" : $"such as {Nearest.Of(text, known.Values, 5)}";
            Add(path, $"'{text}' is no known {known.Name}; it is {all}.");
        }
    }

    private bool IsPlaceholder(Member member, JsonNode value) => isPlaceholder is not null && value switch
    {
        JsonValue text when text.GetValueKind() == JsonValueKind.String => isPlaceholder(text.GetValue<string>()),
        JsonObject { Count: 1 } wrapped => member.Kind == ShapeKind.String && wrapped.ContainsKey("$json"),
        _ => false,
    };

    private string Describe(Member member) => member.Kind switch
    {
        ShapeKind.List => $"an array of {Plain(model.ShapeOf(member).Element!)}",
        ShapeKind.Map => $"an object of {Plain(model.ShapeOf(member).Element!)} by name",
        ShapeKind.Structure or ShapeKind.Union or ShapeKind.Error => "an object",
        ShapeKind.Boolean => "true or false",
        ShapeKind.Blob or ShapeKind.Stream => "base64 text",
        ShapeKind.Number => "a number",
        ShapeKind.String => "text",
        ShapeKind.Document => "any JSON",
        _ => "a time as ISO 8601 text",
    };

    private string Plain(Member element) => element.Kind switch
    {
        ShapeKind.Structure or ShapeKind.Union => "objects",
        ShapeKind.Number => "numbers",
        ShapeKind.String => "texts",
        _ => Describe(element),
    };

    private static string Suggestion(string key, Shape shape) => shape.Members.Count == 0
        ? "it has none"
        : $"did you mean {Nearest.Of(key, shape.Members.Select(member => member.Name))}?";

    private static string TypeOf(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "text",
        _ => "true or false",
    };

    private static bool IsTime(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    private void Add(string path, string message) => _problems.Add(new(path, message.Replace("?.", "?", StringComparison.Ordinal)));
}
