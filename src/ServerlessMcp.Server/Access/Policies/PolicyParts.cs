using System.Globalization;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Access.Policies;

/// <summary>Takes values out of the parts of a policy file and collects what is wrong, with its place.</summary>
internal sealed class PolicyParts
{
    private readonly List<PolicyProblem> _problems = [];

    public IReadOnlyList<PolicyProblem> Problems => _problems;

    public void Add(YamlPart at, string message) => _problems.Add(new(at.Line, at.Column, message));

    /// <summary>The members by name; an unknown name and one that stands twice are problems.</summary>
    public IReadOnlyDictionary<string, YamlPart> Members(YamlPart part, string what, params string[] known)
    {
        var found = new Dictionary<string, YamlPart>(StringComparer.Ordinal);
        if (part is not YamlPart.Map map)
        {
            Add(part, $"{what} is expected: a mapping of {string.Join(", ", known)}; there is {part.Kind}");
            return found;
        }

        foreach (var (name, value) in map.Members)
        {
            if (known.Length > 0 && !known.Contains(name.Value, StringComparer.Ordinal))
            {
                Add(name, $"{what} has no member '{name.Value}'; expected is one of {string.Join(", ", known)}.{Nearest.Hint(name.Value, known)}");
            }
            else if (!found.TryAdd(name.Value, value))
            {
                Add(name, $"'{name.Value}' stands here twice");
            }
        }

        return found;
    }

    /// <summary>One text, or a list of 1 to 200.</summary>
    /// <param name="check">Null if it is right, else what is wrong.</param>
    public IReadOnlyList<string> Texts(YamlPart part, string what, Func<string, string?>? check = null)
    {
        const int Most = 200;
        var items = part is YamlPart.List list ? list.Items : [part];
        if (items.Count is 0 or > Most)
        {
            Add(part, $"{what}: 1 to {Most} texts are expected");
        }

        return [.. items.Select(item => Text(item, what, check)).OfType<string>()];
    }

    public string? Text(YamlPart part, string what, Func<string, string?>? check = null)
    {
        if (part is not YamlPart.Text { Value.Length: > 0 } text)
        {
            Add(part, $"{what}: a text is expected; there is {part.Kind}");
            return null;
        }

        if (check?.Invoke(text.Value) is { } wrong)
        {
            Add(part, $"{what}: {wrong}");
            return null;
        }

        return text.Value;
    }

    public bool Flag(YamlPart part, string what)
    {
        if (part is YamlPart.Text { IsPlain: true, Value: "true" or "false" } text)
        {
            return text.Value == "true";
        }

        Add(part, $"{what}: true or false is expected; there is {part.Kind}");
        return false;
    }

    public decimal? Number(YamlPart part, string what, decimal least, decimal most)
    {
        if (part is YamlPart.Text { IsPlain: true } text
            && decimal.TryParse(text.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
        {
            return number;
        }

        Add(part, string.Create(CultureInfo.InvariantCulture, $"{what}: a number from {least} to {most} is expected; there is {part.Kind}"));
        return null;
    }

    public int? Whole(YamlPart part, string what, int least, int most)
    {
        var number = Number(part, what, least, most);
        if (number is { } value && value != decimal.Truncate(value))
        {
            Add(part, $"{what}: a whole number is expected; there is {part.Kind}");
            return null;
        }

        return (int?)number;
    }
}
