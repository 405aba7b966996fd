using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;

namespace ServerlessMcp.Local.Emulator.Proxy;

/// <summary>How a service writes its errors.</summary>
internal enum AwsWire { Query, Ec2, Json, RestJson, S3 }

/// <summary>What a signed AWS request asks for, read from the outside.</summary>
/// <param name="Service">The signing name of the credential scope, such as <c>ec2</c>.</param>
/// <param name="Operation">Such as <c>CreateVpc</c>; <c>METHOD /path</c> of a REST operation that <see cref="RestOperation"/> does not know.</param>
/// <param name="Parameters">Query members as they are (<c>InstanceId.1</c>), JSON members dotted (<c>Tags.0.Key</c>), S3's <c>Bucket</c>, <c>Key</c> and query.</param>
/// <param name="Token">The client token, if it has one.</param>
internal sealed partial record AwsRequest(
    string AccessKey, string Service, string Region, string Operation, IReadOnlyDictionary<string, string> Parameters, string? Token, AwsWire Wire)
{
    private static readonly string[] TokenNames =
        ["ClientToken", "ClientRequestToken", "IdempotencyToken", "clientToken", "clientRequestToken", "idempotencyToken"];

    /// <summary>Judged by its name, as IAM's levels mostly are; only for rules about reads.</summary>
    public bool IsRead => ReadName().IsMatch(Operation);

    /// <summary>Null when the request is not signed (and so says neither service nor region).</summary>
    public static AwsRequest? Parse(string method, string rawTarget, IHeaderDictionary headers, byte[] body)
    {
        var cut = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var path = cut < 0 ? rawTarget : rawTarget[..cut];
        var query = QueryHelpers.ParseQuery(cut < 0 ? "" : rawTarget[cut..]);
        var scope = Scope().Match(headers.Authorization + " Credential=" + query.GetValueOrDefault("X-Amz-Credential"));
        if (!scope.Success)
        {
            return null;
        }

        var (operation, parameters, wire) = Read(method, path, query, headers, body, scope.Groups["service"].Value);
        var token = TokenNames.Select(name => parameters.GetValueOrDefault(name)).FirstOrDefault(value => !string.IsNullOrEmpty(value))
            ?? headers["x-amz-client-token"].FirstOrDefault();
        return new(
            scope.Groups["key"].Value, scope.Groups["service"].Value, scope.Groups["region"].Value, operation, parameters, token, wire);
    }

    /// <summary>All parameters but the token, in one text: equal for equal requests.</summary>
    public string Fingerprint() =>
        string.Join('\n', Parameters
            .Where(one => !TokenNames.Contains(one.Key))
            .OrderBy(one => one.Key, StringComparer.Ordinal)
            .Select(one => $"{one.Key}={one.Value}"));

    private static (string Operation, Dictionary<string, string> Parameters, AwsWire Wire) Read(
        string method, string path, Dictionary<string, Microsoft.Extensions.Primitives.StringValues> query, IHeaderDictionary headers, byte[] body, string service)
    {
        if (service == "s3")
        {
            return S3Operation.Read(method, path, query, headers);
        }

        if (headers["X-Amz-Target"].FirstOrDefault() is { } target)
        {
            return (target[(target.LastIndexOf('.') + 1)..], JsonMembers.Flatten(body), AwsWire.Json);
        }

        var form = FormOf(query, headers, body);
        if (form.TryGetValue("Action", out var action))
        {
            return (action, form, service == "ec2" ? AwsWire.Ec2 : AwsWire.Query);
        }

        var rpc = RpcPath().Match(path);
        if (rpc.Success)
        {
            return (rpc.Groups["operation"].Value, [], AwsWire.Json);
        }

        var members = JsonMembers.Flatten(body);
        return (RestOperation.Find(service, method, path, members) ?? $"{method} {path}", members, AwsWire.RestJson);
    }

    private static Dictionary<string, string> FormOf(
        Dictionary<string, Microsoft.Extensions.Primitives.StringValues> query, IHeaderDictionary headers, byte[] body)
    {
        var members = query.ToDictionary(one => one.Key, one => one.Value.ToString(), StringComparer.Ordinal);
        if (headers.ContentType.ToString().Contains("x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            foreach (var (name, value) in QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body)))
            {
                members[name] = value.ToString();
            }
        }

        return members;
    }

    [GeneratedRegex(@"Credential=(?<key>[^/\s]+)/\d{8}/(?:(?<region>[^/\s]+)/)?(?<service>[^/\s]+)/aws4_request")]
    private static partial Regex Scope();

    [GeneratedRegex("^/service/[^/]+/operation/(?<operation>[A-Za-z]+)$")]
    private static partial Regex RpcPath();

    [GeneratedRegex("^(Describe|Get|List|Head|Batch?Get|Search|Lookup|Query|Scan)")]
    private static partial Regex ReadName();
}
