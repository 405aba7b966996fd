using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Local.Engine;
using ServerlessMcp.Local.Storage;
using ServerlessMcp.StatesLanguage;
using ServerlessMcp.StatesLanguage.Running;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Local.Engine;

/// <summary>An engine on a file of its own, on a clock that only tests move; it can die and be born again on the same file.</summary>
internal sealed class EngineRig : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<RunStatus>> _ends = new();
    private readonly ConcurrentDictionary<(string, RunPhase), TaskCompletionSource<RunState>> _phases = new();
    private LocalDatabase _database = null!;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public EmbeddedEngine Engine { get; private set; } = null!;

    /// <summary>Moves the clock to the end of each wait and delay as soon as it begins.</summary>
    public bool SkipsWaits { get; init; } = true;

    public int MostCalls { get; init; } = 16;

    public TimeSpan StopGrace { get; init; } = TimeSpan.Zero;

    public Func<string, RunStatus, Task>? Listener { get; set; }

    public Func<JsonObject, CancellationToken, Task<JsonObject>> Worker { get; set; } = (payload, _) => Task.FromResult(payload);

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="definition">Text of a machine.</param>
    /// <param name="committed">May throw: the process dies there.</param>
    public async Task OpenAsync(string definition, Action<int>? committed = null)
    {
        _database = new(_folder.File("smcp.db"), committed);
        var settings = new EngineSettings
        {
            Time = Time,
            MostCalls = MostCalls,
            StopGrace = StopGrace,
            Moved = OnMoved,
            RunEnded = OnEndedAsync,
        };
        Engine = new(_database, StateMachine.Parse(definition), (payload, cancel) => Worker(payload, cancel), settings);
        await Engine.ResumeAsync(Cancel);
    }

    /// <summary>As a process that is killed: nothing more is stored.</summary>
    public async Task DieAsync()
    {
        _database.Dispose();
        await Engine.DisposeAsync();
    }

    public async Task StopAsync()
    {
        await Engine.DisposeAsync();
        _database.Dispose();
    }

    public Task StartAsync(string name, string input = "{}") => Engine.StartAsync(name, JsonNode.Parse(input)!.AsObject(), Cancel);

    public Task<RunStatus> EndAsync(string name) => Of(_ends, name).Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);

    /// <summary>When the run is in this phase, after the call; waits for one if it is not there yet.</summary>
    public Task<RunState> PhaseAsync(string name, RunPhase phase) => Of(_phases, (name, phase)).Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);

    public void Forget(string name, RunPhase phase) => _phases.TryRemove((name, phase), out _);

    public async Task<List<string>> HistoryAsync(string name) => [.. (await Engine.HistoryAsync(name, Cancel)).Select(line => line.Type)];

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    private void OnMoved(RunState run)
    {
        var isIdle = run.Phase is RunPhase.Waiting or RunPhase.Retrying;
        lock (Time)
        {
            if (SkipsWaits && isIdle && run.NextTimer is { } due && due > Time.GetUtcNow())
            {
                Time.SetUtcNow(due);
            }
        }

        Of(_phases, (run.Run, run.Phase)).TrySetResult(run);
    }

    private async Task OnEndedAsync(string name, RunStatus status, CancellationToken cancellationToken)
    {
        if (Listener is { } listener)
        {
            await listener(name, status);
        }

        Of(_ends, name).TrySetResult(status);
    }

    private static TaskCompletionSource<TValue> Of<TKey, TValue>(ConcurrentDictionary<TKey, TaskCompletionSource<TValue>> all, TKey key)
        where TKey : notnull =>
        all.GetOrAdd(key, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
