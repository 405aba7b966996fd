using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Lambda.Storage;
using ServerlessMcp.Tests.Contracts;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Lambda;

[Collection(WithEmulator.Name)]
public sealed class DynamoRateLimiterTests(EmulatorFixture emulator) : RateLimiterContract, IDisposable
{
    private readonly OneRequestAtATime _http = new();
    private AmazonDynamoDBClient? _client;

    public void Dispose()
    {
        _client?.Dispose();
        _http.Dispose();
    }

    protected override async ValueTask<IRateLimiter> OpenAsync(TimeProvider clock)
    {
        var name = $"rates-{Guid.NewGuid():N}";
        _client = new(
            EmulatorFixture.Credentials,
            DynamoTable.Configure(new AmazonDynamoDBConfig
            {
                ServiceURL = emulator.Direct.ToString(),
                AuthenticationRegion = "eu-west-1",
                HttpClientFactory = _http,
            }));
        await _client.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = name,
                BillingMode = BillingMode.PAY_PER_REQUEST,
                AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", ScalarAttributeType.S)],
                KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
            },
            Cancel);
        return new DynamoRateLimiter(_client, name, clock);
    }

    [Fact]
    public async Task A_table_that_is_away_is_said_and_not_taken_for_a_refusal()
    {
        using var nobody = new AmazonDynamoDBClient(
            EmulatorFixture.Credentials, DynamoTable.Configure(new AmazonDynamoDBConfig { ServiceURL = "http://127.0.0.1:9", AuthenticationRegion = "eu-west-1" }));

        await Assert.ThrowsAsync<TableUnavailableException>(
            () => new DynamoRateLimiter(nobody, "t", TimeProvider.System).TakeAsync("a", new("x", 1, TimeSpan.FromSeconds(1)), Cancel));
    }
}
