using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Jmes;

namespace ServerlessMcp.Conformance;

/// <summary>The JMESPath language's own compliance suite.</summary>
/// <remarks>
/// A folder of files, each <c>[{"given": document, "cases": [{"expression", "result" | "error" | "bench"}]}]</c>. A bench case passes if it
/// runs (<c>parse</c>: if it parses). Source: github.com/jmespath/jmespath.test.
/// </remarks>
public static class JmesPathSuite
{
    public static async Task<SuiteResult> RunAsync(string dir)
    {
        var result = new SuiteResult();
        foreach (var file in Directory.EnumerateFiles(dir, "*.json").Order(StringComparer.Ordinal))
        {
            var groups = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsArray();
            foreach (var group in groups)
            {
                foreach (var item in group!["cases"]!.AsArray())
                {
                    Run(Path.GetFileName(file), group["given"], item!.AsObject(), result);
                }
            }
        }

        return result;
    }

    private static void Run(string file, JsonNode? given, JsonObject item, SuiteResult result)
    {
        var expression = item["expression"]!.GetValue<string>();
        var name = $"{file} {JsonSerializer.Serialize(expression)}";
        var expectedError = item["error"]?.GetValue<string>();
        try
        {
            var parsed = JmesExpression.Parse(expression);
            var found = item["bench"]?.GetValue<string>() == "parse" ? null : parsed.Search(given);
            if (expectedError is not null)
            {
                result.Fail(name, $"expected the error {expectedError}, got {Json(found)}");
            }
            else if (item.ContainsKey("bench") || JsonNode.DeepEquals(found, item["result"]))
            {
                result.Pass();
            }
            else
            {
                result.Fail(name, $"expected {Json(item["result"])}, got {Json(found)}");
            }
        }
        catch (JmesException error) when (error.Kind == expectedError)
        {
            result.Pass();
        }
        catch (JmesException error)
        {
            result.Fail(name, $"expected {expectedError ?? Json(item["result"])}, got: {error.Message}");
        }
    }

    private static string Json(JsonNode? node) => node?.ToJsonString() ?? "null";
}
