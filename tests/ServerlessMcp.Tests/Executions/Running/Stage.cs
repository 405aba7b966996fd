using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Aws;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>Everything an execution needs, in memory, with a clock of its own.</summary>
internal sealed class Stage
{
    public static readonly Principal Owner = new("key_a", "a", new HashSet<string> { Scope.Read, Scope.Operate });
    public static readonly Principal Approver = new("key_b", "b", new HashSet<string> { Scope.Read, Scope.Approve });

    private static readonly PlanTarget Target = new("111122223333", "eu-west-1");

    public Stage(WorkerTiming? timing = null)
    {
        Time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Table = new(Time);
        Aws = new(Time);
        Engine = new(Time);
        Ports = new(Table, Blobs, new Dictionary<string, IStepApi> { ["aws"] = Aws }, new JmesQueryLanguage(), Engine, Time, () => 0.5)
        {
            Policies = Policies,
        };
        Worker = new(Ports, timing);
        Engine.Worker = Worker;
        Executions = new(Table);
        Plans = new(Table);
        Gates = new(Table, Executions, Engine, Time);
        Starter = new(Table, Plans, Executions, Engine, Time, Policies);
        Freezes = new(Table, Time);
    }

    public FakeTimeProvider Time { get; }

    public MemoryTable Table { get; }

    public MemoryBlobs Blobs { get; } = new();

    public FakeAws Aws { get; }

    public MachineDriver Engine { get; }

    public WorkerPorts Ports { get; }

    public Worker Worker { get; }

    public ExecutionStore Executions { get; }

    public PlanStore Plans { get; }

    public ExecutionGates Gates { get; }

    public ExecutionStarter Starter { get; }

    public SwitchedPolicy Policies { get; } = new();

    public Freezes Freezes { get; }

    public string Id { get; private set; } = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Plans and starts; nothing has run yet.</summary>
    public async Task StartAsync(
        IReadOnlyList<Step> steps, VerdictKind verdict = VerdictKind.Allow, Principal? planner = null, Principal? starter = null)
    {
        var plan = new Plan
        {
            PlanId = PlanId.New().Value,
            Hash = PlanHash.Compute(Target, steps),
            Title = "A plan",
            CreatedBy = (planner ?? Owner).Id,
            CreatedByOwner = (planner ?? Owner).Owner,
            CreatedAt = Time.GetUtcNow(),
            ExpiresAt = Time.GetUtcNow().AddHours(24),
            Target = Target,
            Steps = steps,
        };
        var preview = new PlanPreview { Changes = [], Verdict = new(verdict, "test"), Reversibility = UndoClass.Full };
        await Plans.SaveAsync(plan, preview, Token);
        Id = (await Starter.StartAsync(plan.PlanId, plan.Hash, starter ?? Owner, null, Token)).ExecutionId;
    }

    /// <summary>Plans, starts and runs to the end.</summary>
    public async Task<Execution> RunAsync(params Step[] steps)
    {
        await StartAsync(steps);
        await Engine.RunAllAsync();
        return await ReadAsync();
    }

    public Task<Execution> ReadAsync() => Executions.GetAsync(Id, Owner, Token);

    public Task<IReadOnlyList<StepFacts>> StepsAsync() => Executions.StepsAsync(Id, Token);

    public async Task<StepFacts> StepAsync(string id) => (await StepsAsync()).Single(facts => facts.StepId == id);

    public Task<IReadOnlyList<ExecutionEvent>> EventsAsync() => Executions.EventsAsync(Id, Token);

    public Task CancelAsync() => Gates.CancelAsync(Id, Owner, null, Token);

    public async Task<JsonObject> AskAsync(string verb, string? stepId = null, string direction = "forward", int run = 1, int count = 10, string? taskToken = null)
    {
        var request = new JsonObject
        {
            ["verb"] = verb,
            ["executionId"] = Id,
            ["run"] = run,
            ["mode"] = "RUN",
            ["count"] = count,
            ["direction"] = direction,
        };
        if (stepId is not null)
        {
            request["stepId"] = stepId;
        }

        if (taskToken is not null)
        {
            request["taskToken"] = taskToken;
        }

        return await Worker.InvokeAsync(request, Token);
    }

    /// <summary>The answer's word.</summary>
    public async Task<string> WordAsync(string verb, string? stepId = null, string direction = "forward", int run = 1) =>
        (await AskAsync(verb, stepId, direction, run))["next"]!.GetValue<string>();

    public async Task<bool> IsOpenAsync() =>
        (await Table.QueryAsync(Keys.OpenPartition, "", null, 10, false, Token)).Items.Any(item => item.Key.Sort == Id);
}
