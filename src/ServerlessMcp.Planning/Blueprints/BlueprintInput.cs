using System.Text.Json.Nodes;

namespace ServerlessMcp.Planning.Blueprints;

/// <summary>One requirement that a blueprint takes.</summary>
public sealed record BlueprintInput
{
    public required string Name { get; init; }

    /// <summary>One of <see cref="Types"/>.</summary>
    public required string Type { get; init; }

    public required string Description { get; init; }

    /// <summary>True: there is no default, and it must be given.</summary>
    public bool Required { get; init; }

    /// <summary>What stands when it is not given; null: nothing.</summary>
    public JsonNode? Default { get; init; }

    public required JsonNode Example { get; init; }

    public IReadOnlyList<string>? Enum { get; init; }

    /// <summary>Of a text, or of each text of a list.</summary>
    public string? Pattern { get; init; }

    /// <summary><see cref="Pattern"/> in words.</summary>
    public string? PatternMeans { get; init; }

    /// <summary><c>cidr</c>: an IPv4 block whose prefix length is <see cref="Minimum"/> to <see cref="Maximum"/>.</summary>
    public string? Format { get; init; }

    public int? Minimum { get; init; }

    public int? Maximum { get; init; }

    public int? MinItems { get; init; }

    public int? MaxItems { get; init; }

    public int? MaxLength { get; init; }

    /// <summary>The inputs that a rule asks for beside this one.</summary>
    public IReadOnlyList<string> Beside { get; init => field = value ?? []; } = [];

    /// <summary>JSON's types: <c>array</c> is a list of texts, <c>object</c> maps names to texts.</summary>
    public static IReadOnlyList<string> Types { get; } = ["string", "integer", "boolean", "array", "object"];

    /// <summary>The inputs that every blueprint has.</summary>
    internal static class Everywhere
    {
        public static BlueprintInput Tags { get; } = new()
        {
            Name = "tags",
            Type = "object",
            Description = "Tags for all that takes tags, besides smcp:blueprint.",
            Default = new JsonObject(),
            Example = new JsonObject { ["team"] = "blue" },
            MaxItems = 40,
            MaxLength = 256,
        };

        public static BlueprintInput Name { get; } = new()
        {
            Name = "name",
            Type = "string",
            Description = "What it is called; every resource's name begins with it.",
            Required = true,
            Example = "shop",
            Pattern = "^[a-z]([a-z0-9]|-(?!-)){0,22}[a-z0-9]$",
            PatternMeans = "2 to 24 lower-case letters, digits and hyphens, a letter first, no hyphen last and no two together",
        };
    }
}
