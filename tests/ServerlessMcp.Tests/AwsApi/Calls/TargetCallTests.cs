using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;

namespace ServerlessMcp.Tests.AwsApi.Calls;

/// <summary>Calls in another account, by a role there: what is asked of STS, how often, and what is said when it refuses.</summary>
public sealed class TargetCallTests
{
    private const string Secret = "not-for-the-log";

    private static readonly AwsTarget Prod = new("eu-west-1", "222222222222");
    private static readonly AwsCatalog Catalog = new();

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-25T10:00:00Z", null));

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_role_is_assumed_with_the_servers_keys_and_the_call_is_signed_with_the_roles()
    {
        await using var endpoint = new FakeEndpoint(n => n == 1 ? Keys("ASIA1", "2026-11-25T11:00:00Z") : FakeEndpoint.Caller);
        using var aws = Client(endpoint);

        await aws.ReadAsync(Prod, "sts", "GetCallerIdentity", [], Ending);

        var (assumed, call) = (endpoint.Requests.First(), endpoint.Requests.Last());
        Assert.Equal(2, endpoint.Requests.Count);
        Assert.Contains("Action=AssumeRole&", assumed.Body, StringComparison.Ordinal);
        Assert.Contains("RoleArn=arn%3Aaws%3Aiam%3A%3A222222222222%3Arole%2Fops", assumed.Body, StringComparison.Ordinal);
        Assert.Contains("RoleSessionName=smcp-prod", assumed.Body, StringComparison.Ordinal);
        Assert.Contains($"ExternalId={Secret}", assumed.Body, StringComparison.Ordinal);
        Assert.Matches("Credential=AKIASANDBOX/\\d{8}/eu-central-1/sts/", assumed.Header("Authorization"));
        Assert.Matches("Credential=ASIA1/\\d{8}/eu-west-1/sts/", call.Header("Authorization"));
        Assert.Equal("token", call.Header("X-Amz-Security-Token"));
    }

    [Fact]
    public async Task Calls_without_an_account_and_in_no_targets_account_use_the_servers_own_keys()
    {
        await using var endpoint = new FakeEndpoint(_ => FakeEndpoint.Caller);
        using var aws = Client(endpoint);

        await aws.ReadAsync(new("eu-west-1"), "sts", "GetCallerIdentity", [], Ending);
        await aws.ReadAsync(new("eu-west-1", "123456789012"), "sts", "GetCallerIdentity", [], Ending);

        Assert.Equal(2, endpoint.Requests.Count);
        Assert.All(endpoint.Requests, request => Assert.Contains("Credential=AKIASANDBOX/", request.Header("Authorization"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_keys_are_kept_until_five_minutes_before_their_end()
    {
        await using var endpoint = new FakeEndpoint(n => n switch
        {
            1 => Keys("ASIA1", "2026-11-25T11:00:00Z"),
            4 => Keys("ASIA2", "2026-11-25T12:00:00Z"),
            _ => FakeEndpoint.Caller,
        });
        using var aws = Client(endpoint);

        await aws.ReadAsync(Prod, "sts", "GetCallerIdentity", [], Ending);
        _time.Advance(TimeSpan.FromMinutes(54));
        await aws.ReadAsync(Prod, "sts", "GetCallerIdentity", [], Ending);
        _time.Advance(TimeSpan.FromMinutes(2));
        await aws.ReadAsync(Prod, "sts", "GetCallerIdentity", [], Ending);

        var signers = endpoint.Requests.Select(request => request.Header("Authorization")!.Split("Credential=")[1].Split('/')[0]);
        Assert.Equal(["AKIASANDBOX", "ASIA1", "ASIA1", "AKIASANDBOX", "ASIA2"], signers);
    }

    [Fact]
    public async Task Many_calls_at_once_ask_for_the_keys_once()
    {
        var asked = 0;
        await using var endpoint = new FakeEndpoint(_ => Interlocked.Increment(ref asked) == 1 ? Keys("ASIA1", "2026-11-25T11:00:00Z") : FakeEndpoint.Caller);
        using var aws = Client(endpoint);

        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => aws.ReadAsync(Prod, "sts", "GetCallerIdentity", [], Ending)));

        Assert.Equal(1, endpoint.Requests.Count(request => request.Body.Contains("AssumeRole", StringComparison.Ordinal)));
        Assert.Equal(13, endpoint.Requests.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_role_that_is_not_given_says_which_target_and_what_to_check_and_not_the_external_id(bool isChange)
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(403, $"""
            <ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no to {Secret}</Message></Error><RequestId>r</RequestId></ErrorResponse>
            """));
        using var aws = Client(endpoint);

        var refused = await Assert.ThrowsAsync<AwsCallException>(() => isChange
            ? aws.CallAsync(Prod, "sns", "CreateTopic", new() { ["Name"] = "x" }, TimeSpan.FromSeconds(9), Ending)
            : aws.ReadAsync(Prod, "sts", "GetCallerIdentity", [], Ending));

        Assert.Equal(("RoleNotAssumed", AwsFailure.Unreachable, AwsErrorClass.Credentials, false), (refused.Code, refused.Failure, refused.Class, refused.MayHaveTakenEffect));
        Assert.StartsWith(
            "The target 'prod' cannot be called: sts:AssumeRole of arn:aws:iam::222222222222:role/ops answered AccessDenied: no to (external id)",
            refused.AwsMessage,
            StringComparison.Ordinal);
        Assert.Contains("trust policy", refused.AwsMessage, StringComparison.Ordinal);
        Assert.Contains("external_id is the one its trust policy asks for", refused.AwsMessage, StringComparison.Ordinal);
        Assert.Single(endpoint.Requests);
        Assert.DoesNotContain(Secret, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_whose_keys_did_not_come_in_time_surely_had_no_effect()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Silence());
        using var aws = new AwsClient(Catalog, Options(endpoint), TimeProvider.System);

        var late = await Assert.ThrowsAsync<AwsCallException>(
            () => aws.CallAsync(Prod, "sns", "CreateTopic", new() { ["Name"] = "x" }, TimeSpan.FromMilliseconds(300), Ending));

        Assert.Equal(("Timeout", AwsFailure.Unreachable, false), (late.Code, late.Failure, late.MayHaveTakenEffect));
    }

    [Fact]
    public void The_text_of_a_target_is_without_its_external_id() => Assert.Equal("prod (222222222222)", Options(null).Targets[0].ToString());

    private AwsClient Client(FakeEndpoint endpoint) => new(Catalog, Options(endpoint), _time);

    private static AwsClientOptions Options(FakeEndpoint? endpoint) => AwsClientOptions.Sandbox(endpoint?.Address ?? new("http://127.0.0.1:1")) with
    {
        Targets = [new("prod", "222222222222", "arn:aws:iam::222222222222:role/ops", Secret, [])],
        TargetRegion = "eu-central-1",
    };

    private static EndpointAct.Answer Keys(string key, string until) => new(200, $"""
        <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
        <SessionToken>token</SessionToken><Expiration>{until}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
        """);
}
