using System.Globalization;
using ServerlessMcp.Conformance;

// One line a suite: name -> runner of a folder or file.
var suites = new Dictionary<string, Func<string, Task<SuiteResult>>>(StringComparer.Ordinal)
{
    ["asl"] = AslSuite.RunAsync,
    ["aws-protocols"] = AwsProtocolsSuite.RunAsync,
    ["aws-search"] = AwsSearchSuite.RunAsync,
    ["jmespath"] = JmesPathSuite.RunAsync,
};

if (args is ["mcp-host", "--port", var port, .. [] or ["--key-file", _]] && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
{
    await McpHost.RunAsync(number, args.ElementAtOrDefault(4), CancellationToken.None);
    return 0;
}

if (args is ["crash-host", var nth, .. var command] && int.TryParse(nth, NumberStyles.None, CultureInfo.InvariantCulture, out var commit))
{
    return await CrashHost.RunAsync(commit, command);
}

if (args.Length == 2 && suites.TryGetValue(args[0], out var run))
{
    var result = await run(args[1]);
    foreach (var failure in result.Failures)
    {
        Console.WriteLine($"FAILED {failure}");
    }

    foreach (var (why, count) in result.SkipReasons)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"skipped {count}: {why}"));
    }

    foreach (var note in result.Notes)
    {
        Console.WriteLine(note);
    }

    Console.WriteLine(result);
    return result.Failures.Count == 0 ? 0 : 1;
}

var usages = suites.Keys.Select(name => $"{name} PATH").Append("mcp-host --port N (0 = any) [--key-file FILE]").Append("crash-host N serve ...");
Console.Error.WriteLine($"usage: ServerlessMcp.Conformance {string.Join(" | ", usages)}");
return 2;
