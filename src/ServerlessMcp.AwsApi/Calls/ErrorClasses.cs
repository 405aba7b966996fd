using System.Reflection;
using System.Text.Json;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>The classes of AWS's error codes, from <c>Models/errors.json</c>; read at the first error.</summary>
internal static class ErrorClasses
{
    private static readonly Lazy<IReadOnlyList<Rule>> Rules = new(Load);

    /// <param name="isNamed">True where a rule names the code whole: that counts whatever the status is.</param>
    public static AwsErrorClass Of(string code, string message, int status, out bool isNamed)
    {
        isNamed = true;
        foreach (var rule in Rules.Value)
        {
            if (rule.IsOf(message) && rule.Exact.Contains(code))
            {
                return rule.Class;
            }
        }

        isNamed = false;
        return Rules.Value.FirstOrDefault(rule => rule.IsOf(message) && rule.Patterns.Any(pattern => Fits(pattern, code)))?.Class ?? OfStatus(status);
    }

    private static AwsErrorClass OfStatus(int status) => status switch
    {
        429 => AwsErrorClass.Throttled,
        401 or 403 => AwsErrorClass.Permission,
        404 => AwsErrorClass.NotFound,
        409 or 412 => AwsErrorClass.Conflict,
        501 => AwsErrorClass.Other,
        >= 500 => AwsErrorClass.Busy,
        _ => AwsErrorClass.Other,
    };

    private static bool Fits(string pattern, string code) => pattern[0] == '*'
        ? code.EndsWith(pattern[1..], StringComparison.Ordinal)
        : code.StartsWith(pattern[..^1], StringComparison.Ordinal);

    private static List<Rule> Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("errors.json")
            ?? throw new InvalidOperationException("The assembly holds no errors.json.");
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty("rules").EnumerateArray().Select(Read)];
    }

    private static Rule Read(JsonElement rule)
    {
        var codes = Texts(rule.GetProperty("codes")).ToLookup(code => code.Contains('*', StringComparison.Ordinal));
        var word = rule.GetProperty("class").GetString()!.Replace("_", "", StringComparison.Ordinal);
        return new(
            Enum.Parse<AwsErrorClass>(word, ignoreCase: true),
            codes[false].ToHashSet(StringComparer.Ordinal),
            [.. codes[true]],
            rule.TryGetProperty("messages", out var messages) ? [.. Texts(messages)] : []);
    }

    private static IEnumerable<string> Texts(JsonElement texts) => texts.EnumerateArray().Select(text => text.GetString()!);

    private sealed record Rule(
        AwsErrorClass Class, IReadOnlySet<string> Exact, IReadOnlyList<string> Patterns, IReadOnlyList<string> Messages)
    {
        public bool IsOf(string message) => Messages.Count == 0 || Messages.Any(part => message.Contains(part, StringComparison.OrdinalIgnoreCase));
    }
}
