using System.Text.RegularExpressions;

namespace ServerlessMcp.Local.Emulator.Proxy;

/// <summary>Names a request of a REST service by its method and path; the names in the path become parameters.</summary>
/// <remarks>Source: the request syntax of each operation in the API References of Lambda, API Gateway V2, Route 53, EventBridge Scheduler and CloudFront.</remarks>
internal static partial class RestOperation
{
    private const string Function = "/functions/{FunctionName}";

    private static readonly Dictionary<string, (string Method, Regex Path, string Name)[]> OfService = new(StringComparer.Ordinal)
    {
        ["lambda"] =
        [
            Of("POST", "/functions", "CreateFunction"),
            Of("GET", Function, "GetFunction"), Of("DELETE", Function, "DeleteFunction"),
            Of("GET", $"{Function}/configuration", "GetFunctionConfiguration"), Of("PUT", $"{Function}/configuration", "UpdateFunctionConfiguration"),
            Of("PUT", $"{Function}/code", "UpdateFunctionCode"),
            Of("GET", $"{Function}/versions", "ListVersionsByFunction"), Of("POST", $"{Function}/versions", "PublishVersion"),
            Of("GET", $"{Function}/aliases", "ListAliases"), Of("POST", $"{Function}/aliases", "CreateAlias"),
            Of("GET", $"{Function}/aliases/{{Name}}", "GetAlias"), Of("PUT", $"{Function}/aliases/{{Name}}", "UpdateAlias"),
            Of("DELETE", $"{Function}/aliases/{{Name}}", "DeleteAlias"),
            Of("GET", $"{Function}/policy", "GetPolicy"), Of("POST", $"{Function}/policy", "AddPermission"),
            Of("DELETE", $"{Function}/policy/{{StatementId}}", "RemovePermission"),
            Of("GET", $"{Function}/url", "GetFunctionUrlConfig"), Of("POST", $"{Function}/url", "CreateFunctionUrlConfig"),
            Of("PUT", $"{Function}/url", "UpdateFunctionUrlConfig"), Of("DELETE", $"{Function}/url", "DeleteFunctionUrlConfig"),
            Of("GET", $"{Function}/concurrency", "GetFunctionConcurrency"), Of("PUT", $"{Function}/concurrency", "PutFunctionConcurrency"),
            Of("DELETE", $"{Function}/concurrency", "DeleteFunctionConcurrency"),
            Of("GET", "/event-source-mappings", "ListEventSourceMappings"), Of("POST", "/event-source-mappings", "CreateEventSourceMapping"),
            Of("GET", "/event-source-mappings/{UUID}", "GetEventSourceMapping"), Of("PUT", "/event-source-mappings/{UUID}", "UpdateEventSourceMapping"),
            Of("DELETE", "/event-source-mappings/{UUID}", "DeleteEventSourceMapping"),
            Of("GET", "/tags/{Resource}", "ListTags"), Of("POST", "/tags/{Resource}", "TagResource"), Of("DELETE", "/tags/{Resource}", "UntagResource"),
        ],
        ["apigateway"] =
        [
            .. Collection("/apis", "ApiId", "Api"), .. Collection("/apis/{ApiId}/integrations", "IntegrationId", "Integration"),
            .. Collection("/apis/{ApiId}/routes", "RouteId", "Route"), .. Collection("/apis/{ApiId}/stages", "StageName", "Stage"),
        ],
        ["route53"] =
        [
            Of("POST", "/hostedzone/{Id}/rrset", "ChangeResourceRecordSets"), Of("GET", "/hostedzone/{Id}/rrset", "ListResourceRecordSets"),
            Of("GET", "/change/{Id}", "GetChange"),
        ],
        ["scheduler"] =
        [
            Of("POST", "/schedules/{Name}", "CreateSchedule"), Of("GET", "/schedules/{Name}", "GetSchedule"),
            Of("PUT", "/schedules/{Name}", "UpdateSchedule"), Of("DELETE", "/schedules/{Name}", "DeleteSchedule"),
        ],
        ["cloudfront"] =
        [
            Of("POST", "/distribution", "CreateDistributionWithTags"), Of("GET", "/distribution", "ListDistributions"),
            Of("GET", "/distribution/{Id}", "GetDistribution"), Of("DELETE", "/distribution/{Id}", "DeleteDistribution"),
            Of("GET", "/distribution/{Id}/config", "GetDistributionConfig"), Of("PUT", "/distribution/{Id}/config", "UpdateDistribution"),
            Of("POST", "/origin-access-control", "CreateOriginAccessControl"), Of("GET", "/origin-access-control", "ListOriginAccessControls"),
            Of("GET", "/origin-access-control/{Id}", "GetOriginAccessControl"), Of("DELETE", "/origin-access-control/{Id}", "DeleteOriginAccessControl"),
        ],
    };

    /// <summary>Null where the table does not know it; adds the names of the path to the parameters.</summary>
    public static string? Find(string service, string method, string path, Dictionary<string, string> parameters)
    {
        foreach (var (at, shape, name) in OfService.GetValueOrDefault(service, []))
        {
            if (at == method && shape.Match(path) is { Success: true } match)
            {
                foreach (var group in match.Groups.Values.Where(group => !int.TryParse(group.Name, out _)))
                {
                    parameters.TryAdd(group.Name, Uri.UnescapeDataString(group.Value));
                }

                return name;
            }
        }

        return null;
    }

    private static (string, Regex, string)[] Collection(string path, string id, string name) =>
    [
        Of("GET", path, $"Get{name}s"), Of("POST", path, $"Create{name}"), Of("GET", $"{path}/{{{id}}}", $"Get{name}"),
        Of("PATCH", $"{path}/{{{id}}}", $"Update{name}"), Of("DELETE", $"{path}/{{{id}}}", $"Delete{name}"),
    ];

    /// <param name="path">Below the API's version or date, if it has one.</param>
    private static (string, Regex, string) Of(string method, string path, string name) =>
        (method, new($"^(?:/v2|/\\d{{4}}-\\d\\d-\\d\\d)?{Part().Replace(path, "(?<$1>[^/]+)")}/?$"), name);

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Part();
}
