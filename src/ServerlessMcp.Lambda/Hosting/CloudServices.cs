using Amazon;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Lambda.Engine;
using ServerlessMcp.Lambda.Events;
using ServerlessMcp.Lambda.Runtime;
using ServerlessMcp.Lambda.Storage;
using ServerlessMcp.Planning.Aws;
using ServerlessMcp.Server.Access.Policies;

namespace ServerlessMcp.Lambda.Hosting;

/// <summary>What the roles have in common: DynamoDB table, S3 blobs, AWS, Step Functions engine.</summary>
/// <remarks>Clients are made when they are first used: a cold start pays for none that it does not need.</remarks>
internal static class CloudServices
{
    /// <param name="endpoint">An emulator's, with dummy credentials; null is AWS.</param>
    public static void AddCloud(this IServiceCollection services, CloudSettings settings, Uri? endpoint)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IAmazonDynamoDB>(_ => Dynamo(settings, endpoint));
        services.AddSingleton<ITable>(provider => new DynamoTable(
            provider.GetRequiredService<IAmazonDynamoDB>(), settings.Table, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IAmazonS3>(_ => S3(settings, endpoint));
        services.AddSingleton<IBlobs>(provider => new S3Blobs(provider.GetRequiredService<IAmazonS3>(), settings.Bucket));
        services.AddSingleton<AwsCatalog>();
        services.AddSingleton<IAwsCatalog>(provider => provider.GetRequiredService<AwsCatalog>());
        services.AddSingleton(provider => new AwsClient(
            provider.GetRequiredService<AwsCatalog>(), endpoint is null ? new() : AwsClientOptions.Sandbox(endpoint), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IPolicySource>(provider =>
            settings.PolicyFile is { } path ? new PolicyFile(path, provider.GetRequiredService<IAwsCatalog>()) : BuiltInPolicy.Source);
        services.AddSingleton<IExecutionEngine>(provider => new StepFunctionsEngine(
            provider.GetRequiredService<AwsClient>(), settings.Machine, new(settings.Region)));
    }

    /// <summary>Of the roles that answer no HTTP events.</summary>
    public static void AddHandler(this IServiceCollection services, CloudSettings settings)
    {
        services.AddSingleton<IQueryLanguage, JmesQueryLanguage>();
        services.AddSingleton<IStepApi>(provider =>
        {
            var api = new AwsStepApi(provider.GetRequiredService<AwsClient>(), provider.GetRequiredService<IAwsCatalog>(), provider.GetRequiredService<IQueryLanguage>());
            return settings.Role == CloudRole.Worker ? api : new ReadingStepApi(api);
        });
        services.AddSingleton(provider => new WorkerPorts(
            provider.GetRequiredService<ITable>(),
            provider.GetRequiredService<IBlobs>(),
            new Dictionary<string, IStepApi>(StringComparer.Ordinal) { ["aws"] = provider.GetRequiredService<IStepApi>() },
            provider.GetRequiredService<IQueryLanguage>(),
            provider.GetRequiredService<IExecutionEngine>(),
            provider.GetRequiredService<TimeProvider>(),
            Random.Shared.NextDouble)
        {
            Policies = provider.GetRequiredService<IPolicySource>(),
        });
        services.AddSingleton<IInvocationHandler>(provider => provider.GetRequiredService<WorkerPorts>() is var ports && settings.Role == CloudRole.Worker
            ? new WorkerHandler(new Worker(ports))
            : new ReaperHandler(new(ports), new(ports), settings.Machine));
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
