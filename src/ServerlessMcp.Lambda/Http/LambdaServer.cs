using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using ServerlessMcp.Lambda.Runtime;

namespace ServerlessMcp.Lambda.Http;

/// <summary>Stands where Kestrel would: requests come from the Runtime API.</summary>
/// <param name="isStreamed">The gateway takes an answer as it comes: a Function URL with <c>RESPONSE_STREAM</c>, a REST API with <c>STREAM</c>.</param>
internal sealed partial class LambdaServer(
    RuntimeClient runtime, bool isStreamed, TimeProvider time, ILogger<LambdaServer> log, IHostApplicationLifetime lifetime) : IServer
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public IFeatureCollection Features { get; } = new FeatureCollection();

    /// <summary>Why the loop has ended by itself; the process then has to end with 1.</summary>
    public RuntimeApiException? Failure { get; private set; }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        _running = RunAsync(new(runtime, new HttpHandler<TContext>(application, isStreamed, log), time, log));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(cancellationToken);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(RuntimeLoop loop)
    {
        await Task.Yield();
        try
        {
            await loop.RunAsync(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            Stopped();
        }
        catch (RuntimeApiException broken)
        {
            Broken(broken);
            Failure = broken;
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopped.")]
    private partial void Stopped();

    [LoggerMessage(Level = LogLevel.Error, Message = "The process ends: the Runtime API cannot be spoken with.")]
    private partial void Broken(Exception broken);
}
