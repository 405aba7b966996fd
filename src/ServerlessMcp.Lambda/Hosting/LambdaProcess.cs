using Amazon.DynamoDBv2;
using Microsoft.AspNetCore.Hosting.Server;
using ServerlessMcp.Lambda.Http;
using ServerlessMcp.Lambda.Runtime;

namespace ServerlessMcp.Lambda.Hosting;

/// <summary>One process of a function: composed, then events until Lambda ends it.</summary>
internal static class LambdaProcess
{
    /// <summary>What Lambda calls a start that failed.</summary>
    private const string StartFailed = "Runtime.InitError";

    /// <returns>The process's exit code: 1 after a failed start and when the Runtime API cannot be spoken with.</returns>
    public static async Task<int> RunAsync(string address, Func<string, string?> variable, Uri? emulator)
    {
        using var log = new LineLog(TimeProvider.System, Console.OpenStandardError(), LogLevel.Information);
        using var runtime = RuntimeClient.At(address);
        if (runtime is null)
        {
            log.Write(LogLevel.Critical, StartFailed, $"AWS_LAMBDA_RUNTIME_API is '{address}'; it must be HOST:PORT.", null);
            return 1;
        }

        try
        {
            MemoryLimit.Set(variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"));
            return await StartAsync(variable, runtime, log, emulator);
        }
        catch (RuntimeApiException broken)
        {
            log.Write(LogLevel.Critical, StartFailed, broken.Message, null);
            return 1;
        }
    }

    private static async Task<int> StartAsync(Func<string, string?> variable, RuntimeClient runtime, LineLog log, Uri? emulator)
    {
        try
        {
            var settings = CloudSettings.Read(variable, withKeys: emulator is null);
            return settings.Role == CloudRole.Mcp
                ? await ServeAsync(settings, runtime, log, emulator)
                : await HandleAsync(settings, runtime, log, emulator);
        }
        catch (CloudSettingsException wrong)
        {
            log.Write(LogLevel.Critical, StartFailed, wrong.Message, null);
            await runtime.FailStartAsync(new(StartFailed, wrong.Message));
        }
        catch (Exception failure) when (failure is not RuntimeApiException)
        {
            // The process's edge: Lambda is told that it did not start.
            log.Write(LogLevel.Critical, StartFailed, "The function could not be composed.", failure);
            await runtime.FailStartAsync(InvocationFailure.Of(failure) with { ErrorType = StartFailed });
        }

        return 1;
    }

    private static async Task<int> ServeAsync(CloudSettings settings, RuntimeClient runtime, LineLog log, Uri? emulator)
    {
        await using var app = CloudHost.Compose(settings, emulator, builder =>
        {
            builder.Logging.AddProvider(log);
            builder.Services.AddSingleton(runtime);
            builder.Services.AddSingleton<IServer>(provider => new LambdaServer(
                runtime, settings.IsStreamed, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<LambdaServer>>(),
                provider.GetRequiredService<IHostApplicationLifetime>()));
        });
        await TableCheck.RunAsync(app.Services.GetRequiredService<IAmazonDynamoDB>(), settings, log);
        await app.StartAsync();
        await app.WaitForShutdownAsync();
        return ((LambdaServer)app.Services.GetRequiredService<IServer>()).Failure is null ? 0 : 1;
    }

    /// <summary>Without a web server: a role that answers no HTTP events needs none.</summary>
    private static async Task<int> HandleAsync(CloudSettings settings, RuntimeClient runtime, LineLog log, Uri? emulator)
    {
        var services = new ServiceCollection();
        services.AddCloud(settings, emulator);
        services.AddHandler(settings);
        await using var provider = services.BuildServiceProvider();
        await TableCheck.RunAsync(provider.GetRequiredService<IAmazonDynamoDB>(), settings, log);
        var loop = new RuntimeLoop(runtime, provider.GetRequiredService<IInvocationHandler>(), TimeProvider.System, log.CreateLogger(nameof(RuntimeLoop)));
        await loop.RunAsync(CancellationToken.None);
        return 0;
    }
}
