using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Paths;

namespace ServerlessMcp.StatesLanguage.Parsing;

/// <summary>Reads the fields of one object, notes what is wrong, and at the end refuses every field that nobody asked for.</summary>
internal sealed class Fields(JsonObject source, string pointer, List<DefinitionProblem> problems)
{
    /// <summary>The most that Step Functions takes for any time, in seconds.</summary>
    public const int MaxSeconds = 99_999_999;

    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public string Pointer => pointer;

    public List<DefinitionProblem> Problems => problems;

    public IEnumerable<string> Names => source.Select(member => member.Key);

    public bool Has(string name) => source.ContainsKey(name);

    /// <param name="name">Empty for the object itself.</param>
    public void Problem(string name, string message) => problems.Add(new(name.Length == 0 ? pointer : Child(name), message));

    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            _read.Add(name);
        }
    }

    /// <summary>Any JSON value; null when absent or JSON null.</summary>
    public JsonNode? Node(string name)
    {
        _read.Add(name);
        return source[name];
    }

    public string? Text(string name, bool required = false)
    {
        var node = Node(name);
        if (node?.GetValueKind() == JsonValueKind.String)
        {
            return node.GetValue<string>();
        }

        if (Has(name) || required)
        {
            Problem(name, Has(name) ? "A text is expected." : "This field is required.");
        }

        return null;
    }

    public bool? Flag(string name)
    {
        var node = Node(name);
        if (node?.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
        {
            return node.GetValue<bool>();
        }

        if (Has(name))
        {
            Problem(name, "true or false is expected.");
        }

        return null;
    }

    /// <summary>A whole number of seconds from <paramref name="least"/> to 99999999.</summary>
    public int? Seconds(string name, int least) => (int?)Number(name, least, MaxSeconds, whole: true);

    public double? Number(string name, double least, double most, bool whole)
    {
        var node = Node(name);
        if (!Has(name))
        {
            return null;
        }

        if (node?.GetValueKind() == JsonValueKind.Number
            && JsonValues.Number(node) is var number
            && number >= least && number <= most && (!whole || number == Math.Floor(number)))
        {
            return number;
        }

        var kind = whole ? "whole number" : "number";
        Problem(name, string.Create(CultureInfo.InvariantCulture, $"A {kind} from {least} to {most} is expected."));
        return null;
    }

    /// <summary>A JSONPath; null when absent, JSON null or wrong.</summary>
    public JsonPath? Path(string name, bool required = false)
    {
        if (Text(name, required) is not { } text)
        {
            return null;
        }

        if (JsonPath.TryParse(text, out var path, out var problem))
        {
            return path;
        }

        Problem(name, problem);
        return null;
    }

    /// <summary>InputPath and OutputPath: JSON null means an empty object.</summary>
    public FilterPath Filter(string name)
    {
        var isNull = Has(name) && Node(name) is null;
        return isNull ? FilterPath.Empty : new(Path(name));
    }

    /// <summary>The objects in an object.</summary>
    public IEnumerable<(string Name, Fields Fields)> Members(string name)
    {
        if (Node(name) is not JsonObject { Count: > 0 } members)
        {
            Problem(name, "An object with at least one member is required.");
            yield break;
        }

        foreach (var (member, value) in members)
        {
            if (value is JsonObject item)
            {
                yield return (member, new(item, $"{Child(name)}/{Escape(member)}", problems));
            }
            else
            {
                problems.Add(new($"{Child(name)}/{Escape(member)}", "An object is expected."));
            }
        }
    }

    /// <summary>The objects in a list; none when absent.</summary>
    public IEnumerable<Fields> Items(string name)
    {
        var node = Node(name);
        if (!Has(name))
        {
            yield break;
        }

        if (node is not JsonArray { Count: > 0 } list)
        {
            Problem(name, "A list with at least one object is expected.");
            yield break;
        }

        for (var i = 0; i < list.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{Child(name)}/{i}");
            if (list[i] is JsonObject item)
            {
                yield return new(item, at, problems);
            }
            else
            {
                problems.Add(new(at, "An object is expected."));
            }
        }
    }

    /// <summary>One object in a field.</summary>
    public Fields? Item(string name)
    {
        if (Node(name) is JsonObject item)
        {
            return new(item, Child(name), problems);
        }

        Problem(name, "An object is expected.");
        return null;
    }

    public void RequireJsonPath()
    {
        if (Text("QueryLanguage") is { } language && language != "JSONPath")
        {
            Problem("QueryLanguage", $"{language} is outside the subset; only JSONPath is supported.");
        }
    }

    public void RefuseBoth(string one, string other)
    {
        if (Has(one) && Has(other))
        {
            Problem("", $"Either {one} or {other} may stand, not both.");
        }
    }

    public void RefuseRest()
    {
        foreach (var name in Names.Where(name => !_read.Contains(name)))
        {
            Problem(name, "This field does not belong here or is outside the subset; remove it.");
        }
    }

    public string Child(string name) => $"{pointer}/{Escape(name)}";

    private static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
