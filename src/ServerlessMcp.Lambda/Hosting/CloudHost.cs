using Amazon.DynamoDBv2;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Lambda.Storage;
using ServerlessMcp.Server;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Lambda.Hosting;

/// <summary>The endpoint in the cloud, composed: what the roles have in common, the shared limits, planners, MCP endpoint.</summary>
internal static class CloudHost
{
    /// <param name="endpoint">An emulator's, with dummy credentials and no keys asked for; null is AWS, where changes are off until there are policies.</param>
    /// <param name="serve">Adds where requests come from: Kestrel, or the Runtime API.</param>
    public static WebApplication Compose(CloudSettings settings, Uri? endpoint, Action<WebApplicationBuilder> serve)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        serve(builder);
        builder.Services.AddRouting();
        builder.Services.AddCloud(settings, endpoint);
        builder.Services.AddSingleton<IRateLimiter>(provider => new DynamoRateLimiter(
            provider.GetRequiredService<IAmazonDynamoDB>(), settings.Table, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<IAwsReads>(provider => provider.GetRequiredService<AwsClient>());
        builder.Services.AddServerlessMcp(new()
        {
            Region = settings.Region,
            AllowedHosts = settings.Hosts,
            Mode = endpoint is null ? "aws" : "sandbox",
            ChangesAllowed = endpoint is not null,
            Keys = settings.Keys,
            Jwt = settings.Jwt,
            Limits = endpoint is null ? AccessLimits.Shared : AccessLimits.OnePerson,
            NoAuthPrincipal = endpoint is null ? null : new("local", "local", new HashSet<string>(StringComparer.Ordinal) { Scope.Read, Scope.Operate }),
        });

        var app = builder.Build();
        app.MapServerlessMcp();
        return app;
    }
}
