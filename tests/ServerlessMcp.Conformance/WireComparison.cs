using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessMcp.AwsApi.Protocols;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.Conformance;

/// <summary>Compares requests and values as the protocols mean them: the order of queries, headers and members does not count.</summary>
internal static class WireComparison
{
    /// <summary>Null if the request is as the case wants it.</summary>
    public static string? Differs(ServiceModel model, WireRequest request, JsonObject expected)
    {
        var (path, query) = Split((string?)expected["uri"] ?? "/");
        var isRest = model.Protocol is AwsProtocol.RestJson1 or AwsProtocol.RestXml;
        var ourQuery = string.Join("&", request.Query.Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal));
        return (string?)expected["method"] is { } method && method != request.Method ? $"the method is {request.Method}, not {method}"
            : isRest && path != request.Path ? $"the path is {request.Path}, not {path}"
            : ourQuery != Form(query) ? $"the query is {ourQuery}, not {Form(query)}"
            : HeadersDiffer(request, expected)
            ?? BodyDiffers(model, Encoding.UTF8.GetString(request.Body ?? []), (string?)expected["body"])
            ?? HostDiffers(request, (string?)expected["host"]);
    }

    /// <summary>Null if equal; numbers by value.</summary>
    public static string? JsonDiffers(JsonNode? ours, JsonNode? expected) =>
        Canonical(ours) == Canonical(expected) ? null : $"{Canonical(ours)}, not {Canonical(expected)}";

    private static string? HeadersDiffer(WireRequest request, JsonObject expected)
    {
        foreach (var (name, value) in expected["headers"] as JsonObject ?? [])
        {
            var ours = request.Headers.GetValueOrDefault(name)?.Replace("; charset=utf-8", "", StringComparison.Ordinal);
            if (ours != (string?)value)
            {
                return $"the header {name} is {ours ?? "absent"}, not {value}";
            }
        }

        var forbidden = (expected["forbidHeaders"] as JsonArray ?? []).Select(name => (string)name!).FirstOrDefault(request.Headers.ContainsKey);
        return forbidden is null ? null : $"the header {forbidden} must not be there";
    }

    private static string? BodyDiffers(ServiceModel model, string ours, string? expected)
    {
        if (expected is null)
        {
            return null;
        }

        var isSame = model.Protocol is AwsProtocol.AwsQuery or AwsProtocol.Ec2Query ? Form(ours) == Form(expected)
            : expected.StartsWith('<') && ours.StartsWith('<') ? Canonical(XElement.Parse(ours)) == Canonical(XElement.Parse(expected))
            : expected.StartsWith('{') && ours.StartsWith('{') ? JsonDiffers(JsonNode.Parse(ours), JsonNode.Parse(expected)) is null
            : ours == expected;
        return isSame ? null : $"the body is {ours}, not {expected}";
    }

    private static string? HostDiffers(WireRequest request, string? host) =>
        host is null || host.StartsWith(request.HostPrefix ?? "", StringComparison.Ordinal) ? null : $"the host prefix is {request.HostPrefix}, the host {host}";

    private static (string Path, string Query) Split(string uri) =>
        uri.IndexOf('?', StringComparison.Ordinal) is var mark and >= 0 ? (uri[..mark], uri[(mark + 1)..]) : (uri, "");

    private static string Form(string text) => string.Join("&", text
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => Uri.UnescapeDataString((pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=").Replace('+', ' ')))
        .Order(StringComparer.Ordinal));

    private static string Canonical(XElement element)
    {
        var attributes = element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration)
            .OrderBy(attribute => attribute.Name.ToString(), StringComparer.Ordinal).Select(attribute => $" {attribute.Name}={attribute.Value}");
        // Order counts among elements of one name only.
        var content = element.HasElements
            ? string.Concat(element.Elements().GroupBy(child => child.Name.ToString()).OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(g => g).Select(Canonical))
            : element.Value;
        return $"<{element.Name}{string.Concat(attributes)}>{content}</>";
    }

    private static string Canonical(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject map => "{" + string.Join(",", map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{Canonical(p.Value)}")) + "}",
        JsonArray items => "[" + string.Join(",", items.Select(Canonical)) + "]",
        _ when node.GetValueKind() == JsonValueKind.Number => double.Parse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture)
            .ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        _ => node.ToJsonString(),
    };
}
