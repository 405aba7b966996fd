using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Local.Storage;
using ServerlessMcp.StatesLanguage;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.Local.Engine;

/// <summary>
/// Step Functions on a laptop: runs the machine over the local database. A transition is one transaction; the intent to call the worker is
/// stored before the call; after a crash every open run goes on from its last transition, so the worker is called at least once.
/// </summary>
/// <remarks>A run keeps the definition it started with. Runs and histories go 90 days after the end, as in Step Functions.</remarks>
internal sealed partial class EmbeddedEngine : IExecutionEngine, IAsyncDisposable
{
    private static readonly TimeSpan PruneEvery = TimeSpan.FromDays(1);

    private readonly StateMachine _machine;
    private readonly EngineSettings _settings;
    private readonly RunStore _store;
    private readonly TaskCalls _calls;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _killed = new();
    private readonly ConcurrentDictionary<string, StateMachine> _machines = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (RunLoop Loop, Task Done)> _loops = new(StringComparer.Ordinal);

    /// <summary>Keeps starts and the resume apart, so that one run never has two loops.</summary>
    private readonly SemaphoreSlim _launching = new(1);
    private Task _pruning = Task.CompletedTask;
    private bool _isResumed;

    public EmbeddedEngine(LocalDatabase database, StateMachine machine, TaskWorker worker, EngineSettings settings)
    {
        (_machine, _settings) = (machine, settings);
        _store = new(database, settings.Time);
        _calls = new(worker, settings);
        _machines[machine.Text] = machine;
    }

    /// <summary>Goes on with every open run. To be called once, at start; runs that were started before wait for it.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        await _launching.WaitAsync(cancellationToken);
        try
        {
            await _store.PruneAsync(cancellationToken);
            foreach (var stored in await _store.OpenAsync(cancellationToken))
            {
                Launch(stored);
            }

            _isResumed = true;
            _pruning = PruneDailyAsync();
        }
        finally
        {
            _launching.Release();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="CallerException"><c>invalid_run_name</c>.</exception>
    public async Task StartAsync(string name, JsonObject input, CancellationToken cancellationToken)
    {
        RunName.Check(name);
        var start = new Interpreter(_machine).Start(name, input.DeepClone(), _settings.Time.GetUtcNow());
        await _launching.WaitAsync(cancellationToken);
        try
        {
            if (await _store.InsertAsync(_machine, start, cancellationToken) && _isResumed)
            {
                Launch(new(start.Run, 1, _machine.Text));
            }
        }
        finally
        {
            _launching.Release();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="TableUnavailableException">The engine stops; send it again.</exception>
    public Task SendTaskSuccessAsync(string taskToken, JsonNode output, CancellationToken cancellationToken) =>
        SendAsync(taskToken, new Signal.Answered(taskToken, output.DeepClone()), cancellationToken);

    /// <returns>False when nobody waits with this token; the same for the next one.</returns>
    public Task<bool> SendTaskFailureAsync(string taskToken, string error, string? cause, CancellationToken cancellationToken) =>
        SendAsync(taskToken, new Signal.Refused(taskToken, error, cause), cancellationToken);

    public Task<bool> SendTaskHeartbeatAsync(string taskToken, CancellationToken cancellationToken) =>
        SendAsync(taskToken, new Signal.Heartbeat(taskToken), cancellationToken);

    /// <summary>Ends a run at once, as StopExecution does: no Catch of the machine sees it.</summary>
    /// <returns>False when there is no such run or it has ended.</returns>
    public Task<bool> AbortAsync(string name, string? error, string? cause, CancellationToken cancellationToken) =>
        PostAsync(_loops.TryGetValue(name, out var found) ? found.Loop : null, new Signal.Abort(error, cause), cancellationToken);

    /// <inheritdoc/>
    public async Task<RunStatus?> DescribeAsync(string name, CancellationToken cancellationToken) =>
        await FindAsync(name, cancellationToken) is { } run ? RunStatuses.Of(run.Phase) : null;

    /// <summary>The run's last stored state.</summary>
    public async Task<RunState?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await _store.FindAsync(name, cancellationToken))?.Run;

    /// <summary>With the event names of Step Functions; empty when there is no such run.</summary>
    public async Task<IReadOnlyList<HistoryLine>> HistoryAsync(string name, CancellationToken cancellationToken) =>
        await _store.HistoryAsync(name, cancellationToken);

    /// <summary>No new transition begins; calls under way get the grace; the rest goes on at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _launching.WaitAsync();
        _launching.Release();
        using (_settings.Time.CreateTimer(_ => _killed.Cancel(), null, _settings.StopGrace, Timeout.InfiniteTimeSpan))
        {
            await Task.WhenAll(_loops.Values.Select(entry => entry.Done).Append(_pruning));
        }

        await _killed.CancelAsync();
    }

    private Task<bool> SendAsync(string token, Signal signal, CancellationToken cancellationToken) =>
        PostAsync(_loops.Values.FirstOrDefault(entry => entry.Loop.Token == token).Loop, signal, cancellationToken);

    private static async Task<bool> PostAsync(RunLoop? loop, Signal signal, CancellationToken cancellationToken)
    {
        var letter = new Letter(signal);
        return loop is not null && loop.Post(letter) && await letter.Answer.WaitAsync(cancellationToken);
    }

    private void Launch(StoredRun stored)
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        var machine = _machines.GetOrAdd(stored.Definition, text => StateMachine.Parse(text));
        var loop = new RunLoop(stored, machine, new(_store, _calls, _settings, _stopping.Token, _killed.Token));
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loops[stored.Run.Run] = (loop, DriveAsync(stored.Run.Run, loop, begin.Task));
        begin.SetResult();
    }

    private async Task DriveAsync(string name, RunLoop loop, Task begin)
    {
        try
        {
            await begin;
            await loop.RunAsync();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            LogLeft(_settings.Logger, name);
        }
        catch (Exception bug)
        {
            // The host's edge: one run that cannot go on must not end the others; it is resumed at the next start.
            LogBroken(_settings.Logger, name, bug);
        }
        finally
        {
            _loops.TryRemove(name, out _);
        }
    }

    private async Task PruneDailyAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _settings.Time.UntilAsync(_settings.Time.GetUtcNow() + PruneEvery, _stopping.Token);
                await _store.PruneAsync(CancellationToken.None);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogNotPruned(_settings.Logger, failure);
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {Run} goes on at the next start.")]
    private static partial void LogLeft(ILogger logger, string run);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {Run} cannot go on; it is tried again at the next start.")]
    private static partial void LogBroken(ILogger logger, string run, Exception bug);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old runs were not pruned; it is tried again at the next start.")]
    private static partial void LogNotPruned(ILogger logger, Exception failure);
}
