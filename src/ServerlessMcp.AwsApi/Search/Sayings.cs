namespace ServerlessMcp.AwsApi.Search;

/// <summary>Reads <c>sayings.txt</c>: a service in brackets, then lines of <c>Operation: words</c>.</summary>
internal static class Sayings
{
    public static IEnumerable<(string Service, string Operation, string Words)> Parse(string text)
    {
        var service = "";
        foreach (var line in Lines(text))
        {
            if (line[0] == '[')
            {
                service = line[1..^1];
            }
            else
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                yield return (service, line[..colon], line[(colon + 1)..]);
            }
        }
    }

    /// <summary>The lines that are neither empty nor a comment.</summary>
    public static IEnumerable<string> Lines(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#');
}
