using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Local.Engine;
using ServerlessMcp.Local.Storage;
using ServerlessMcp.Planning.Aws;
using ServerlessMcp.StatesLanguage;
using ServerlessMcp.StatesLanguage.Running;
using ServerlessMcp.Tests.Executions.Running;
using ServerlessMcp.Tests.Fakes;
using Step = ServerlessMcp.Executions.Plans.Step;

namespace ServerlessMcp.Tests.Local.Engine;

/// <summary>The real machine, worker, table and engine on one file; only AWS is a fake, and it outlives the process.</summary>
internal sealed class LocalStage : IAsyncDisposable
{
    private static readonly PlanTarget Target = new("111122223333", "eu-west-1");

    private static readonly StateMachine Machine = StateMachine.Parse(
        ExecutionMachine.DefinitionText, new Dictionary<string, string> { ["WorkerFunctionArn"] = "local" });

    private readonly TemporaryFolder _folder = new();
    private LocalDatabase? _database;
    private EmbeddedEngine? _engine;
    private Sweeper? _sweeper;
    private ExecutionStarter? _starter;
    private TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LocalStage() => Aws = new(Time);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public FakeAws Aws { get; }

    public ExecutionGates Gates { get; private set; } = null!;

    public string Id { get; private set; } = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SqliteTable Table => new SqliteTable(_database!, Time);

    /// <summary>Begins a life of the process.</summary>
    public async Task OpenAsync(Action<int>? committed = null, WorkerTiming? timing = null)
    {
        _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _database = new(_folder.File("smcp.db"), committed);
        Worker? worker = null;
        Reaper? reaper = null;
        _engine = new(_database, Machine, (payload, cancel) => worker!.InvokeAsync(payload, cancel), new()
        {
            Time = Time,
            StopGrace = TimeSpan.Zero,
            Moved = SkipWait,
            RunEnded = async (name, status, cancel) =>
            {
                await reaper!.RunEndedAsync(name, status, cancel);
                _ended.TrySetResult();
            },
        });
        var ports = new WorkerPorts(
            Table, new FileBlobs(_folder.File("blobs")), new Dictionary<string, IStepApi> { ["aws"] = Aws }, new JmesQueryLanguage(), _engine, Time, () => 0.5);
        worker = new(ports, timing);
        reaper = new(ports, timing);
        _sweeper = new(ports, timing);
        var executions = new ExecutionStore(Table);
        _starter = new(Table, new(Table), executions, _engine, Time);
        Gates = new(Table, executions, _engine, Time);
        await _engine.ResumeAsync(Cancel);
    }

    public async Task StartAsync(IReadOnlyList<Step> steps, VerdictKind verdict = VerdictKind.Allow)
    {
        var plan = new Plan
        {
            PlanId = PlanId.New().Value,
            Hash = PlanHash.Compute(Target, steps),
            Title = "A plan",
            CreatedBy = Stage.Owner.Id,
            CreatedAt = Time.GetUtcNow(),
            ExpiresAt = Time.GetUtcNow().AddHours(24),
            Target = Target,
            Steps = steps,
        };
        var preview = new PlanPreview { Changes = [], Verdict = new(verdict, "test"), Reversibility = UndoClass.Full };
        await new PlanStore(Table).SaveAsync(plan, preview, Cancel);
        Id = (await _starter!.StartAsync(plan.PlanId, plan.Hash, Stage.Owner, null, Cancel)).ExecutionId;
    }

    public Task SweepAsync() => _sweeper!.SweepAsync(Cancel);

    public Task EndAsync() => _ended.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

    /// <summary>Until the execution has ended, however many runs that takes.</summary>
    public async Task<Execution> EndedAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var execution = await ReadAsync();
            if (execution.IsTerminal)
            {
                return execution;
            }

            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Ends the first run from outside, as somebody with a console can.</summary>
    public Task AbortAsync() => _engine!.AbortAsync($"{Id}.1", "States.Aborted", "By hand.", Cancel);

    public Task<Execution> ReadAsync() => new ExecutionStore(Table).GetAsync(Id, Stage.Owner, Cancel);

    /// <summary>Executions that a start has written, also when the caller never got the answer.</summary>
    public async Task<int> OpenExecutionsAsync()
    {
        var page = await Table.QueryAsync(Keys.OpenPartition, "", null, 10, backward: false, Cancel);
        Id = page.Items.Count > 0 ? page.Items[0].Key.Sort : Id;
        return page.Items.Count;
    }

    public async Task<JsonNode?> OutputAsync() => (await _engine!.FindAsync($"{Id}.1", Cancel))?.Output;

    public async Task DieAsync()
    {
        _database!.Dispose();
        await _engine!.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _engine!.DisposeAsync();
        _database!.Dispose();
        _folder.Dispose();
    }

    private void SkipWait(RunState run)
    {
        lock (Time)
        {
            if (run.Phase is RunPhase.Waiting or RunPhase.Retrying && run.NextTimer is { } due && due > Time.GetUtcNow())
            {
                Time.SetUtcNow(due);
            }
        }
    }
}
