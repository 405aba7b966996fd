using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;

namespace ServerlessMcp.Tests.AwsApi.Calls;

/// <summary>What goes over the wire and what each failure there becomes, against a server that fails in every way.</summary>
public sealed class AwsClientWireTests
{
    private static readonly AwsTarget Target = new("eu-west-1");
    private static readonly AwsCatalog Catalog = new();

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_signed_for_its_service_and_region()
    {
        await using var endpoint = new FakeEndpoint(_ => FakeEndpoint.Caller);
        using var aws = Client(endpoint);

        var who = await aws.ReadAsync(Target, "sts", "GetCallerIdentity", [], Ending);

        var request = Assert.Single(endpoint.Requests);
        Assert.Equal(("123456789012", "req-1", 1), ((string?)who.Output["Account"], who.RequestId, who.Attempts));
        Assert.StartsWith("POST / HTTP/1.1", request.Head, StringComparison.Ordinal);
        Assert.Equal("Action=GetCallerIdentity&Version=2011-06-15", request.Body);
        Assert.Matches("^AWS4-HMAC-SHA256 Credential=AKIASANDBOX/\\d{8}/eu-west-1/sts/aws4_request, SignedHeaders=.*host.*, Signature=[0-9a-f]{64}$", request.Header("Authorization"));
    }

    [Theory]
    [InlineData(503, "ServiceUnavailable")]
    [InlineData(500, "InternalFailure")]
    [InlineData(400, "Throttling")]
    public async Task A_read_is_tried_three_times(int status, string code)
    {
        await using var endpoint = new FakeEndpoint(n => n < 3 ? Error(status, code) : FakeEndpoint.Caller);
        using var aws = Client(endpoint);

        var who = await aws.ReadAsync(Target, "sts", "GetCallerIdentity", [], Ending);

        Assert.Equal((3, 3), (who.Attempts, endpoint.Requests.Count));
    }

    [Fact]
    public async Task A_read_that_loses_its_connection_is_tried_again()
    {
        await using var endpoint = new FakeEndpoint(n => n < 2 ? new EndpointAct.Drop() : FakeEndpoint.Caller);
        using var aws = Client(endpoint);

        await aws.ReadAsync(Target, "sts", "GetCallerIdentity", [], Ending);

        Assert.Equal(2, endpoint.Requests.Count);
    }

    [Fact]
    public async Task A_read_gives_up_after_three_lost_connections()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Drop());
        using var aws = Client(endpoint);

        var error = await Assert.ThrowsAsync<AwsCallException>(() => aws.ReadAsync(Target, "sts", "GetCallerIdentity", [], Ending));

        Assert.Equal((AwsFailure.Unreachable, "ConnectionLost"), (error.Failure, error.Code));
        Assert.Equal(3, endpoint.Requests.Count);
    }

    [Theory]
    [InlineData(503, "ServiceUnavailable", AwsFailure.Busy, true)]
    [InlineData(500, "InternalFailure", AwsFailure.Busy, true)]
    [InlineData(503, "SlowDown", AwsFailure.Busy, false)]
    [InlineData(400, "Throttling", AwsFailure.Busy, false)]
    [InlineData(400, "RequestLimitExceeded", AwsFailure.Busy, false)]
    [InlineData(429, "Whatever", AwsFailure.Busy, false)]
    [InlineData(403, "AccessDenied", AwsFailure.Refused, false)]
    [InlineData(400, "ValidationError", AwsFailure.Refused, false)]
    [InlineData(409, "Conflict", AwsFailure.Refused, false)]
    [InlineData(403, "ExpiredToken", AwsFailure.Unreachable, false)]
    public async Task A_change_is_tried_once_and_its_error_is_sorted(int status, string code, AwsFailure failure, bool mayHaveTakenEffect)
    {
        await using var endpoint = new FakeEndpoint(_ => Error(status, code));
        using var aws = Client(endpoint);

        var error = await Assert.ThrowsAsync<AwsCallException>(() => ChangeAsync(aws));

        Assert.Equal((failure, code, mayHaveTakenEffect), (error.Failure, error.Code, error.MayHaveTakenEffect));
        Assert.Equal((status, "said so", "req-2"), (error.StatusCode, error.AwsMessage, error.RequestId));
        Assert.Single(endpoint.Requests);
    }

    [Fact]
    public async Task A_read_shows_nothing_that_is_sensitive_in_the_answer()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(
            200, """{"Parameter":{"Name":"/a","Type":"SecureString","Value":"AQICAH","Version":3}}""", "content-type: application/x-amz-json-1.1\r\n"));
        using var aws = Client(endpoint);
        var parameters = new JsonObject { ["Name"] = "/a" };

        var read = await aws.ReadAsync(Target, "ssm", "GetParameter", parameters, Ending);
        var page = await aws.PagesAsync(Target, "ssm", "GetParameter", parameters, 1, Ending).FirstAsync(Ending);
        var whole = await aws.CallAsync(Target, "ssm", "GetParameter", parameters, TimeSpan.FromSeconds(20), Ending);

        Assert.Equal("(sensitive)", (string?)read.Output["Parameter"]!["Value"]);
        Assert.Equal("(sensitive)", (string?)page.Output["Parameter"]!["Value"]);
        Assert.Equal("AQICAH", (string?)whole.Output["Parameter"]!["Value"]);
    }

    [Fact]
    public async Task A_change_whose_answer_is_lost_may_have_taken_effect()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Drop());
        using var aws = Client(endpoint);

        var error = await Assert.ThrowsAsync<AwsCallException>(() => ChangeAsync(aws));

        Assert.Equal((AwsFailure.Unreachable, "ConnectionLost", true), (error.Failure, error.Code, error.MayHaveTakenEffect));
        Assert.Single(endpoint.Requests);
    }

    [Fact]
    public async Task A_change_whose_answer_breaks_off_may_have_taken_effect()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.DropInBody());
        using var aws = Client(endpoint);

        var error = await Assert.ThrowsAsync<AwsCallException>(() => ChangeAsync(aws));

        Assert.Equal((AwsFailure.Unreachable, "ConnectionLost", true), (error.Failure, error.Code, error.MayHaveTakenEffect));
        Assert.Single(endpoint.Requests);
    }

    /// <summary>On a pooled connection the platform itself would send a request without a body a second time.</summary>
    [Fact]
    public async Task A_change_without_a_body_is_not_sent_again_on_a_connection_that_the_server_has_closed()
    {
        await using var endpoint = new FakeEndpoint(n => n == 1 ? new EndpointAct.Answer(204, "") : new EndpointAct.Drop());
        using var aws = Client(endpoint);
        var bucket = new JsonObject { ["Bucket"] = "some-bucket" };

        await aws.CallAsync(Target, "s3", "DeleteBucket", bucket, TimeSpan.FromSeconds(20), Ending);
        var error = await Assert.ThrowsAsync<AwsCallException>(
            () => aws.CallAsync(Target, "s3", "DeleteBucket", bucket, TimeSpan.FromSeconds(20), Ending));

        Assert.Equal(("ConnectionLost", true), (error.Code, error.MayHaveTakenEffect));
        Assert.Equal((2, 2), (endpoint.Requests.Count, endpoint.Connections));
    }

    [Fact]
    public async Task A_change_without_an_answer_in_time_may_have_taken_effect()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Silence());
        using var aws = Client(endpoint);

        var change = ChangeAsync(aws);
        await endpoint.Reached.Task.WaitAsync(Ending);
        _time.Advance(TimeSpan.FromSeconds(20));
        var error = await Assert.ThrowsAsync<AwsCallException>(() => change);

        Assert.Equal((AwsFailure.Unreachable, "Timeout", true), (error.Failure, error.Code, error.MayHaveTakenEffect));
        Assert.Equal("There was no answer within 20 s.", error.AwsMessage);
    }

    [Fact]
    public async Task A_change_that_never_connected_surely_had_no_effect()
    {
        using var aws = new AwsClient(Catalog, AwsClientOptions.Sandbox(new($"http://127.0.0.1:{ClosedPort()}")), _time);

        var error = await Assert.ThrowsAsync<AwsCallException>(() => ChangeAsync(aws));

        Assert.Equal((AwsFailure.Unreachable, "ConnectionFailed", false), (error.Failure, error.Code, error.MayHaveTakenEffect));
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled_and_no_failure_of_aws()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Silence());
        using var aws = Client(endpoint);
        using var cancel = new CancellationTokenSource();

        var change = aws.CallAsync(Target, "sts", "GetCallerIdentity", [], TimeSpan.FromSeconds(20), cancel.Token);
        await endpoint.Reached.Task.WaitAsync(Ending);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => change);
    }

    [Fact]
    public async Task An_answer_that_is_not_in_the_protocol_may_hide_an_effect()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(200, "hello"));
        using var aws = Client(endpoint);

        var error = await Assert.ThrowsAsync<AwsCallException>(() => ChangeAsync(aws));

        Assert.Equal((AwsFailure.Unreachable, "UnreadableAnswer", true), (error.Failure, error.Code, error.MayHaveTakenEffect));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    public async Task A_web_page_from_an_endpoint_that_is_not_awss_is_a_refusal(int status)
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(status, "<!doctype html>\n<title>no</title>", "Content-Type: text/html\r\n"));
        using var aws = Client(endpoint);

        var error = await Assert.ThrowsAsync<AwsCallException>(() => aws.ReadAsync(Target, "sts", "GetCallerIdentity", [], Ending));

        Assert.Equal((AwsFailure.Refused, "NotImplemented"), (error.Failure, error.Code));
        Assert.Single(endpoint.Requests);
    }

    [Fact]
    public async Task An_error_inside_an_answer_of_200_is_an_error()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(200, "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code></Error>"));
        using var aws = Client(endpoint);
        var copy = new JsonObject { ["Bucket"] = "some-bucket", ["Key"] = "k", ["CopySource"] = "b/k" };

        var error = await Assert.ThrowsAsync<AwsCallException>(
            () => aws.CallAsync(Target, "s3", "CopyObject", copy, TimeSpan.FromSeconds(20), Ending));

        Assert.Equal((AwsFailure.Busy, "InternalError", true), (error.Failure, error.Code, error.MayHaveTakenEffect));
    }

    [Theory]
    [InlineData("ec2", "StopInstances", """{"InstanceIds":["i-1"]}""", "not_a_read")]
    [InlineData("s3", "CopyObject", """{"Bucket":"b","Key":"k","CopySource":"b/k"}""", "not_a_read")]
    [InlineData("sts", "GetSessionToken", "{}", "sensitive_read")]
    [InlineData("ssm", "GetParameter", """{"Name":"/a","WithDecryption":true}""", "sensitive_read")]
    [InlineData("sts", "GetCallerIdentity", """{"x":1}""", "invalid_parameters")]
    [InlineData("sts", "GetCallerIdentty", "{}", "unknown_operation")]
    [InlineData("stz", "GetCallerIdentity", "{}", "unknown_service")]
    public async Task What_is_no_harmless_read_is_refused_before_anything_is_sent(string service, string operation, string parameters, string code)
    {
        await using var endpoint = new FakeEndpoint(_ => FakeEndpoint.Caller);
        using var aws = Client(endpoint);

        var refusal = await Assert.ThrowsAsync<AwsInputException>(
            () => aws.ReadAsync(Target, service, operation, JsonNode.Parse(parameters)!.AsObject(), Ending));

        Assert.Equal(code, refusal.Code);
        Assert.NotEmpty(refusal.Problems);
        Assert.Equal(0, endpoint.Connections);
    }

    [Fact]
    public async Task An_idempotency_token_is_sent_as_given_and_never_made_up()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(200, "<R/>"));
        using var aws = Client(endpoint);
        await aws.CallAsync(Target, "ec2", "CreateVolume", new() { ["AvailabilityZone"] = "a", ["Size"] = 1 }, TimeSpan.FromSeconds(20), Ending);
        await aws.CallAsync(Target, "ec2", "CreateVolume", new() { ["Size"] = 1, ["ClientToken"] = "mine" }, TimeSpan.FromSeconds(20), Ending);

        Assert.Equal([false, true], endpoint.Requests.Select(request => request.Body.Contains("ClientToken=mine", StringComparison.Ordinal)));
        Assert.DoesNotContain("ClientToken", endpoint.Requests.First().Body, StringComparison.Ordinal);
    }

    private static EndpointAct.Answer Error(int status, string code) => new(
        status,
        $"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>said so</Message></Error><RequestId>x</RequestId></ErrorResponse>",
        "x-amzn-RequestId: req-2\r\n");

    private static Task<AwsResult> ChangeAsync(AwsClient aws) => aws.CallAsync(
        Target, "sts", "AssumeRole", new() { ["RoleArn"] = "arn:aws:iam::1:role/r", ["RoleSessionName"] = "s" }, TimeSpan.FromSeconds(20), Ending);

    private static int ClosedPort()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return port;
    }

    private AwsClient Client(FakeEndpoint endpoint) => new(Catalog, AwsClientOptions.Sandbox(endpoint.Address), _time);
}
