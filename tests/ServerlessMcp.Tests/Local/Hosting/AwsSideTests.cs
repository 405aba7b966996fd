using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Hosting;

namespace ServerlessMcp.Tests.Local.Hosting;

public sealed class AwsSideTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_banner_names_account_ARN_and_region_and_that_changes_are_off()
    {
        var settings = new SettingsReader(_ => null, "/").Read(new Dictionary<string, string> { ["--region"] = "eu-west-1", ["--aws"] = "true" });

        var identity = await AccountIdentity.AskAsync(new Identity("arn:aws:sts::111122223333:assumed-role/dev/me"), "eu-west-1", Cancelled);

        Assert.Equal(
            "AWS account 111122223333 as arn:aws:sts::111122223333:assumed-role/dev/me in eu-west-1; changes: OFF (plans and previews only)",
            identity.Banner(settings, BuiltInPolicy.Source.Read()));
    }

    [Fact]
    public async Task Root_credentials_are_refused()
    {
        var refused = await Assert.ThrowsAsync<CallerException>(() => AccountIdentity.AskAsync(new Identity("arn:aws:iam::111122223333:root"), "eu-west-1", Cancelled));

        Assert.Equal("root_refused", refused.Code);
    }

    [Fact]
    public async Task Credentials_that_AWS_does_not_answer_for_are_a_sentence()
    {
        var refused = await Assert.ThrowsAsync<CallerException>(() => AccountIdentity.AskAsync(new Identity(null), "eu-west-1", Cancelled));

        Assert.Equal("account_unknown", refused.Code);
        Assert.Contains("NoCredentials", refused.Quoted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_worker_of_a_read_only_server_can_change_nothing()
    {
        var api = new RefusingStepApi();

        var call = await api.CallAsync(null!, null!, null, TimeSpan.FromSeconds(1), Cancelled);
        var look = await api.LookAsync(null!, null!, null!, TimeSpan.FromSeconds(1), Cancelled);

        Assert.Equal("ChangesOff", Assert.IsType<CallOutcome.Refused>(call).Code);
        Assert.Equal("ChangesOff", Assert.IsType<WaitOutcome.Failed>(look).Code);
    }

    private sealed class Identity(string? arn) : IAwsReads
    {
        public Task<AwsResult> ReadAsync(AwsTarget target, string service, string operation, JsonObject parameters, CancellationToken cancellationToken) =>
            arn is null
                ? throw new AwsCallException(AwsFailure.Unreachable, "NoCredentials", "none", 0, null, false)
                : Task.FromResult(new AwsResult(new() { ["Account"] = "111122223333", ["Arn"] = arn }, "r", 1));

        public IAsyncEnumerable<AwsResult> PagesAsync(
            AwsTarget target, string service, string operation, JsonObject parameters, int maxPages, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
