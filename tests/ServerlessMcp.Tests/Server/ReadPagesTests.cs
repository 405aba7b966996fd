using System.Text.Json.Nodes;

namespace ServerlessMcp.Tests.Server;

/// <summary>aws_read over more pages than one answer holds.</summary>
public sealed class ReadPagesTests
{
    private const int Pages = 120;
    private const int OnAPage = 3;

    [Theory]
    [InlineData(1000)]
    [InlineData(50)]
    [InlineData(7)]
    public async Task Every_item_comes_once_in_order_and_no_page_is_read_more_often_than_it_must(int limit)
    {
        await using var server = await ManyPagesAsync();

        var seen = await AllAsync(server, $"\"limit\":{limit}", answer => answer["data"]!["Reservations"]!.AsArray().Select(item => (int)item!["n"]!));

        Assert.Equal(Enumerable.Range(0, Pages * OnAPage), seen);
        Assert.All(server.Aws.PagesRead.CountBy(page => page), page => Assert.InRange(page.Value, 1, limit < OnAPage ? OnAPage : 2));
    }

    [Fact]
    public async Task A_query_sees_fifty_pages_at_a_time_says_so_and_goes_on()
    {
        await using var server = await ManyPagesAsync();
        const string query = """
            "query":"Reservations[?n > `140`].n","limit":20
            """;

        var first = await ReadAsync(server, query);
        var seen = await AllAsync(server, query, answer => answer["data"]!.AsArray().Select(item => (int)item!));

        Assert.True((bool)first["pages_left_out"]!);
        Assert.Equal(Enumerable.Range(141, (Pages * OnAPage) - 141), seen);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("!")]
    [InlineData("WyJ4Il0")]
    [InlineData("Wy0xXQ")]
    [InlineData("WzAsMSwieCJd")]
    public async Task A_cursor_of_somebody_elses_making_is_refused(string cursor)
    {
        await using var server = await ManyPagesAsync();

        var answer = await ReadAsync(server, $"\"cursor\":\"{cursor}\"");

        Assert.Equal("invalid_cursor", (string?)answer["code"]);
        Assert.Empty(server.Aws.PagesRead);
    }

    private static async Task<TestEndpoint> ManyPagesAsync()
    {
        var server = await TestEndpoint.StartAsync();
        server.Aws.Answers["ec2:DescribeInstances"] = Page(0);
        server.Aws.MorePages.AddRange(Enumerable.Range(1, Pages - 1).Select(Page));
        return server;
    }

    private static JsonObject Page(int number) => new()
    {
        ["Reservations"] = new JsonArray([.. Enumerable.Range(number * OnAPage, OnAPage).Select(n => (JsonNode)new JsonObject { ["n"] = n })]),
    };

    private static async Task<List<int>> AllAsync(TestEndpoint server, string arguments, Func<JsonNode, IEnumerable<int>> items)
    {
        var seen = new List<int>();
        string? cursor = null;
        do
        {
            var answer = await ReadAsync(server, cursor is null ? arguments : $"{arguments},\"cursor\":\"{cursor}\"");
            seen.AddRange(items(answer));
            cursor = (string?)answer["cursor"];
        }
        while (cursor is not null);

        return seen;
    }

    private static async Task<JsonNode> ReadAsync(TestEndpoint server, string arguments) => (await server.CallAsync(
        "aws_read", $$"""{"service":"ec2","operation":"DescribeInstances",{{arguments}}}"""))["structuredContent"]!;
}
