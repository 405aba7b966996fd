using System.Text.Json;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Primitives;

namespace ServerlessMcp.Lambda.Http;

/// <summary>The event of a REST API: several values are arrays, the query is decoded, the stage stands in <c>requestContext.path</c> alone.</summary>
internal static class PayloadVersion1
{
    /// <exception cref="EventShapeException">A member is of another type than the version has.</exception>
    public static HttpEvent Read(JsonElement root, JsonElement context, string method)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, values) in Several(root, "headers", "multiValueHeaders", StringComparer.OrdinalIgnoreCase))
        {
            headers[name] = values;
        }

        HttpEventReader.AddHost(headers, context);
        var path = root.Text("path") is { Length: > 0 } text ? text : "/";
        var whole = context.Text("path") ?? path;
        var query = new QueryBuilder(Several(root, "queryStringParameters", "multiValueQueryStringParameters", StringComparer.Ordinal)
            .SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value ?? "")))).ToQueryString();
        return new(IsVersion1: true, HttpEventReader.Method(method))
        {
            PathBase = whole.Length > path.Length && whole.EndsWith(path, StringComparison.Ordinal) ? HttpEventReader.Decoded(whole[..^path.Length]) : "",
            Path = HttpEventReader.Decoded(path),
            QueryString = query.Value ?? "",
            RawTarget = whole + query.Value,
            Protocol = context.Text("protocol") ?? "HTTP/1.1",
            Headers = headers,
            Body = HttpEventReader.Body(root, headers),
            SourceIp = HttpEventReader.Address(context.Object("identity")),
            RequestId = context.Text("requestId"),
        };
    }

    /// <summary>The arrays; of what is not in them, the single values.</summary>
    private static Dictionary<string, StringValues> Several(JsonElement root, string single, string several, StringComparer names)
    {
        var found = new Dictionary<string, StringValues>(names);
        foreach (var member in root.Object(several)?.EnumerateObject() ?? default)
        {
            found[member.NameIn(several)] = member.Value.ValueKind == JsonValueKind.Array
                ? new([.. member.Value.EnumerateArray().Select(value => value.Value(several))])
                : throw new EventShapeException($"'{several}' of the event has a member that is no array.");
        }

        foreach (var member in root.Object(single)?.EnumerateObject() ?? default)
        {
            found.TryAdd(member.NameIn(single), member.Value.Value(single));
        }

        return found;
    }
}
