using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.AwsApi.Calls;

/// <summary>Which settings of the user's machine reach a client: all of an open one, none of a sealed one.</summary>
public sealed class HostileEnvironmentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("hostile")]
    [InlineData("there-is-no-such-profile")]
    public async Task Nothing_leaves_the_sealed_sandbox_whatever_the_environment_says(string profile)
    {
        await using var sandbox = new FakeEndpoint(_ => FakeEndpoint.Caller);
        await using var decoy = new FakeEndpoint(_ => FakeEndpoint.Caller);

        var said = await EnvironmentProbe.RunAsync($"sealed {sandbox.Address}", Hostile(decoy.Address, profile));

        Assert.Equal(0, decoy.Connections);
        Assert.Equal(8, said.Count);
        Assert.All(sandbox.Requests, request =>
            Assert.Matches("Credential=AKIASANDBOX/\\d{8}/eu-west-1/", request.Header("Authorization")));
        Assert.All(sandbox.Requests, request => Assert.Null(request.Header("X-Amz-Security-Token")));
        Assert.Equal(
            ["dynamodb", "ec2", "iam", "s3", "sns", "sqs", "ssm", "sts"],
            sandbox.Requests.Select(request => request.Header("Authorization")!.Split('/')[3]).Distinct().Order());
    }

    /// <summary>The control: the same environment does lead an open client to the decoy, with the environment's key.</summary>
    [Fact]
    public async Task The_same_environment_does_lead_an_open_client_away()
    {
        await using var decoy = new FakeEndpoint(_ => FakeEndpoint.Caller);
        var environment = Hostile(decoy.Address, "hostile");
        environment.Remove("AWS_USE_FIPS_ENDPOINT");
        environment.Remove("AWS_USE_DUALSTACK_ENDPOINT");

        var said = await EnvironmentProbe.RunAsync("open", environment);

        Assert.Contains("sts ok", said);
        Assert.All(decoy.Requests, request => Assert.Contains("Credential=AKIAHOSTILE/", request.Header("Authorization"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_profile_with_a_role_is_assumed_with_the_keys_of_its_source()
    {
        await using var endpoint = new FakeEndpoint(n => n == 1 ? AssumedRole : FakeEndpoint.Caller);
        var config = _folder.File("config");
        await File.WriteAllTextAsync(config, """
            [profile base]
            aws_access_key_id = AKIABASE
            aws_secret_access_key = secret
            [profile ops]
            role_arn = arn:aws:iam::222222222222:role/ops
            source_profile = base
            external_id = x1
            region = eu-central-1
            """, TestContext.Current.CancellationToken);
        var environment = new Dictionary<string, string>
        {
            ["AWS_CONFIG_FILE"] = config,
            ["AWS_SHARED_CREDENTIALS_FILE"] = _folder.File("none"),
            ["AWS_ENDPOINT_URL"] = endpoint.Address.ToString(),
        };

        var said = await EnvironmentProbe.RunAsync("profile ops", environment);

        var requests = endpoint.Requests.ToList();
        Assert.Equal("sts ok", said[0]);
        Assert.Contains("Action=AssumeRole", requests[0].Body, StringComparison.Ordinal);
        Assert.Contains("ExternalId=x1", requests[0].Body, StringComparison.Ordinal);
        Assert.Matches("Credential=AKIABASE/\\d{8}/eu-central-1/sts/", requests[0].Header("Authorization"));
        Assert.All(requests.Skip(1), request => Assert.Contains("Credential=ASIAROLE/", request.Header("Authorization"), StringComparison.Ordinal));
        Assert.All(requests.Skip(1), request => Assert.Equal("token", request.Header("X-Amz-Security-Token")));
    }

    [Theory]
    [InlineData("open", "NoCredentials: No AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")]
    [InlineData("profile nobody", "NoCredentials: There is no profile 'nobody'; known: loop, sso.")]
    [InlineData("profile loop", "NoCredentials: The profile 'loop' is its own source.")]
    [InlineData("profile sso", "NoCredentials: The profile 'sso' signs in through IAM Identity Center, and its token is not there: run `aws sso login --profile sso`")]
    public async Task Without_credentials_the_message_says_what_to_type(string mode, string expected)
    {
        var config = _folder.File("config");
        await File.WriteAllTextAsync(config, """
            [profile loop]
            role_arn = arn:aws:iam::222222222222:role/ops
            source_profile = loop
            [profile sso]
            sso_start_url = https://example.awsapps.com/start
            sso_region = eu-west-1
            sso_account_id = 111122223333
            sso_role_name = ops
            """, TestContext.Current.CancellationToken);
        var environment = new Dictionary<string, string>
        {
            ["AWS_CONFIG_FILE"] = config,
            ["AWS_SHARED_CREDENTIALS_FILE"] = _folder.File("none"),
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["HOME"] = _folder.Path,
        };

        var said = await EnvironmentProbe.RunAsync(mode, environment);

        Assert.All(said, line => Assert.StartsWith(expected, line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal));
    }

    /// <summary>Both forms of a profile.</summary>
    [Theory]
    [InlineData("older", null, "is not there: run `aws sso login --profile older`, then `eval")]
    [InlineData("newer", null, "is not there: run `aws sso login --profile newer`, then `eval")]
    [InlineData("older", "2020-01-01T10:30:00Z", "expired at 2020-01-01 10:30 UTC: run `aws sso login --profile older`, then `eval")]
    [InlineData("newer", "2020-01-01T10:30:00Z", "expired at 2020-01-01 10:30 UTC: run `aws sso login --profile newer`, then `eval")]
    [InlineData("older", "2999-01-01T00:00:00Z", "is good, but its keys must be handed to this server: run `eval")]
    [InlineData("newer", "2999-01-01T00:00:00Z", "is good, but its keys must be handed to this server: run `eval")]
    [InlineData("newer", "soon", "cannot be read: run `aws sso login --profile newer`")]
    public async Task A_profile_that_signs_in_says_what_its_token_is_and_what_to_type(string profile, string? expiresAt, string expected)
    {
        var config = _folder.File("config");
        await File.WriteAllTextAsync(config, """
            [profile older]
            sso_start_url = https://example.awsapps.com/start
            sso_region = eu-west-1
            sso_account_id = 111122223333
            sso_role_name = ops
            [profile newer]
            sso_session = corp
            sso_account_id = 111122223333
            sso_role_name = ops
            [sso-session corp]
            sso_start_url = https://example.awsapps.com/start
            sso_region = eu-west-1
            """, TestContext.Current.CancellationToken);
        if (expiresAt is not null)
        {
            // The names are what sha1sum says of "https://example.awsapps.com/start" and of "corp".
            var cache = Directory.CreateDirectory(Path.Combine(_folder.Path, ".aws", "sso", "cache")).FullName;
            var name = profile == "older" ? "e8be5486177c5b5392bd9aa76563515b29358e6e" : "ee0bfd2552fbd840c02cc48b6e823320543c450f";
            await File.WriteAllTextAsync(
                Path.Combine(cache, name + ".json"), $$"""{"accessToken":"very-secret","expiresAt":"{{expiresAt}}"}""", TestContext.Current.CancellationToken);
        }

        var said = await EnvironmentProbe.RunAsync($"profile {profile}", new Dictionary<string, string>
        {
            ["AWS_CONFIG_FILE"] = config,
            ["AWS_SHARED_CREDENTIALS_FILE"] = _folder.File("none"),
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["HOME"] = _folder.Path,
        });

        Assert.StartsWith($"sts NoCredentials: The profile '{profile}' signs in through IAM Identity Center, and its token {expected}", said[0], StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", string.Join('\n', said), StringComparison.Ordinal);
    }

    private static EndpointAct.Answer AssumedRole { get; } = new(200, """
        <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
        <SessionToken>token</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
        """);

    /// <summary>The proxy is ours, so that nothing leaves this machine; a real one sees an encrypted connection to AWS.</summary>
    [Fact]
    public async Task Where_an_own_account_is_changed_no_variable_and_no_file_says_where_a_call_goes()
    {
        await using var decoy = new FakeEndpoint(_ => new EndpointAct.Drop());
        var environment = Hostile(decoy.Address, "default");
        environment.Remove("AWS_USE_FIPS_ENDPOINT");
        environment.Remove("AWS_USE_DUALSTACK_ENDPOINT");

        var said = await EnvironmentProbe.RunAsync("changes", environment);

        Assert.StartsWith("sts Connection", said[0], StringComparison.Ordinal);
        Assert.NotEmpty(decoy.Requests);
        Assert.All(decoy.Requests, request => Assert.StartsWith("CONNECT sts.eu-west-1.amazonaws.com:443 ", request.Head, StringComparison.Ordinal));
    }

    private Dictionary<string, string> Hostile(Uri decoy, string profile)
    {
        var address = decoy.ToString().TrimEnd('/');
        var config = _folder.File("config");
        File.WriteAllText(config, $"""
            [default]
            endpoint_url = {address}
            region = us-east-2
            [profile hostile]
            endpoint_url = {address}
            region = us-east-2
            services = decoys
            aws_access_key_id = AKIAHOSTILE
            aws_secret_access_key = hostile
            aws_session_token = hostile
            use_fips_endpoint = true
            [services decoys]
            sts =
              endpoint_url = {address}
            ec2 =
              endpoint_url = {address}
            """);
        File.WriteAllText(_folder.File("token"), "token");
        var environment = new Dictionary<string, string>
        {
            ["AWS_CONFIG_FILE"] = config,
            ["AWS_SHARED_CREDENTIALS_FILE"] = config,
            ["AWS_PROFILE"] = profile,
            ["AWS_ACCESS_KEY_ID"] = "AKIAHOSTILE",
            ["AWS_SECRET_ACCESS_KEY"] = "hostile",
            ["AWS_SESSION_TOKEN"] = "hostile",
            ["AWS_REGION"] = "us-east-2",
            ["AWS_DEFAULT_REGION"] = "us-east-2",
            ["AWS_ENDPOINT_URL"] = address,
            ["AWS_MAX_ATTEMPTS"] = "9",
            ["AWS_RETRY_MODE"] = "adaptive",
            ["AWS_DEFAULTS_MODE"] = "auto",
            ["AWS_USE_FIPS_ENDPOINT"] = "true",
            ["AWS_USE_DUALSTACK_ENDPOINT"] = "true",
            ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "false",
            ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = address,
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = address + "/credentials",
            ["AWS_ROLE_ARN"] = "arn:aws:iam::222222222222:role/hostile",
            ["AWS_WEB_IDENTITY_TOKEN_FILE"] = _folder.File("token"),
        };
        foreach (var service in (string[])["STS", "EC2", "IAM", "S3", "SNS", "SQS", "SSM", "DYNAMODB"])
        {
            environment["AWS_ENDPOINT_URL_" + service] = address;
        }

        foreach (var proxy in (string[])["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"])
        {
            environment[proxy] = address;
        }

        return environment;
    }
}
