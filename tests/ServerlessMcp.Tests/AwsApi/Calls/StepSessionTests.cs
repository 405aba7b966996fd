using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;

namespace ServerlessMcp.Tests.AwsApi.Calls;

/// <summary>Calls in a session of the change role: what is asked of STS, how often, and what is said when it refuses.</summary>
public sealed class StepSessionTests
{
    private const string Secret = "not-for-the-log";
    private const string Role = "arn:aws:iam::111111111111:role/changes";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(9);
    private static readonly AwsCatalog Catalog = new();

    private static readonly AwsSession Session = new(
        "ex_abc.stop", """{"Version":"2012-10-17","Statement":[]}""", new Dictionary<string, string> { ["smcp:principal"] = "key_a", ["smcp:execution"] = "ex_abc" });

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-25T10:00:00Z", null));

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_session_is_asked_for_with_name_policy_tags_and_the_shortest_life_and_the_call_is_signed_with_its_keys()
    {
        await using var endpoint = new FakeEndpoint(n => n == 1 ? Keys("ASIA1", "2026-11-25T10:15:00Z") : FakeEndpoint.Caller);
        using var aws = Client(endpoint);

        await CallAsync(aws, Session);

        var (assumed, call) = (Form(endpoint.Requests.First().Body), endpoint.Requests.Last());
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["Action"] = "AssumeRole",
                ["Version"] = "2011-06-15",
                ["RoleArn"] = Role,
                ["RoleSessionName"] = "ex_abc.stop",
                ["DurationSeconds"] = "900",
                ["Policy"] = Session.Policy,
                ["Tags.member.1.Key"] = "smcp:principal",
                ["Tags.member.1.Value"] = "key_a",
                ["Tags.member.2.Key"] = "smcp:execution",
                ["Tags.member.2.Value"] = "ex_abc",
                ["ExternalId"] = Secret,
            },
            assumed);
        Assert.Matches("Credential=AKIASANDBOX/\\d{8}/eu-central-1/sts/", endpoint.Requests.First().Header("Authorization"));
        Assert.Matches("Credential=ASIA1/\\d{8}/eu-west-1/sts/", call.Header("Authorization"));
    }

    [Fact]
    public async Task A_target_is_changed_with_its_own_change_role_and_read_with_its_other_one()
    {
        await using var endpoint = new FakeEndpoint(n => n is 1 or 3 ? Keys($"ASIA{n}", "2026-11-25T11:00:00Z") : FakeEndpoint.Caller);
        using var aws = Client(endpoint);

        await aws.CallAsync(new("eu-west-1", "222222222222") { Session = Session }, "sts", "GetCallerIdentity", [], Patience, Ending);
        await aws.ReadAsync(new("eu-west-1", "222222222222") { Session = Session }, "sts", "GetCallerIdentity", [], Ending);

        Assert.Equal(
            ["arn:aws:iam::222222222222:role/write", "arn:aws:iam::222222222222:role/read"],
            endpoint.Requests.Select(request => Form(request.Body)).Where(form => form["Action"] == "AssumeRole").Select(form => form["RoleArn"]));
        Assert.Contains("Credential=ASIA3/", endpoint.Requests.Last().Header("Authorization"), StringComparison.Ordinal);
    }

    /// <summary>Such as of a plan that was made while the server had other credentials, or another target.</summary>
    [Fact]
    public async Task The_change_role_makes_no_changes_of_another_account_in_its_own()
    {
        await using var endpoint = new FakeEndpoint(_ => FakeEndpoint.Caller);
        using var aws = Client(endpoint);

        await aws.CallAsync(new("eu-west-1", "333333333333") { Session = Session }, "sts", "GetCallerIdentity", [], Patience, Ending);

        Assert.False(aws.HasSessions(new("eu-west-1", "333333333333")));
        Assert.True(aws.HasSessions(new("eu-west-1", "111111111111")));
        Assert.Contains("Credential=AKIASANDBOX/", Assert.Single(endpoint.Requests).Header("Authorization"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_change_role_the_servers_own_keys_sign()
    {
        await using var endpoint = new FakeEndpoint(_ => FakeEndpoint.Caller);
        using var aws = new AwsClient(Catalog, AwsClientOptions.Sandbox(endpoint.Address), _time);

        await CallAsync(aws, Session);

        Assert.False(aws.HasSessions(new("eu-west-1", "111111111111")));
        Assert.Contains("Credential=AKIASANDBOX/", Assert.Single(endpoint.Requests).Header("Authorization"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_kept_for_its_step_alone_until_three_minutes_before_its_end()
    {
        var asked = 0;
        FakeEndpoint? scripted = null;
        await using var endpoint = scripted = new FakeEndpoint(_ => scripted!.Requests.Last().Body.Contains("AssumeRole", StringComparison.Ordinal)
            ? Keys($"ASIA{++asked}", _time.GetUtcNow().AddMinutes(15).ToString("O"))
            : FakeEndpoint.Caller);
        using var aws = Client(endpoint);

        await CallAsync(aws, Session);
        await CallAsync(aws, Session with { Name = "ex_abc.start" });
        _time.Advance(TimeSpan.FromMinutes(11.9));
        await CallAsync(aws, Session);
        _time.Advance(TimeSpan.FromMinutes(0.2));
        await CallAsync(aws, Session);
        await CallAsync(aws, Session with { Policy = "{}" });

        Assert.Equal(["ASIA1", "ASIA2", "ASIA1", "ASIA3", "ASIA4"], Signers(endpoint).Where(key => key.StartsWith("ASIA", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Many_calls_of_a_step_at_once_ask_for_its_session_once()
    {
        await using var endpoint = new FakeEndpoint(n => n == 1 ? Keys("ASIA1", "2026-11-25T10:15:00Z") : FakeEndpoint.Caller);
        using var aws = Client(endpoint);

        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => CallAsync(aws, Session)));

        Assert.Equal(1, endpoint.Requests.Count(request => request.Body.Contains("AssumeRole", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_session_that_ends_in_the_middle_of_a_poll_is_asked_for_anew_at_the_next_look()
    {
        var expired = new EndpointAct.Answer(403, """
            <ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error><RequestId>r</RequestId></ErrorResponse>
            """);
        await using var endpoint = new FakeEndpoint(n => n switch
        {
            1 => Keys("ASIA1", "2026-11-25T10:15:00Z"),
            3 => expired,
            4 => Keys("ASIA2", "2026-11-25T10:15:00Z"),
            _ => FakeEndpoint.Caller,
        });
        using var aws = Client(endpoint);

        await CallAsync(aws, Session);
        var ended = await Assert.ThrowsAsync<AwsCallException>(() => CallAsync(aws, Session));
        await CallAsync(aws, Session);

        Assert.Equal((AwsFailure.Unreachable, AwsErrorClass.Credentials, false), (ended.Failure, ended.Class, ended.MayHaveTakenEffect));
        Assert.Equal(["AKIASANDBOX", "ASIA1", "ASIA1", "AKIASANDBOX", "ASIA2"], Signers(endpoint));
    }

    [Fact]
    public async Task A_trust_policy_without_tags_is_a_permission_refusal_that_names_the_statement_to_add()
    {
        await using var endpoint = new FakeEndpoint(_ => Refused(
            "AccessDenied", $"User: arn:aws:sts::111111111111:assumed-role/server/me is not authorized to perform: sts:TagSession on resource: {Role} {Secret}"));
        using var aws = Client(endpoint);

        var refused = await Assert.ThrowsAsync<AwsCallException>(() => CallAsync(aws, Session));

        Assert.Equal(
            (AwsSession.RefusedCode, AwsFailure.Refused, AwsErrorClass.Permission, false), (refused.Code, refused.Failure, refused.Class, refused.MayHaveTakenEffect));
        Assert.Contains(
            """{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/server"},"Action":["sts:AssumeRole","sts:TagSession"]}""",
            refused.AwsMessage, StringComparison.Ordinal);
        Assert.Contains("add sts:TagSession to the role's trust policy", refused.AwsMessage, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refused.Message, StringComparison.Ordinal);
        Assert.Single(endpoint.Requests);
    }

    [Theory]
    [InlineData("AccessDenied", "not authorized to perform: sts:AssumeRole", "Check that the role exists")]
    [InlineData("PackedPolicyTooLarge", "Packed policy consumes 104% of allotted space", "more than a session can carry")]
    [InlineData("MalformedPolicyDocument", "Syntax errors in policy.", "report it with the plan")]
    public async Task What_STS_refuses_says_what_to_look_at(string code, string message, string advice)
    {
        await using var endpoint = new FakeEndpoint(_ => Refused(code, message));
        using var aws = Client(endpoint);

        var refused = await Assert.ThrowsAsync<AwsCallException>(() => CallAsync(aws, Session));

        Assert.Equal((AwsSession.RefusedCode, AwsErrorClass.Permission), (refused.Code, refused.Class));
        Assert.StartsWith($"STS gave no session 'ex_abc.stop' of {Role}: {code}: ", refused.AwsMessage, StringComparison.Ordinal);
        Assert.Contains(advice, refused.AwsMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_STS_does_not_answer_the_call_surely_had_no_effect()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Drop());
        using var aws = Client(endpoint);

        var lost = await Assert.ThrowsAsync<AwsCallException>(() => CallAsync(aws, Session));

        Assert.Equal((AwsFailure.Unreachable, "ConnectionLost", false), (lost.Failure, lost.Code, lost.MayHaveTakenEffect));
    }

    [Fact]
    public void The_text_of_a_change_role_is_without_its_external_id() => Assert.Equal(Role, new ChangeRole(Role, Secret).ToString());

    private static Task<AwsResult> CallAsync(AwsClient aws, AwsSession session) =>
        aws.CallAsync(new("eu-west-1", "111111111111") { Session = session }, "sts", "GetCallerIdentity", [], Patience, Ending);

    private AwsClient Client(FakeEndpoint endpoint) => new(
        Catalog,
        AwsClientOptions.Sandbox(endpoint.Address) with
        {
            ChangeRole = new(Role, Secret),
            Targets = [new("prod", "222222222222", "arn:aws:iam::222222222222:role/read", null, []) { ChangeRoleArn = "arn:aws:iam::222222222222:role/write" }],
            TargetRegion = "eu-central-1",
        },
        _time);

    private static IEnumerable<string> Signers(FakeEndpoint endpoint) =>
        endpoint.Requests.Select(request => request.Header("Authorization")!.Split("Credential=")[1].Split('/')[0]);

    private static Dictionary<string, string> Form(string body) => body.Split('&').Select(pair => pair.Split('='))
        .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1].Replace('+', ' ')));

    private static EndpointAct.Answer Refused(string code, string message) => new(400, $"""
        <ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>
        """);

    private static EndpointAct.Answer Keys(string key, string until) => new(200, $"""
        <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
        <SessionToken>token</SessionToken><Expiration>{until}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
        """);
}
