using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ServerlessMcp.Executions;

namespace ServerlessMcp.Server.Access;

/// <summary>
/// The protected resource metadata (RFC 9728) at both well-known addresses, for everybody, from the settings alone: a Host header has no say.
/// Without issuers there are none, so that no client begins a login that leads nowhere.
/// </summary>
internal static class ResourceMetadata
{
    public static void MapResourceMetadata(this IEndpointRouteBuilder routes, ServerOptions options)
    {
        if (options.Jwt is not { } jwt)
        {
            return;
        }

        // Scopes beyond reading are named by the refusal that asks for them.
        var text = new JsonObject
        {
            ["resource"] = jwt.Resource.OriginalString,
            ["authorization_servers"] = new JsonArray([.. jwt.Issuers.Select(issuer => (JsonNode)issuer.Name)]),
            ["scopes_supported"] = new JsonArray(TokenCheck.ScopePrefix + Scope.Read),
            ["bearer_methods_supported"] = new JsonArray("header"),
            ["resource_name"] = "ServerlessMcp",
        }.ToJsonString();
        foreach (var path in new[] { JwtSettings.WellKnown, jwt.Metadata.AbsolutePath }.Distinct())
        {
            routes.MapGet(path, (RequestDelegate)(context =>
            {
                context.Response.ContentType = "application/json";
                return context.Response.WriteAsync(text, context.RequestAborted);
            }));
        }
    }
}
