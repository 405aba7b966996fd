using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Protocols;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.Conformance;

/// <summary>botocore's protocol cases: parameters to a request on the wire, an answer on the wire to a result or an error.</summary>
/// <remarks>
/// A folder with <c>input/*.json</c>, <c>output/*.json</c> (lists of suites of <c>metadata</c>, <c>shapes</c>, <c>cases[]</c>; the file's name is the
/// protocol) and <c>ignore-list.json</c>, whose cases botocore itself skips. Source: github.com/boto/botocore, tests/unit/protocols.
/// </remarks>
public static class AwsProtocolsSuite
{
    private const string Ignored = "on ignore-list.json: botocore skips it too";

    private static readonly string[] Kinds = ["suites", "cases"];

    public static async Task<SuiteResult> RunAsync(string dir)
    {
        var result = new SuiteResult();
        foreach (var file in Directory.EnumerateFiles(dir, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (BotocoreModel.IsKnown(Path.GetFileNameWithoutExtension(file)))
            {
                await RunFileAsync(dir, file, result);
            }
        }

        return result;
    }

    private static async Task RunFileAsync(string dir, string file, SuiteResult result)
    {
        var protocol = Path.GetFileNameWithoutExtension(file);
        var side = Path.GetFileName(Path.GetDirectoryName(file))!;
        var ignored = await IgnoredAsync(Path.Combine(dir, "ignore-list.json"), side, protocol);
        foreach (var suite in JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsArray())
        {
            foreach (var item in suite!["cases"]!.AsArray())
            {
                if (ignored.Contains((string?)item!["id"] ?? "") || ignored.Contains((string?)suite["description"] ?? ""))
                {
                    result.Skip(Ignored);
                    continue;
                }

                var name = $"{side}/{protocol} {item["id"] ?? item["given"]!["name"]}";
                var why = Run(protocol, side == "input", suite.AsObject(), item.AsObject());
                if (why is null)
                {
                    result.Pass();
                }
                else
                {
                    result.Fail(name, why);
                }
            }
        }
    }

    private static async Task<HashSet<string>> IgnoredAsync(string list, string side, string protocol)
    {
        if (!File.Exists(list))
        {
            return [];
        }

        var root = JsonNode.Parse(await File.ReadAllTextAsync(list))!;
        return [.. from part in new[] { root["general"]?[side], root["protocols"]?[protocol]?[side] }
                   from kind in Kinds
                   from name in part?[kind] as JsonArray ?? []
                   select (string)name!];
    }

    /// <summary>Null if the case passes.</summary>
    private static string? Run(string protocol, bool isInput, JsonObject suite, JsonObject item)
    {
        try
        {
            var given = item["given"]!.AsObject();
            var model = BotocoreModel.Build(protocol, suite, given);
            var operation = model.FindOperation((string)given["name"]!)!;
            return isInput ? RunInput(model, operation, item) : RunOutput(model, operation, item);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or UnreadableAnswerException or KeyNotFoundException or ArgumentException)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private static string? RunInput(ServiceModel model, OperationModel operation, JsonObject item)
    {
        var parameters = item["params"] as JsonObject ?? [];
        var input = operation.Input < 0 ? parameters : BotocoreValues.ToOurs(model, model.ShapeAt(operation.Input), parameters);
        return WireComparison.Differs(model, Protocol.Write(model, operation, input.AsObject()), item["serialized"]!.AsObject());
    }

    private static string? RunOutput(ServiceModel model, OperationModel operation, JsonObject item)
    {
        var response = item["response"]!;
        var headers = (response["headers"] as JsonObject ?? [])
            .ToDictionary(pair => pair.Key, pair => (string)pair.Value!, StringComparer.OrdinalIgnoreCase);
        var answer = new WireAnswer((int)response["status_code"]!, headers, Encoding.UTF8.GetBytes((string?)response["body"] ?? ""));
        if (item["errorCode"] is not null || item["error"] is not null)
        {
            return ErrorDiffers(model, operation, WireError.Read(model, operation, answer), item);
        }

        var expected = item["result"] as JsonObject ?? [];
        var ours = operation.Output < 0 ? expected : BotocoreValues.ToOurs(model, model.ShapeAt(operation.Output), expected);
        return WireComparison.JsonDiffers(Protocol.Read(model, operation, answer), ours);
    }

    private static string? ErrorDiffers(ServiceModel model, OperationModel operation, WireError error, JsonObject item)
    {
        if ((string?)item["errorCode"] is { } code && code != error.Code)
        {
            return $"the code is {error.Code}, not {code}";
        }

        if ((string?)item["errorMessage"] is { Length: > 0 } message && message != error.Message)
        {
            return $"the message is {error.Message}, not {message}";
        }

        var shape = operation.Errors.Select(model.ShapeAt).FirstOrDefault(s => s.Name == error.ShapeName);
        return shape is null || item["error"] is not JsonObject members
            ? null
            : WireComparison.JsonDiffers(error.Members, BotocoreValues.ToOurs(model, shape, members));
    }
}
