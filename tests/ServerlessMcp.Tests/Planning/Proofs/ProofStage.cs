using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.EC2;
using Amazon.EC2.Model;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning;
using ServerlessMcp.Planning.Aws;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Planning.Undo;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Local.Emulator;
using ServerlessMcp.Tests.Planning.Proofs.Eye;
using Scope = ServerlessMcp.Executions.Scope;

namespace ServerlessMcp.Tests.Planning.Proofs;

/// <summary>The real planner, worker and client against the emulator behind the strict proxy; only the clock jumps and the table is in memory.</summary>
internal sealed class ProofStage : IDisposable
{
    private static readonly Principal Caller = new("key_proof", "proof", new HashSet<string> { Scope.Read, Scope.Operate });
    private static readonly AwsCatalog Catalog = new();
    private static readonly UndoCatalogue Undos = UndoCatalogue.Load();

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly AwsClient _client;
    private readonly MachineDriver _engine;
    private readonly ExecutionStore _executions;
    private readonly ExecutionStarter _starter;
    private readonly PlanStore _plans;
    private readonly Inventory _inventory;
    private readonly WorkerPorts _ports;
    private readonly List<Func<Task>> _atEnd = [];

    public ProofStage(EmulatorFixture emulator, WorkerTiming? timing = null)
    {
        (Region, var account) = (emulator.NewRegion(), emulator.NewAccount());
        Account = account.Id;
        Ec2 = emulator.Ec2(Region, account: account);
        DynamoDb = new(account.Credentials, new AmazonDynamoDBConfig { ServiceURL = emulator.Direct.ToString(), AuthenticationRegion = Region });
        _client = new(Catalog, AwsClientOptions.Sandbox(emulator.Endpoint) with { Keys = new(account.AccessKey, "sandbox") }, TimeProvider.System);
        _inventory = new(
            _client, new(Region),
            [
                new Ec2Inventory(Ec2, Account), new S3Inventory(emulator.S3(Region, account: account), Region), new DynamoDbInventory(DynamoDb),
                .. RawInventories.All(new(emulator.Direct, Region, account.AccessKey)),
            ]);
        _engine = new(_time);
        var table = new MemoryTable(_time);
        var blobs = new MemoryBlobs();
        var query = new JmesQueryLanguage();
        var apis = new Dictionary<string, IStepApi> { ["aws"] = new AwsStepApi(_client, Catalog, query) };
        _ports = new(table, blobs, apis, query, _engine, _time, () => 0.5);
        _engine.Worker = new(_ports, timing);
        (_plans, _executions) = (new(table), new(table));
        _starter = new(table, _plans, _executions, _engine, _time);
        Planner = new(Catalog, _client, Undos, new(Region), _time);
        UndoPlanner = new(Planner, Catalog, Undos, _plans, _executions, blobs);
        var gates = new ExecutionGates(table, _executions, _engine, _time);
        _engine.AtGate = () => gates.DecideAsync(Running, GateDecision.Approve, Caller, null, Token);
    }

    public string Region { get; }

    /// <summary>Text for names: two proofs in one region do not meet.</summary>
    public string Tag { get; } = Guid.NewGuid().ToString("n")[..8];

    public string Account { get; }

    public AmazonEC2Client Ec2 { get; }

    public AmazonDynamoDBClient DynamoDb { get; }

    public Planner Planner { get; }

    public UndoPlanner UndoPlanner { get; }

    private string Running { get; set; } = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="services">None: all.</param>
    public Task<SortedDictionary<string, string>> InventoryAsync(params string[] services) =>
        _inventory.TakeAsync(services.Length == 0 ? null : services.ToHashSet());

    public Task<PlannedPlan> PlanAsync(params StepRequest[] steps) =>
        Planner.PlanAsync(new("Proof", null, Region, steps), Caller, Token);

    public Task<PlannedPlan> PlanUndoAsync(string executionId) => UndoPlanner.PlanUndoAsync(executionId, Caller, Token);

    /// <summary>Stores, starts, confirms if asked, and runs to the end.</summary>
    public async Task<Execution> RunAsync(PlannedPlan planned)
    {
        await _plans.SaveAsync(planned.Plan, planned.Preview, Token);
        Running = (await _starter.StartAsync(planned.Plan.PlanId, planned.Plan.Hash, Caller, null, Token)).ExecutionId;
        await _engine.RunAllAsync();
        return await _executions.GetAsync(Running, Caller, Token);
    }

    /// <summary>An image to start instances from. Asked for by name: the emulator takes half a second to write down all it has.</summary>
    public async Task<string> ImageAsync()
    {
        var images = await Ec2.DescribeImagesAsync(new DescribeImagesRequest { Filters = [new("name", ["amzn2-ami-hvm-2.0.20180810-x86_64-gp2"])] }, Token);
        return images.Images.Single().ImageId;
    }

    /// <summary>Another hand's call.</summary>
    public Task OtherHandAsync(string service, string operation, JsonObject parameters) => OtherAnswerAsync(service, operation, parameters);

    /// <summary>The answer to another hand's call.</summary>
    public Task<AwsResult> OtherAnswerAsync(string service, string operation, JsonObject parameters) =>
        _client.CallAsync(new(Region), service, operation, parameters, TimeSpan.FromSeconds(20), Token);

    /// <summary>Another hand's call, of whose answer one member is wanted.</summary>
    /// <param name="path">JMESPath.</param>
    public async Task<string> MadeAsync(string service, string operation, JsonObject parameters, string path)
    {
        var answer = await _client.CallAsync(new(Region), service, operation, parameters, TimeSpan.FromSeconds(20), Token);
        return ServerlessMcp.AwsApi.Jmes.JmesExpression.Parse(path).Search(answer.Output)!.ToString();
    }

    /// <summary>Does it once, when a step has made its call and is looked at for the first time.</summary>
    public void BeforeFirstPoll(Func<Task> act) => _engine.BeforeTask = _ =>
    {
        if (_engine.Visited[^1] == "PollStep")
        {
            _engine.BeforeTask = null;
            act().GetAwaiter().GetResult();
        }
    };

    public async Task<StepFacts> FactsAsync(Execution execution, string stepId) =>
        (await _executions.StepsAsync(execution.ExecutionId, Token)).Single(facts => facts.StepId == stepId);

    public async Task<string> RecordAsync(Execution execution)
    {
        var events = await _executions.EventsAsync(execution.ExecutionId, Token);
        return string.Join('\n', events.Select(one => one.Text));
    }

    /// <summary>Goes on with a rollback that has left something, to its end.</summary>
    public async Task<Execution> ResumeAsync(Execution failed)
    {
        var resumed = await new RollbackResumer(_ports.Table, _plans, _executions, _engine, _time).ResumeAsync(failed, Token);
        await _engine.RunAllAsync();
        return await _executions.GetAsync(resumed.ExecutionId, Caller, Token);
    }

    /// <summary>The sweep that comes by after so long.</summary>
    public async Task SweepAfterAsync(TimeSpan time)
    {
        _time.Advance(time);
        await new Sweeper(_ports).SweepAsync(Token);
    }

    public Task<IReadOnlyList<ProblemRecord>> ProblemsAsync(Execution execution) =>
        new ProblemStore(_ports.Table).OfExecutionAsync(execution.ExecutionId, Token);

    /// <summary>For what would go on happening in this account.</summary>
    public void AtEnd(Func<Task> act) => _atEnd.Add(act);

    public void Dispose()
    {
        _atEnd.ForEach(act => act().GetAwaiter().GetResult());
        _client.Dispose();
        Ec2.Dispose();
        DynamoDb.Dispose();
    }
}
