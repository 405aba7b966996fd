using Amazon;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Lambda.Engine;
using ServerlessMcp.Lambda.Storage;
using ServerlessMcp.Server;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Server.Access.Policies;

namespace ServerlessMcp.Lambda.Hosting;

/// <summary>The endpoint in the cloud, composed: DynamoDB table, S3 blobs, Step Functions engine, planners, MCP endpoint.</summary>
/// <remarks>Clients are made when they are first used: a cold start pays for none that it does not need.</remarks>
internal static class CloudHost
{
    /// <param name="endpoint">An emulator's, with dummy credentials and no keys asked for; null is AWS, where changes are off until there are policies.</param>
    /// <param name="serve">Adds where requests come from: Kestrel, or the Runtime API.</param>
    public static WebApplication Compose(CloudSettings settings, Uri? endpoint, Action<WebApplicationBuilder> serve)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        serve(builder);
        builder.Services.AddRouting();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IAmazonDynamoDB>(_ => Dynamo(settings, endpoint));
        builder.Services.AddSingleton<ITable>(provider => new DynamoTable(
            provider.GetRequiredService<IAmazonDynamoDB>(), settings.Table, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<IRateLimiter>(provider => new DynamoRateLimiter(
            provider.GetRequiredService<IAmazonDynamoDB>(), settings.Table, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<IAmazonS3>(_ => S3(settings, endpoint));
        builder.Services.AddSingleton<IBlobs>(provider => new S3Blobs(provider.GetRequiredService<IAmazonS3>(), settings.Bucket));
        builder.Services.AddSingleton<AwsCatalog>();
        builder.Services.AddSingleton<IAwsCatalog>(provider => provider.GetRequiredService<AwsCatalog>());
        builder.Services.AddSingleton(provider => new AwsClient(
            provider.GetRequiredService<AwsCatalog>(), endpoint is null ? new() : AwsClientOptions.Sandbox(endpoint), provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<IPolicySource>(provider =>
            settings.PolicyFile is { } path ? new PolicyFile(path, provider.GetRequiredService<IAwsCatalog>()) : BuiltInPolicy.Source);
        builder.Services.AddSingleton<IAwsReads>(provider => provider.GetRequiredService<AwsClient>());
        builder.Services.AddSingleton<IExecutionEngine>(provider => new StepFunctionsEngine(
            provider.GetRequiredService<AwsClient>(), settings.Machine, new(settings.Region)));
        builder.Services.AddServerlessMcp(new()
        {
            Region = settings.Region,
            AllowedHosts = settings.Hosts,
            Mode = endpoint is null ? "aws" : "sandbox",
            ChangesAllowed = endpoint is not null,
            Keys = settings.Keys,
            Jwt = settings.Jwt,
            Limits = AccessLimits.Shared,
            NoAuthPrincipal = endpoint is null ? null : new("local", "local", new HashSet<string>(StringComparer.Ordinal) { Scope.Read, Scope.Operate }),
        });

        var app = builder.Build();
        app.MapServerlessMcp();
        return app;
    }

    private static AmazonDynamoDBClient Dynamo(CloudSettings settings, Uri? endpoint)
    {
        var config = DynamoTable.Configure(new AmazonDynamoDBConfig());
        return endpoint is null
            ? new(At(config, settings))
            : new(new BasicAWSCredentials("sandbox", "sandbox"), At(config, settings, endpoint));
    }

    private static AmazonS3Client S3(CloudSettings settings, Uri? endpoint)
    {
        var config = new AmazonS3Config { ForcePathStyle = endpoint is not null, Timeout = StorageCalls.Longest };
        return endpoint is null
            ? new(At(config, settings))
            : new(new BasicAWSCredentials("sandbox", "sandbox"), At(config, settings, endpoint));
    }

    private static T At<T>(T config, CloudSettings settings)
        where T : ClientConfig
    {
        config.RegionEndpoint = RegionEndpoint.GetBySystemName(settings.Region);
        return config;
    }

    private static T At<T>(T config, CloudSettings settings, Uri endpoint)
        where T : ClientConfig
    {
        (config.ServiceURL, config.AuthenticationRegion) = (endpoint.ToString(), settings.Region);
        return config;
    }
}
