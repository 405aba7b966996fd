using System.Text.Json.Nodes;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Local.Emulator.Proxy;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Planning.Proofs;

/// <summary>Between our look and our call somebody else makes a thing of that name: what the step then takes for its own must not be deleted.</summary>
/// <remarks>Queues are not here: a second CreateQueue replaces the tags in the emulator, so that the other's queue would bear our marker.</remarks>
[Collection(WithEmulator.Name)]
public sealed class ForeignNameTests(EmulatorFixture emulator)
{
    private const string Table = """{ "TableName": "taken", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }], "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }] }""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sns", "CreateTopic", """{ "Name": "taken" }""")]
    [InlineData("dynamodb", "CreateTable", Table)]
    public async Task A_thing_that_another_hand_made_meanwhile_is_never_deleted(string service, string operation, string parameters)
    {
        using var stage = new ProofStage(emulator);
        var made = JsonNode.Parse(parameters)!.AsObject();
        var fail = JsonNode.Parse("""{ "VpcId": "vpc-00000000000000000", "CidrBlock": "10.0.0.0/24" }""")!.AsObject();
        var planned = await stage.PlanAsync(
            new("it", null, service, operation, made), new("fail", null, "ec2", "CreateSubnet", fail));
        emulator.Proxy.Rules.Add(new ProxyRule { Service = service, Operation = operation, Action = ProxyAction.DropBefore, Times = 1 });
        stage.BeforeFirstPoll(() => stage.OtherHandAsync(service, operation, made));

        var execution = await stage.RunAsync(planned);

        emulator.Proxy.Rules.Clear();
        Assert.True(execution.Status == ExecutionStatus.RollbackFailed, $"{execution.Status}: {execution.Failure}\n{await stage.RecordAsync(execution)}");
        Assert.EndsWith("is the one that this step made.", Assert.Single(execution.Left).Why, StringComparison.Ordinal);
        Assert.Contains(await stage.InventoryAsync(), line => line.Key.Contains("taken", StringComparison.Ordinal) || line.Value.Contains("taken", StringComparison.Ordinal));
    }
}
