using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.StatesLanguage;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.Tests.Fakes;

/// <summary>
/// An engine for tests: the product's own interpreter on the product's own definition, in memory, with a clock that jumps over every wait.
/// A <see cref="CrashException"/> reaches the machine as the death of the worker's process, any other exception as its failure.
/// </summary>
internal sealed class MachineDriver(FakeTimeProvider time) : IExecutionEngine
{
    private const int MaxTasks = 4_000;

    private static readonly StateMachine Machine = StateMachine.Parse(
        ExecutionMachine.DefinitionText, new Dictionary<string, string> { ["WorkerFunctionArn"] = "worker" });

    private static readonly Interpreter Interpreter = new(Machine);

    private readonly Dictionary<string, RunStatus> _runs = [];
    private readonly Queue<(string Name, JsonObject Input)> _toRun = new();
    private readonly HashSet<string> _woken = [];
    private int _tokens;

    public Worker? Worker { get; set; }

    /// <summary>Called before each task with its ordinal from 1.</summary>
    public Action<int>? BeforeTask { get; set; }

    /// <summary>Called with what each task is sent.</summary>
    public Action<JsonObject>? OnPayload { get; set; }

    /// <summary>Called when the machine waits for a decision.</summary>
    public Func<Task>? AtGate { get; set; }

    public int Tasks { get; private set; }

    /// <summary>Events of the present run's history when it entered its state.</summary>
    public int EventsAtEntry { get; private set; }

    /// <summary>Names of states entered, in order.</summary>
    public List<string> Visited { get; } = [];

    public IReadOnlyDictionary<string, RunStatus> Runs => _runs;

    public bool LosesStarts { get; set; }

    public Task StartAsync(string name, JsonObject input, CancellationToken cancellationToken)
    {
        if (!LosesStarts && _runs.TryAdd(name, RunStatus.Running))
        {
            _toRun.Enqueue((name, input.DeepClone().AsObject()));
        }

        return Task.CompletedTask;
    }

    public Task SendTaskSuccessAsync(string taskToken, JsonNode output, CancellationToken cancellationToken)
    {
        _woken.Add(taskToken);
        return Task.CompletedTask;
    }

    public Task<RunStatus?> DescribeAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<RunStatus?>(_runs.TryGetValue(name, out var status) ? status : null);

    /// <summary>A run that ended without the machine's doing, such as one that was stopped.</summary>
    public void Kill(string name, RunStatus status) => _runs[name] = status;

    public void Forget() => _toRun.Clear();

    /// <summary>Runs all that was started, and what that starts.</summary>
    public async Task RunAllAsync()
    {
        while (_toRun.TryDequeue(out var next))
        {
            _runs[next.Name] = await RunAsync(next.Name, next.Input);
        }
    }

    private async Task<RunStatus> RunAsync(string name, JsonObject input)
    {
        var transition = Interpreter.Start(name, input, time.GetUtcNow());
        var events = transition.Events.Count;
        while (!transition.Run.HasEnded)
        {
            if (transition.Run.Phase == RunPhase.Entering)
            {
                EventsAtEntry = events;
                Visited.Add(transition.Run.State);
            }

            var signal = await SignalAsync(transition.Run);
            transition = Interpreter.Apply(transition.Run, signal, new(time.GetUtcNow(), () => 0.5, () => $"token-{++_tokens}"))!;
            events += transition.Events.Count;
        }

        return Enum.Parse<RunStatus>(transition.Run.Phase.ToString());
    }

    private async Task<Signal> SignalAsync(RunState run)
    {
        switch (run.Phase)
        {
            case RunPhase.Entering:
                return new Signal.Go();
            case RunPhase.Invoking:
                return await CallAsync(run);
            case RunPhase.Awaiting:
                return await DecideAsync(run);
            default:
                AdvanceTo(run.Due!.Value);
                return new Signal.Timer();
        }
    }

    private async Task<Signal> CallAsync(RunState run)
    {
        Assert.True(++Tasks < MaxTasks, $"No end in sight: {string.Join(' ', Visited.TakeLast(20))}");
        BeforeTask?.Invoke(Tasks);
        time.Advance(TimeSpan.FromMilliseconds(10));
        var payload = Interpreter.Call(run).Arguments!["Payload"]!.AsObject();
        OnPayload?.Invoke(payload);
        try
        {
            var answer = await Worker!.InvokeAsync(payload, TestContext.Current.CancellationToken);
            Assert.True(answer.ToJsonString().Length < 1024);
            return new Signal.Returned(new JsonObject { ["StatusCode"] = 200, ["Payload"] = answer });
        }
        catch (CrashException death)
        {
            return new Signal.Broke("Runtime.ExitError", death.Message);
        }
        catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
        {
            return new Signal.Broke(failure.GetType().Name, failure.Message);
        }
    }

    private async Task<Signal> DecideAsync(RunState run)
    {
        if (!_woken.Contains(run.Token!) && AtGate is not null)
        {
            await AtGate();
        }

        if (_woken.Contains(run.Token!))
        {
            return new Signal.Answered(run.Token!, new JsonObject());
        }

        AdvanceTo(run.Due!.Value);
        return new Signal.Timer();
    }

    private void AdvanceTo(DateTimeOffset due)
    {
        if (due > time.GetUtcNow())
        {
            time.Advance(due - time.GetUtcNow());
        }
    }
}
