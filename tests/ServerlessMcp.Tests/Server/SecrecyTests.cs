using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;

namespace ServerlessMcp.Tests.Server;

/// <summary>Secrets that AWS answers with, in places that no model marks: none comes out, wherever it was put and by whatever way it is asked for.</summary>
public sealed class SecrecyTests
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private readonly Random _random = new(20261125);

    [Fact]
    public async Task Two_hundred_planted_secrets_stay_inside()
    {
        await using var server = await TestEndpoint.StartAsync();
        var planted = Enumerable.Range(0, 200).Select(Plant).ToList();
        server.Aws.Answers["ec2:DescribeInstances"] = new()
        {
            ["Reservations"] = new JsonArray([.. planted.Select(one => (JsonNode)new JsonObject { ["Instances"] = new JsonArray(one.Node) })]),
        };

        var shown = (await server.CallAsync("aws_read", """{"service":"ec2","operation":"DescribeInstances","limit":1000}""")).ToJsonString();
        var queried = (await server.CallAsync("aws_read", """{"service":"ec2","operation":"DescribeInstances","query":"Reservations[].Instances[]"}""")).ToJsonString();

        Assert.Contains("(sensitive)", shown, StringComparison.Ordinal);
        Assert.Empty(planted.Where(one => (shown + queried).Contains(one.Secret, StringComparison.Ordinal)).Select(one => one.Node.ToJsonString()));
    }

    [Fact]
    public async Task A_secret_in_a_refusal_of_AWS_stays_inside()
    {
        await using var server = await TestEndpoint.StartAsync();
        server.Aws.Fails = new AwsCallException(AwsFailure.Refused, "ValidationError", "Value 'DB_PASSWORD=hunter2hunter2' is wrong.", 400, null, false);

        var refused = await server.CallAsync("aws_read", """{"service":"ec2","operation":"DescribeInstances"}""");

        Assert.Contains("DB_PASSWORD=(sensitive)", refused.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.ToJsonString(), StringComparison.Ordinal);
    }

    private (string Secret, JsonNode Node) Plant(int n)
    {
        var word = Word(24);
        return (n % 10) switch
        {
            0 => (word, new JsonObject { ["Variables"] = new JsonObject { [$"APP{n}_PASSWORD"] = word } }),
            1 => (word, new JsonObject { ["Tags"] = new JsonArray(new JsonObject { ["Key"] = "api-token", ["Value"] = word }) }),
            2 => (word, new JsonObject { ["message"] = $"2026-11-25 INFO login with password={word} from 10.0.0.1" }),
            3 => (word, new JsonObject { ["Description"] = $"postgres://app:{word}@db.internal:5432/orders" }),
            4 => Whole($"eyJhbGciOiJIUzI1NiJ9.{Word(40)}.{Word(43)}", "token is {0} now"),
            5 => Whole($"ghp_{Word(36)}", "pushed with {0}"),
            6 => Whole($"AKIA{Word(16).ToUpperInvariant()}", "key {0} was used"),
            7 => Whole(Aws(), "aws_secret_access_key {0}"),
            8 => (word, new JsonObject { ["body"] = $$"""{"user":"a","clientSecret":"{{word}}"}""" }),
            _ => (word, new JsonObject { ["Text"] = $"-----BEGIN PRIVATE KEY-----\n{word}\n{Word(64)}\n-----END PRIVATE KEY-----" }),
        };
    }

    private static (string Secret, JsonNode Node) Whole(string secret, string around) =>
        (secret, new JsonObject { ["Note"] = string.Format(System.Globalization.CultureInfo.InvariantCulture, around, secret) });

    /// <summary>As AWS makes them: 40 characters, all kinds among them.</summary>
    private string Aws() => $"aB3x{Word(10)}/{Word(12)}+{Word(12)}";

    private string Word(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => Letters[_random.Next(Letters.Length)]));
}
