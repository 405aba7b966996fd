using System.Text.Json.Nodes;
using Amazon.Runtime;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Calls;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.AwsApi.Protocols;

namespace ServerlessMcp.Tests.AwsApi.Calls;

public sealed class PresignedUrlTests : IDisposable
{
    private static readonly AwsCatalog Catalog = new();

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero));
    private readonly AwsClient _aws;

    public PresignedUrlTests() =>
        _aws = new(Catalog, new AwsClientOptions { Keys = new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "t/k") }, _time);

    public void Dispose() => _aws.Dispose();

    /// <summary>The example of the Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)".</summary>
    [Fact]
    public void The_signature_is_that_of_the_documentation()
    {
        var request = new WireRequest { Method = "GET", PathTemplate = "/test.txt" };
        var keys = new ImmutableCredentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null);

        var url = PresignedUrls.Sign(
            request, new("https://examplebucket.s3.amazonaws.com"), "us-east-1", keys, _time.GetUtcNow(), TimeSpan.FromDays(1), new Dictionary<string, string>());

        Assert.Equal(
            "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
            + "&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
            url.AbsoluteUri);
    }

    [Fact]
    public async Task An_address_has_the_bucket_in_its_host_and_ends_when_it_says()
    {
        var url = await _aws.PresignAsync(
            new("eu-west-1"), "GetObject", new() { ["Bucket"] = "some-bucket", ["Key"] = "a b/é.txt" }, TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);

        Assert.StartsWith("https://some-bucket.s3.eu-west-1.amazonaws.com/a%20b/%C3%A9.txt?", url.Url.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains("&X-Amz-Expires=300&", url.Url.Query, StringComparison.Ordinal);
        Assert.Contains("X-Amz-Security-Token=t%2Fk&", url.Url.Query, StringComparison.Ordinal);
        Assert.Equal(("GET", _time.GetUtcNow().AddMinutes(5)), (url.Method, url.ExpiresAt));
        Assert.DoesNotContain("Signature", url.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_signs_the_headers_that_it_must_send()
    {
        var url = await _aws.PresignAsync(
            new("eu-west-1"),
            "PutObject",
            new() { ["Bucket"] = "with.dots", ["Key"] = "k", ["ContentType"] = "text/plain" },
            TimeSpan.FromHours(1),
            TestContext.Current.CancellationToken);

        Assert.StartsWith("https://s3.eu-west-1.amazonaws.com/with.dots/k?", url.Url.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains("X-Amz-SignedHeaders=content-type%3Bhost&", url.Url.Query, StringComparison.Ordinal);
        Assert.Equal("text/plain", url.Headers["Content-Type"]);
    }

    [Theory]
    [InlineData("DeleteObject", """{"Bucket":"b","Key":"k"}""", 60, "$: DeleteObject is not signed ahead")]
    [InlineData("PutObject", """{"Bucket":"b","Key":"k","Body":"aGk="}""", 60, "$.Body: ")]
    [InlineData("GetObject", """{"Bucket":"b"}""", 60, "$.Key: required")]
    [InlineData("GetObject", """{"Bucket":"b","Key":"k"}""", 700_000, "$: it may live")]
    [InlineData("GetObject", """{"Bucket":"b","Key":"k"}""", 0, "$: it may live")]
    public async Task What_cannot_be_signed_says_why(string operation, string parameters, int seconds, string problem)
    {
        var refusal = await Assert.ThrowsAsync<AwsInputException>(() => _aws.PresignAsync(
            new("eu-west-1"), operation, JsonNode.Parse(parameters)!.AsObject(), TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken));

        Assert.StartsWith(problem, Assert.Single(refusal.Problems.Select(p => $"{p.Path}: {p.Message}")), StringComparison.Ordinal);
    }

    /// <summary>Whoever sees only reads cannot make a key to an object.</summary>
    [Fact]
    public void No_read_can_make_one() =>
        Assert.False(typeof(IAwsReads).IsAssignableTo(typeof(IAwsPresigner)) || typeof(IAwsReads).GetMethods().Any(m => m.ReturnType == typeof(Task<AwsPresignedUrl>)));
}
