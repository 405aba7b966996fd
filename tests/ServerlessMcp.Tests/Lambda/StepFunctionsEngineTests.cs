using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Lambda.Engine;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Lambda;

/// <summary>Against the emulator, which starts one execution a server only (its deepcopy fails on the next), so one test does it all.</summary>
[Collection(WithEmulator.Name)]
public sealed class StepFunctionsEngineTests(EmulatorFixture emulator)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_is_started_once_and_described_and_tokens_nobody_waits_with_are_no_error()
    {
        using var aws = new AwsClient(new AwsCatalog(), AwsClientOptions.Sandbox(emulator.Direct), TimeProvider.System);
        var target = new AwsTarget("eu-west-1");
        var machine = await aws.CallAsync(
            target, "sfn", "CreateStateMachine",
            new()
            {
                ["name"] = $"machine-{Guid.NewGuid():N}",
                ["roleArn"] = $"arn:aws:iam::{EmulatorFixture.Account}:role/unknown",
                ["definition"] = """{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":300,"End":true}}}""",
            },
            TimeSpan.FromSeconds(20), Cancel);
        var engine = new StepFunctionsEngine(aws, (string)machine.Output["stateMachineArn"]!, target);

        Assert.Null(await engine.DescribeAsync("ex_1.1", Cancel));
        await engine.StartAsync("ex_1.1", new JsonObject { ["executionId"] = "ex_1" }, Cancel);
        await engine.StartAsync("ex_1.1", new JsonObject { ["executionId"] = "ex_1" }, Cancel);
        await engine.SendTaskSuccessAsync(new string('t', 40), new JsonObject(), Cancel);

        Assert.Equal(RunStatus.Running, await engine.DescribeAsync("ex_1.1", Cancel));
    }
}
