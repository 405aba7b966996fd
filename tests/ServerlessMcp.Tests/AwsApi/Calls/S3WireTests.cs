using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;

namespace ServerlessMcp.Tests.AwsApi.Calls;

/// <summary>S3 as its documentation says it answers, where the emulator does not: other Regions, late errors, checksums, long bodies.</summary>
public sealed class S3WireTests
{
    private const string Elsewhere = "x-amz-bucket-region: eu-central-1\r\n";
    private const string MalformedBody = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>wrong</Message><Region>eu-central-1</Region></Error>";

    private static readonly AwsTarget Target = new("eu-west-1");
    private static readonly AwsCatalog Catalog = new();

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GetBucketTagging", 301, "<Error><Code>PermanentRedirect</Code><Message>there</Message></Error>", Elsewhere)]
    [InlineData("GetBucketTagging", 400, MalformedBody, "")]
    [InlineData("HeadBucket", 301, "", Elsewhere)]
    [InlineData("HeadBucket", 400, "", Elsewhere)]
    [InlineData("GetBucketTagging", 307, "<Error><Code>TemporaryRedirect</Code></Error>", Elsewhere)]
    public async Task A_bucket_is_followed_to_its_region_once_and_found_there_from_then_on(string operation, int status, string body, string headers)
    {
        await using var endpoint = new FakeEndpoint(n => n == 1 ? new EndpointAct.Answer(status, body, headers) : new EndpointAct.Answer(200, ""));
        using var aws = Client(endpoint);

        await aws.ReadAsync(Target, "s3", operation, Bucket(), Ending);
        await aws.CallAsync(Target, "s3", "DeleteBucketTagging", Bucket(), TimeSpan.FromSeconds(20), Ending);

        Assert.Equal(["eu-west-1", "eu-central-1", "eu-central-1"], endpoint.Requests.Select(SigningRegion));
    }

    [Theory]
    [InlineData(301, "PermanentRedirect", "", AwsFailure.Refused)]
    [InlineData(301, "PermanentRedirect", "x-amz-bucket-region: cn-north-1\r\n", AwsFailure.Refused)]
    [InlineData(301, "PermanentRedirect", "x-amz-bucket-region: nowhere-1\r\n", AwsFailure.Refused)]
    [InlineData(301, "PermanentRedirect", "x-amz-bucket-region: eu-west-1\r\n", AwsFailure.Refused)]
    [InlineData(307, "TemporaryRedirect", "Location: http://127.0.0.1:9/elsewhere\r\n", AwsFailure.Busy)]
    [InlineData(403, "AccessDenied", Elsewhere, AwsFailure.Refused)]
    public async Task What_names_no_other_region_is_not_followed(int status, string code, string headers, AwsFailure failure)
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(status, $"<Error><Code>{code}</Code></Error>", headers));
        using var aws = Client(endpoint);

        var error = await Assert.ThrowsAsync<AwsCallException>(() => ChangeAsync(aws, "DeleteBucketTagging", Bucket()));

        Assert.Equal((failure, code, false), (error.Failure, error.Code, error.MayHaveTakenEffect));
        Assert.Single(endpoint.Requests);
    }

    [Fact]
    public async Task A_bucket_that_is_sent_on_and_on_is_followed_once()
    {
        await using var endpoint = new FakeEndpoint(n => new EndpointAct.Answer(
            301, "<Error><Code>PermanentRedirect</Code></Error>", $"x-amz-bucket-region: {(n % 2 == 1 ? "eu-central-1" : "eu-west-1")}\r\n"));
        using var aws = Client(endpoint);

        var error = await Assert.ThrowsAsync<AwsCallException>(() => ChangeAsync(aws, "DeleteBucketTagging", Bucket()));

        Assert.Equal("PermanentRedirect", error.Code);
        Assert.Equal(2, endpoint.Requests.Count);
    }

    [Fact]
    public async Task A_new_bucket_is_made_where_it_was_asked_for()
    {
        await using var endpoint = new FakeEndpoint(n => n == 1 ? new EndpointAct.Answer(301, "", Elsewhere) : new EndpointAct.Answer(200, ""));
        using var aws = Client(endpoint);

        await aws.ReadAsync(Target, "s3", "HeadBucket", Bucket(), Ending);
        await ChangeAsync(aws, "CreateBucket", Bucket());

        Assert.Equal("eu-west-1", SigningRegion(endpoint.Requests.Last()));
    }

    // The check values of the text "123456789" are those of the CRC catalogue: CBF43926 and E3069283.
    [Theory]
    [InlineData("PutObject", """{"Key":"k","Body":"MTIzNDU2Nzg5"}""", "x-amz-checksum-crc32", "y/Q5Jg==")]
    [InlineData("PutObject", """{"Key":"k","Body":"MTIzNDU2Nzg5","ChecksumAlgorithm":"CRC32C"}""", "x-amz-checksum-crc32c", "4waSgw==")]
    [InlineData("PutObject", """{"Key":"k","Body":"MTIzNDU2Nzg5","ChecksumAlgorithm":"SHA256"}""", "x-amz-checksum-sha256",
        "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=")]
    [InlineData("PutObject", """{"Key":"k","Body":"MTIzNDU2Nzg5","ContentMD5":"JfnnlDI7RTiF9RgfG2JNCw=="}""", "x-amz-checksum-crc32", null)]
    [InlineData("PutObject", """{"Key":"k","Body":"MTIzNDU2Nzg5","ChecksumSHA1":"98O8HYCOBHMqCFYTBUcrEgcyL2E="}""", "x-amz-checksum-crc32", null)]
    [InlineData("UploadPart", """{"Key":"k","UploadId":"u","PartNumber":1,"Body":"MTIzNDU2Nzg5"}""", "x-amz-checksum-crc32", null)]
    [InlineData("UploadPart", """{"Key":"k","UploadId":"u","PartNumber":1,"Body":"MTIzNDU2Nzg5","ChecksumAlgorithm":"CRC32"}""", "x-amz-checksum-crc32",
        "y/Q5Jg==")]
    public async Task A_body_goes_with_the_checksum_that_was_asked_for(string operation, string parameters, string header, string? value)
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(200, ""));
        using var aws = Client(endpoint);
        var all = JsonNode.Parse(parameters)!.AsObject();
        all["Bucket"] = "some-bucket";

        await ChangeAsync(aws, operation, all);

        Assert.Equal(value, Assert.Single(endpoint.Requests).Header(header));
    }

    [Fact]
    public async Task A_checksum_that_is_not_computed_here_is_refused_before_anything_is_sent()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(200, ""));
        using var aws = Client(endpoint);
        var parameters = new JsonObject { ["Bucket"] = "some-bucket", ["Key"] = "k", ["Body"] = "aGk=", ["ChecksumAlgorithm"] = "CRC64NVME" };

        var refusal = await Assert.ThrowsAsync<AwsInputException>(() => ChangeAsync(aws, "PutObject", parameters));

        Assert.Equal("$.ChecksumAlgorithm", Assert.Single(refusal.Problems).Path);
        Assert.Empty(endpoint.Requests);
    }

    [Theory]
    [InlineData("  \n\n<?xml version=\"1.0\"?>\n<Error><Code>SlowDown</Code></Error>", AwsFailure.Busy, "SlowDown")]
    [InlineData("<?xml version=\"1.0\"?>   \r\n<Error xmlns=\"\"><Code>AccessDenied</Code></Error>", AwsFailure.Refused, "AccessDenied")]
    [InlineData("   ", AwsFailure.Unreachable, "UnreadableAnswer")]
    [InlineData("", AwsFailure.Unreachable, "UnreadableAnswer")]
    public async Task An_answer_that_began_too_early_ends_as_it_says(string body, AwsFailure failure, string code)
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(200, body));
        using var aws = Client(endpoint);
        var copy = new JsonObject { ["Bucket"] = "some-bucket", ["Key"] = "k", ["CopySource"] = "b/k" };

        var error = await Assert.ThrowsAsync<AwsCallException>(() => ChangeAsync(aws, "CopyObject", copy));

        Assert.Equal((failure, code), (error.Failure, error.Code));
    }

    [Fact]
    public async Task White_space_before_a_result_is_no_error()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(
            200, "   \n<?xml version=\"1.0\"?><CopyObjectResult><ETag>\"e\"</ETag></CopyObjectResult>"));
        using var aws = Client(endpoint);

        var copied = await ChangeAsync(aws, "CopyObject", new() { ["Bucket"] = "some-bucket", ["Key"] = "k", ["CopySource"] = "b/k" });

        Assert.Equal("\"e\"", (string?)copied.Output["CopyObjectResult"]!["ETag"]);
    }

    [Fact]
    public async Task An_object_that_looks_like_an_error_is_an_object()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(200, "<Error><Code>SlowDown</Code></Error>"));
        using var aws = Client(endpoint);

        var read = await ChangeAsync(aws, "GetObject", Object());

        Assert.Equal("<Error><Code>SlowDown</Code></Error>", Encoding.UTF8.GetString(Convert.FromBase64String((string)read.Output["Body"]!)));
    }

    [Fact]
    public async Task A_batch_of_which_some_were_refused_is_a_refusal_that_may_have_taken_effect()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(
            200, "<DeleteResult><Deleted><Key>a</Key></Deleted><Error><Key>b</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>"));
        using var aws = Client(endpoint);
        var parameters = JsonNode.Parse("""{"Bucket":"some-bucket","Delete":{"Objects":[{"Key":"a"},{"Key":"b"}]}}""")!.AsObject();

        var error = await Assert.ThrowsAsync<AwsCallException>(() => ChangeAsync(aws, "DeleteObjects", parameters));

        Assert.Equal((AwsFailure.Refused, "PartialFailure", true), (error.Failure, error.Code, error.MayHaveTakenEffect));
        Assert.Equal("1 of the entries were refused, the others were carried out (b: AccessDenied no).", error.AwsMessage);
        Assert.NotNull(Assert.Single(endpoint.Requests).Header("x-amz-checksum-crc32"));
    }

    [Fact]
    public async Task An_answer_longer_than_is_read_is_an_error_and_not_asked_for_again()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(200, new string('x', 2000)));
        using var aws = Client(endpoint, maxAnswerBytes: 1000);

        var error = await Assert.ThrowsAsync<AwsCallException>(() => ChangeAsync(aws, "GetObject", Object()));

        Assert.Equal((AwsFailure.Refused, "AnswerTooLong"), (error.Failure, error.Code));
        Assert.Contains("Range", error.AwsMessage, StringComparison.Ordinal);
        Assert.Single(endpoint.Requests);
    }

    [Fact]
    public async Task The_length_of_an_object_that_is_only_looked_at_does_not_matter()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(200, "", Length: 5_000_000_000_000));
        using var aws = Client(endpoint, maxAnswerBytes: 1000);

        var head = await aws.ReadAsync(Target, "s3", "HeadObject", Object(), Ending);

        Assert.Equal(5_000_000_000_000, (long)head.Output["ContentLength"]!);
    }

    [Fact]
    public async Task The_deadline_holds_in_the_middle_of_an_answer()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.SilenceInBody());
        using var aws = Client(endpoint);

        var call = ChangeAsync(aws, "GetObject", Object());
        await endpoint.Reached.Task.WaitAsync(TimeSpan.FromSeconds(20), Ending);
        _time.Advance(TimeSpan.FromSeconds(21));
        var error = await Assert.ThrowsAsync<AwsCallException>(() => call.WaitAsync(TimeSpan.FromSeconds(20), Ending));

        Assert.Equal((AwsFailure.Unreachable, "Timeout", true), (error.Failure, error.Code, error.MayHaveTakenEffect));
    }

    [Theory]
    [InlineData("arn:aws:s3:eu-west-1:123456789012:accesspoint/p")]
    [InlineData("name--euw1-az1--x-s3")]
    public async Task A_bucket_with_endpoints_of_its_own_is_refused_before_anything_is_sent(string bucket)
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(200, ""));
        using var aws = Client(endpoint);

        var refusal = await Assert.ThrowsAsync<AwsInputException>(() => aws.ReadAsync(Target, "s3", "HeadBucket", new() { ["Bucket"] = bucket }, Ending));

        Assert.Equal("$.Bucket", Assert.Single(refusal.Problems).Path);
        Assert.Empty(endpoint.Requests);
    }

    [Fact]
    public async Task What_a_function_answers_is_its_payload_with_its_error()
    {
        await using var endpoint = new FakeEndpoint(_ => new EndpointAct.Answer(200, """{"errorMessage":"x"}""", "X-Amz-Function-Error: Unhandled\r\n"));
        using var aws = Client(endpoint);

        var answer = await aws.CallAsync(
            Target, "lambda", "Invoke", new() { ["FunctionName"] = "f", ["Payload"] = "e30=" }, TimeSpan.FromSeconds(20), Ending);

        Assert.Equal(
            ("Unhandled", 200, """{"errorMessage":"x"}"""),
            ((string?)answer.Output["FunctionError"], (int?)answer.Output["StatusCode"],
                Encoding.UTF8.GetString(Convert.FromBase64String((string)answer.Output["Payload"]!))));
    }

    private static JsonObject Bucket() => new() { ["Bucket"] = "some-bucket" };

    private static JsonObject Object() => new() { ["Bucket"] = "some-bucket", ["Key"] = "k" };

    private static string? SigningRegion(ReceivedRequest request) => request.Header("Authorization")?.Split('/')[2];

    private static Task<AwsResult> ChangeAsync(AwsClient aws, string operation, JsonObject parameters) =>
        aws.CallAsync(Target, "s3", operation, parameters, TimeSpan.FromSeconds(20), Ending);

    private AwsClient Client(FakeEndpoint endpoint, long maxAnswerBytes = 1_000_000) =>
        new(Catalog, AwsClientOptions.Sandbox(endpoint.Address) with { MaxAnswerBytes = maxAnswerBytes }, _time);
}
