using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Lambda.Storage;
using ServerlessMcp.Tests.Contracts;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Lambda;

[Collection(WithEmulator.Name)]
public sealed class DynamoTableTests(EmulatorFixture emulator) : TableContract, IDisposable
{
    private AmazonDynamoDBClient? _client;

    public void Dispose() => _client?.Dispose();

    protected override async ValueTask<ITable> OpenAsync(TimeProvider clock)
    {
        var name = $"table-{Guid.NewGuid():N}";
        _client = await EmulatedTable.MakeAsync(emulator, name, "eu-west-1");
        return new DynamoTable(_client, name, clock);
    }

    /// <summary>A lost answer must stay unknown: the client sends nothing a second time by itself.</summary>
    [Fact]
    public async Task A_table_that_does_not_answer_is_unavailable_at_once()
    {
        using var nobody = new AmazonDynamoDBClient(
            EmulatorFixture.Credentials, DynamoTable.Configure(new AmazonDynamoDBConfig { ServiceURL = "http://127.0.0.1:9", AuthenticationRegion = "eu-west-1" }));
        var table = new DynamoTable(nobody, "t", TimeProvider.System);

        await Assert.ThrowsAsync<TableUnavailableException>(() => table.GetAsync(new("p", "s"), strong: true, Cancel));
        await Assert.ThrowsAsync<TableUnavailableException>(() => table.WriteAsync([new TableWrite.Put(new("p", "s"), 0, [])], Cancel));
        await Assert.ThrowsAsync<TableUnavailableException>(
            () => table.WriteAsync([new TableWrite.Put(new("p", "s"), 0, []), new TableWrite.Check(new("p", "t"), 0)], Cancel));
    }

    [Fact]
    public async Task A_table_that_hangs_is_unavailable_and_a_caller_who_leaves_has_left()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var config = DynamoTable.Configure(new AmazonDynamoDBConfig { ServiceURL = $"http://{silent.LocalEndpoint}", AuthenticationRegion = "eu-west-1" });
        config.Timeout = TimeSpan.FromMilliseconds(200);
        using var client = new AmazonDynamoDBClient(EmulatorFixture.Credentials, config);
        var table = new DynamoTable(client, "t", TimeProvider.System);
        using var left = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));

        await Assert.ThrowsAsync<TableUnavailableException>(() => table.GetAsync(new("p", "s"), strong: true, Cancel));
        await Assert.ThrowsAsync<TableUnavailableException>(() => table.WriteAsync([new TableWrite.Put(new("p", "s"), 0, [])], Cancel));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => table.GetAsync(new("p", "s"), strong: true, left.Token));
    }

    /// <summary>Source: DynamoDB Developer Guide, "Transaction conflict handling": nothing was written, and the same may be sent again.</summary>
    [Theory]
    [InlineData(2, true)]
    [InlineData(99, false)]
    public async Task An_item_that_another_transaction_has_in_hand_is_waited_for_a_moment(int times, bool isWritten)
    {
        using var client = new ContendedClient(times);
        var table = new DynamoTable(client, "t", TimeProvider.System);
        TableWrite[] writes = [new TableWrite.Put(new("p", "s"), 1, []), new TableWrite.Check(new("p", "t"), 1)];

        var failure = await Record.ExceptionAsync(() => table.WriteAsync(writes, Cancel));

        Assert.Equal(isWritten, failure is null);
        Assert.True(isWritten || failure is TableUnavailableException);
        Assert.Equal(isWritten ? 3 : 5, client.Sent);
    }

    /// <summary>What <see cref="TableLimits"/> counts is what is sent: a text of 400 KB that is no ASCII would be twice as long if it were escaped.</summary>
    [Theory]
    [InlineData("ж")]
    [InlineData("猫")]
    [InlineData("<")]
    public void A_body_takes_no_more_room_than_was_counted(string letter)
    {
        var text = string.Concat(Enumerable.Repeat(letter, 1000));

        var item = DynamoItem.Write(new TableWrite.Put(new("p", "s"), 0, new JsonObject { ["text"] = text }), 1);

        Assert.Equal(1000 * Encoding.UTF8.GetByteCount(letter), Encoding.UTF8.GetByteCount(item["body"].S) - """{"text":""}""".Length);
        Assert.Equal(text, (string?)DynamoItem.Read(item).Body["text"]);
    }

    /// <summary>DynamoDB deletes expired items by the attribute <c>ttl</c>, in whole seconds; never before the item's own time.</summary>
    [Fact]
    public void The_ttl_is_in_seconds_and_not_early()
    {
        var until = DateTimeOffset.FromUnixTimeMilliseconds(1_000_001);

        var item = DynamoItem.Write(new TableWrite.Put(new("p", "s"), 0, new JsonObject(), null, until), 1);

        Assert.Equal("1001", item["ttl"].N);
        Assert.Equal(until, DynamoItem.Read(item).Ttl);
    }

    private sealed class ContendedClient(int times) : AmazonDynamoDBClient(EmulatorFixture.Credentials, new AmazonDynamoDBConfig { ServiceURL = "http://127.0.0.1:9" })
    {
        public int Sent { get; private set; }

        public override Task<TransactWriteItemsResponse> TransactWriteItemsAsync(TransactWriteItemsRequest request, CancellationToken cancellationToken = default) =>
            ++Sent > times
                ? Task.FromResult(new TransactWriteItemsResponse())
                : throw new TransactionCanceledException("Transaction cancelled") { CancellationReasons = [new() { Code = "None" }, new() { Code = "TransactionConflict" }] };
    }
}
