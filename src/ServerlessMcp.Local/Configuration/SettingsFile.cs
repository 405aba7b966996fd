using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ServerlessMcp.Local.Configuration;

/// <summary>A file of settings: <c>smcp.yaml</c>, <c>smcp.yml</c> or <c>smcp.json</c>; lists may be lists or text with commas.</summary>
/// <remarks>YAML is read event by event: the deserializer needs reflection.</remarks>
internal static class SettingsFile
{
    private static readonly string[] Names = ["smcp.yaml", "smcp.yml", "smcp.json"];

    /// <summary>The first that exists: in the working folder, then in the data folder.</summary>
    public static string? Find(string workingFolder, string dataFolder) =>
        new[] { workingFolder, dataFolder }.SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <returns>By name.</returns>
    /// <exception cref="ConfigurationException">It cannot be read, or is no mapping of settings.</exception>
    public static Dictionary<string, FileValue> Read(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            var read = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? FromJson(path, text) : FromYaml(path, text);
            return read.Members.ToDictionary(StringComparer.Ordinal);
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

    /// <returns>Null for a mapping, which is no plain value.</returns>
    public static string? Text(FileValue value) => value switch
    {
        FileValue.Plain plain => plain.Text,
        FileValue.List list when list.Items.All(item => item is FileValue.Plain) => string.Join(',', list.Items.Cast<FileValue.Plain>().Select(item => item.Text)),
        _ => null,
    };

    public static ConfigurationException NotPlain(string path, string name) => Wrong(path, $"has no plain value for '{name}'");

    private static FileValue.Mapping FromJson(string path, string text)
    {
        using var document = JsonDocument.Parse(text, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false });
        return Value(document.RootElement) as FileValue.Mapping ?? throw Wrong(path, "is not an object of settings");
    }

    private static FileValue Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new FileValue.Mapping([.. element.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, Value(member.Value)))], null),
        JsonValueKind.Array => new FileValue.List([.. element.EnumerateArray().Select(Value)], null),
        JsonValueKind.Null => new FileValue.Mapping([], null),
        JsonValueKind.String => new FileValue.Plain(element.GetString()!, null),
        _ => new FileValue.Plain(element.GetRawText(), null),
    };

    private static FileValue.Mapping FromYaml(string path, string text)
    {
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        if (parser.TryConsume<StreamEnd>(out _))
        {
            return new([], null);
        }

        parser.Consume<DocumentStart>();
        return parser.Accept<MappingStart>(out _) ? (FileValue.Mapping)Value(path, parser) : throw Wrong(path, "is not a mapping of settings");
    }

    private static FileValue Value(string path, Parser parser)
    {
        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return new FileValue.Plain(scalar.Value, scalar.Start.Line);
        }

        if (parser.TryConsume<SequenceStart>(out var list))
        {
            var items = new List<FileValue>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(Value(path, parser));
            }

            return new FileValue.List(items, list.Start.Line);
        }

        return parser.TryConsume<MappingStart>(out var start)
            ? Mapping(path, start.Start.Line, parser)
            : throw Wrong(path, $"has an alias (line {parser.Current?.Start.Line}), which is not followed");
    }

    private static FileValue.Mapping Mapping(string path, long line, Parser parser)
    {
        var members = new List<KeyValuePair<string, FileValue>>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var name = parser.Consume<Scalar>();
            if (members.Any(member => member.Key == name.Value))
            {
                throw Wrong(path, $"sets '{name.Value}' twice (line {name.Start.Line})");
            }

            members.Add(KeyValuePair.Create(name.Value, Value(path, parser)));
        }

        return new(members, line);
    }

    private static ConfigurationException Wrong(string path, string what) =>
        new([$"file {path} {what}: settings with plain values are right, such as 'port: 8000'."]);
}
