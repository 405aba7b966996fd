using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.AwsApi;

/// <summary>Every service of the catalogue in its own protocol: its plainest reads are asked of the emulator.</summary>
[Collection(WithEmulator.Name)]
public sealed class EveryServiceTests(EmulatorFixture emulator) : IDisposable
{
    private const int Enough = 3;
    private const int MostQuestions = 25;

    // The emulator (moto 5.2.1) has no backend for these; what they say is proven by the protocol suites alone.
    private static readonly HashSet<string> Lacking = ["cloudcontrol", "compute-optimizer", "cost-optimization-hub", "health", "pricing", "savingsplans"];

    // Services whose every harmless read needs a parameter.
    private static readonly Dictionary<string, (string Operation, string Parameters)> Questions = new(StringComparer.Ordinal)
    {
        ["application-auto-scaling"] = ("DescribeScalableTargets", """{"ServiceNamespace":"ecs"}"""),
        ["budgets"] = ("DescribeBudgets", """{"AccountId":"123456789012"}"""),
        ["service-quotas"] = ("ListAWSDefaultServiceQuotas", """{"ServiceCode":"vpc"}"""),
    };

    // What a server says that does not understand the request, whatever its protocol.
    private static readonly HashSet<string> Misunderstandings =
        ["SerializationException", "UnknownOperationException", "InvalidAction", "MissingAction", "InvalidSignatureException", "SignatureDoesNotMatch"];

    private static readonly AwsCatalog Catalog = new();

    private readonly AwsClient _aws = new(Catalog, AwsClientOptions.Sandbox(emulator.Direct), TimeProvider.System);
    private readonly AwsTarget _target = new(emulator.NewRegion());

    public static TheoryData<string> Services => [.. Catalog.Services.Where(service => service != "cost-explorer")];

    public void Dispose() => _aws.Dispose();

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_is_understood_and_its_answers_are_read(string service)
    {
        var answered = 0;
        foreach (var (operation, parameters) in Asked(service).Take(MostQuestions))
        {
            try
            {
                await _aws.ReadAsync(_target, service, operation, parameters, TestContext.Current.CancellationToken);
                answered++;
            }
            catch (AwsCallException e) when (e.Failure == AwsFailure.Refused)
            {
                Assert.DoesNotContain(e.Code, Misunderstandings);
            }

            if (answered == Enough)
            {
                break;
            }
        }

        Assert.True(answered > 0 != Lacking.Contains(service), $"{service} was answered {answered} times.");
    }

    /// <summary>Cost Explorer bills each request, so no read gets there; a change of the worker does.</summary>
    [Fact]
    public async Task Cost_explorer_is_understood_too()
    {
        var parameters = JsonNode.Parse("""{"TimePeriod":{"Start":"2026-01-01","End":"2026-02-01"},"Granularity":"MONTHLY","Metrics":["UnblendedCost"]}""")!.AsObject();

        var answer = await _aws.CallAsync(
            _target, "cost-explorer", "GetCostAndUsage", parameters, TimeSpan.FromSeconds(25), TestContext.Current.CancellationToken);
        var refusal = await Assert.ThrowsAsync<AwsInputException>(
            () => _aws.ReadAsync(_target, "ce", "GetCostAndUsage", parameters, TestContext.Current.CancellationToken));

        Assert.True(answer.Output.ContainsKey("ResultsByTime"));
        Assert.Equal(("sensitive_read", "cost-explorer GetCostAndUsage bills each request."), (refusal.Code, refusal.Message));
    }

    private static IEnumerable<(string Operation, JsonObject Parameters)> Asked(string service) =>
        Questions.TryGetValue(service, out var question)
            ? [(question.Operation, JsonNode.Parse(question.Parameters)!.AsObject())]
            : from name in Catalog.Model(service).OperationNames
              let operation = Catalog.Operation(service, name)
              where operation.IsHarmlessRead && Catalog.Validate(operation, []).Count == 0
              select (name, new JsonObject());
}
