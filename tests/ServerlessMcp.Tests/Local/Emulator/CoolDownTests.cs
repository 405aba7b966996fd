using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Local.Emulator.Proxy;

namespace ServerlessMcp.Tests.Local.Emulator;

public sealed class CoolDownTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_queue_name_cools_for_sixty_seconds_after_its_deletion()
    {
        var checks = Checks(scale: 1);
        checks.Succeeded(Sqs("DeleteQueue", """{"QueueUrl":"http://127.0.0.1:1/123456789012/q1"}"""));
        var create = Sqs("CreateQueue", """{"QueueName":"q1"}""");

        _time.Advance(TimeSpan.FromSeconds(59));
        var early = await checks.RefusalAsync(create, TestContext.Current.CancellationToken);
        var other = await checks.RefusalAsync(Sqs("CreateQueue", """{"QueueName":"q2"}"""), TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(1));
        var late = await checks.RefusalAsync(create, TestContext.Current.CancellationToken);

        Assert.Equal("AWS.SimpleQueueService.QueueDeletedRecently", early?.Code);
        Assert.Null(other);
        Assert.Null(late);
    }

    [Fact]
    public async Task A_second_purge_within_sixty_seconds_is_refused()
    {
        var checks = Checks(scale: 1);
        var purge = Sqs("PurgeQueue", """{"QueueUrl":"http://127.0.0.1:1/123456789012/q1"}""");
        Assert.Null(await checks.RefusalAsync(purge, TestContext.Current.CancellationToken));
        checks.Succeeded(purge);

        Assert.Equal("AWS.SimpleQueueService.PurgeQueueInProgress", (await checks.RefusalAsync(purge, TestContext.Current.CancellationToken))?.Code);
    }

    [Fact]
    public async Task A_scale_of_nought_turns_cool_downs_off()
    {
        var checks = Checks(scale: 0);
        checks.Succeeded(Sqs("DeleteQueue", """{"QueueUrl":"http://127.0.0.1:1/123456789012/q1"}"""));

        Assert.Null(await checks.RefusalAsync(Sqs("CreateQueue", """{"QueueName":"q1"}"""), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Every_rule_names_the_page_of_the_AWS_documentation_that_says_so() =>
        Assert.All(StrictChecks.Rules, rule => Assert.StartsWith("https://docs.aws.amazon.com/", rule.Source, StringComparison.Ordinal));

    private StrictChecks Checks(double scale) => new((_, _, _) => Task.FromResult(""), _time, scale);

    private static AwsRequest Sqs(string operation, string body)
    {
        var headers = new HeaderDictionary
        {
            ["Authorization"] = "AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
            ["X-Amz-Target"] = "AmazonSQS." + operation,
        };
        return AwsRequest.Parse("POST", "/", headers, Encoding.UTF8.GetBytes(body))!;
    }
}
