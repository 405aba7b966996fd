using System.Text.Json.Nodes;

namespace ServerlessMcp.Tests.Lambda.Http;

/// <summary>Events as the documentation shows them, cut to what is read.</summary>
internal static class Events
{
    public const string SourceIp = "192.0.2.10";

    /// <summary>A Function URL's; an HTTP API's has another stage.</summary>
    public static JsonObject Version2(string method = "POST", string path = "/mcp", string query = "", string? body = null, string stage = "$default") => new()
    {
        ["version"] = "2.0",
        ["routeKey"] = "$default",
        ["rawPath"] = path,
        ["rawQueryString"] = query,
        ["headers"] = new JsonObject { ["host"] = "abc.lambda-url.eu-west-1.on.aws", ["content-type"] = "application/json", ["x-forwarded-for"] = "203.0.113.99" },
        ["requestContext"] = new JsonObject
        {
            ["accountId"] = "anonymous",
            ["domainName"] = "abc.lambda-url.eu-west-1.on.aws",
            ["http"] = new JsonObject { ["method"] = method, ["path"] = path, ["protocol"] = "HTTP/1.1", ["sourceIp"] = SourceIp, ["userAgent"] = "agent" },
            ["requestId"] = "id-of-the-gateway",
            ["stage"] = stage,
        },
        ["body"] = body,
        ["isBase64Encoded"] = false,
    };

    /// <summary>A REST API's.</summary>
    public static JsonObject Version1(string method = "POST", string path = "/mcp", string? body = null, string stage = "prod") => new()
    {
        ["resource"] = "/{proxy+}",
        ["path"] = path,
        ["httpMethod"] = method,
        ["headers"] = new JsonObject { ["Host"] = "abc.execute-api.eu-west-1.amazonaws.com", ["Content-Type"] = "application/json" },
        ["multiValueHeaders"] = new JsonObject { ["Host"] = new JsonArray("abc.execute-api.eu-west-1.amazonaws.com"), ["Content-Type"] = new JsonArray("application/json") },
        ["queryStringParameters"] = null,
        ["multiValueQueryStringParameters"] = null,
        ["requestContext"] = new JsonObject
        {
            ["stage"] = stage,
            ["path"] = $"/{stage}{path}",
            ["domainName"] = "abc.execute-api.eu-west-1.amazonaws.com",
            ["identity"] = new JsonObject { ["sourceIp"] = SourceIp },
            ["requestId"] = "id-of-the-gateway",
            ["protocol"] = "HTTP/1.1",
        },
        ["body"] = body,
        ["isBase64Encoded"] = false,
    };
}
