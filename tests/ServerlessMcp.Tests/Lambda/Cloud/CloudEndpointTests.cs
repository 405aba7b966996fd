using System.Text;
using ServerlessMcp.Tests.Integration;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Lambda.Cloud;

/// <summary>The same promises, kept by the program as Lambda would run it.</summary>
[Collection(WithProgramEmulator.Name)]
public sealed class CloudEndpointTests(CloudRig rig) : EndpointContract, IClassFixture<CloudRig>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"verb":"next"}""", "UnknownEvent")]
    [InlineData("""{"Records":[]}""", "UnknownEvent")]
    [InlineData("no JSON", "UnknownEvent")]
    [InlineData("""{"verb":"next","executionId":"ex_none","run":1}""", "Lambda.Unknown")]
    public async Task A_worker_names_its_failures_as_the_machine_knows_them(string payload, string errorType)
    {
        var answer = await rig.Workers.InvokeAsync(Encoding.UTF8.GetBytes(payload), cancellationToken: Cancelled);

        Assert.Equal((true, errorType, errorType), (answer.IsError, answer.ErrorType, (string?)answer.Json["errorType"]));
    }

    [Theory]
    [InlineData("""{"detail-type":"Scheduled Event","source":"aws.events","detail":{}}""", null)]
    [InlineData("""{"detail-type":"Step Functions Execution Status Change","detail":{"stateMachineArn":"arn:another","name":"ex_a.1","status":"FAILED"}}""", null)]
    [InlineData("""{"detail-type":"Step Functions Execution Status Change","detail":{"name":"ex_a.1","status":"NEW"}}""", "UnknownEvent")]
    [InlineData("""{"detail-type":"EC2 Instance State-change Notification","detail":{}}""", "UnknownEvent")]
    [InlineData("{}", "UnknownEvent")]
    public async Task A_reaper_takes_the_events_of_its_machine_and_of_its_schedule(string payload, string? errorType)
    {
        var answer = await rig.Reapers.InvokeAsync(Encoding.UTF8.GetBytes(payload), cancellationToken: Cancelled);

        Assert.Equal((errorType is not null, errorType), (answer.IsError, answer.ErrorType));
    }

    private protected override Task<EndpointUnderTest> OpenAsync(CancellationToken cancellationToken)
    {
        Assert.SkipUnless(IsSampled || Sweeps.AreFull, "Runs with SMCP_SWEEPS=full: one change stands for all.");
        return Task.FromResult(EndpointUnderTest.At(rig.Url));
    }

    private static bool IsSampled => TestContext.Current.TestMethod?.MethodName is
        nameof(A_change_is_planned_made_seen_and_taken_back)
        or nameof(A_worker_names_its_failures_as_the_machine_knows_them) or nameof(A_reaper_takes_the_events_of_its_machine_and_of_its_schedule);
}
