using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ServerlessMcp.Local.Configuration;

/// <summary>A flat file of settings: <c>smcp.yaml</c>, <c>smcp.yml</c> or <c>smcp.json</c>; lists may be lists or text with commas.</summary>
/// <remarks>YAML is read event by event: the deserializer needs reflection.</remarks>
internal static class SettingsFile
{
    private static readonly string[] Names = ["smcp.yaml", "smcp.yml", "smcp.json"];

    /// <summary>The first that exists: in the working folder, then in the data folder.</summary>
    public static string? Find(string workingFolder, string dataFolder) =>
        new[] { workingFolder, dataFolder }.SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <exception cref="ConfigurationException">It cannot be read, or is not flat.</exception>
    public static Dictionary<string, string> Read(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? FromJson(path, text) : FromYaml(path, text);
        }
        catch (JsonException error)
        {
            throw Wrong(path, $"is not JSON (line {error.LineNumber + 1})");
        }
        catch (YamlException error)
        {
            throw Wrong(path, $"is not YAML (line {error.Start.Line})");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Wrong(path, "cannot be read");
        }
    }

    private static Dictionary<string, string> FromJson(string path, string text)
    {
        using var document = JsonDocument.Parse(text, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false });
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(path, "is not an object of settings");
        }

        return document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => Text(path, member), StringComparer.Ordinal);
    }

    private static string Text(string path, JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.String => member.Value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => member.Value.GetRawText(),
        JsonValueKind.Array => string.Join(',', member.Value.EnumerateArray().Select(item => item.ToString())),
        _ => throw Wrong(path, $"has no plain value for '{member.Name}'"),
    };

    private static Dictionary<string, string> FromYaml(string path, string text)
    {
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        if (parser.TryConsume<StreamEnd>(out _))
        {
            return [];
        }

        parser.Consume<DocumentStart>();
        if (!parser.TryConsume<MappingStart>(out _))
        {
            throw Wrong(path, "is not a mapping of settings");
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var name = parser.Consume<Scalar>().Value;
            if (!values.TryAdd(name, Value(path, name, parser)))
            {
                throw Wrong(path, $"sets '{name}' twice");
            }
        }

        return values;
    }

    private static string Value(string path, string name, Parser parser)
    {
        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return scalar.Value;
        }

        if (!parser.TryConsume<SequenceStart>(out _))
        {
            throw Wrong(path, $"has no plain value for '{name}'");
        }

        var items = new List<string>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(parser.Consume<Scalar>().Value);
        }

        return string.Join(',', items);
    }

    private static ConfigurationException Wrong(string path, string what) =>
        new([$"file {path} {what}: settings with plain values are right, such as 'port: 8000'."]);
}
