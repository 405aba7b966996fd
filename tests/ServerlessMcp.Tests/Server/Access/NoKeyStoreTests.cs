using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Lambda.Hosting;
using ServerlessMcp.Tests.Server.Pages;

namespace ServerlessMcp.Tests.Server.Access;

/// <summary>While nothing can be said about a key, nothing opens, and nobody is told that their key is bad.</summary>
public sealed class NoKeyStoreTests
{
    private const string List = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("away", 503)]
    [InlineData("throws", 503)]
    [InlineData("no record", 503)]
    [InlineData("no hash", 503)]
    [InlineData("no network", 503)]
    [InlineData("another hash", 401)]
    [InlineData("well", 200)]
    public async Task What_is_wrong_with_the_store_opens_nothing(string wrong, int status)
    {
        var table = new BrokenTable(new MemoryTable(TimeProvider.System));
        await using var server = await TestEndpoint.StartAsync(also: services => services.AddSingleton<ITable>(table));
        var key = await server.NewKeyAsync(Scope.All.ToArray());
        table.Wrong = wrong;

        Assert.Equal(status, (int)(await server.PostAsync(List, key: key)).Response.StatusCode);
        Assert.Equal(status, (int)(await server.PostAsync(List, key: key)).Response.StatusCode); // Nothing was remembered of the first time either.
    }

    [Theory]
    [InlineData("away")]
    [InlineData("no record")]
    [InlineData("no network")]
    public async Task A_session_whose_key_cannot_be_read_opens_no_page(string wrong)
    {
        var table = new BrokenTable(new MemoryTable(TimeProvider.System));
        await using var server = await TestEndpoint.StartAsync(also: services => services.AddSingleton<ITable>(table));
        using var visitor = await PageVisitor.LoggedInAsync(server, await server.NewKeyAsync(Scope.All.ToArray()));
        table.Wrong = wrong;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await visitor.GetAsync("/page")).Status);
    }

    [Fact]
    public async Task In_local_mode_a_damaged_database_opens_neither_the_endpoint_nor_the_operators_door()
    {
        using var folder = new TemporaryFolder();
        var flags = new Dictionary<string, string> { ["--data"] = folder.Path, ["--port"] = "0", ["--aws-endpoint"] = "http://127.0.0.1:1" };
        await using var host = await LocalHost.StartAsync(new SettingsReader(_ => null, folder.Path).Read(flags), TimeProvider.System, _ => { }, sweep: null, Cancelled);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await PostAsync(host.Url, host.Keys.Agent), await GetAsync(host)));

        using (var database = new SqliteConnection($"Data Source={new LocalFiles(folder.Path).Database};Pooling=False"))
        {
            await database.OpenAsync(Cancelled);
            using var command = database.CreateCommand();
            command.CommandText = "UPDATE item SET body = replace(body, 'hash', 'h') WHERE pk LIKE 'KEY#%'";
            Assert.True(await command.ExecuteNonQueryAsync(Cancelled) > 0);
        }

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (await PostAsync(host.Url, host.Keys.Agent), await GetAsync(host)));
    }

    [Theory]
    [InlineData("")] // Nobody listens.
    [InlineData("{\"__type\":\"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException\",\"message\":\"no table\"}")]
    [InlineData("{\"Item\":{\"pk\":{\"S\":\"KEY#a\"},\"sk\":{\"S\":\"META\"},\"version\":{\"N\":\"1\"},\"body\":{\"S\":\"{\\\"id\\\":\"}}}")]
    public async Task In_the_cloud_a_table_that_is_away_or_damaged_opens_nothing(string says)
    {
        await using var dynamo = await DynamoAsync(says);
        var address = says.Length == 0 ? "http://127.0.0.1:1" : dynamo.Urls.Single();
        await using var server = BootstrapProcess.Start(
            null, null, ("PORT", "0"), ("SMCP_ENVIRONMENT", "prod"), ("SMCP_PEPPERS", Peppers.Make().Reveal()), ("AWS_ENDPOINT_URL_DYNAMODB", address), ("AWS_ENDPOINT_URL", address),
            ("AWS_ACCESS_KEY_ID", "none"), ("AWS_SECRET_ACCESS_KEY", "none"), ("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_MAX_ATTEMPTS", "1"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(await server.ListeningAsync(Cancelled), ApiKey.New("prod").Reveal()));
    }

    private static async Task<HttpStatusCode> PostAsync(Uri url, string key)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(List, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        return (await http.SendAsync(request, Cancelled)).StatusCode;
    }

    private static async Task<HttpStatusCode> GetAsync(LocalHost host)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Url, "/operator/keys"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", host.Keys.Operator);
        return (await http.SendAsync(request, Cancelled)).StatusCode;
    }

    private static async Task<WebApplication> DynamoAsync(string says)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost("/", (RequestDelegate)(context =>
        {
            context.Response.StatusCode = says.Contains("__type", StringComparison.Ordinal) ? 400 : 200;
            context.Response.ContentType = "application/x-amz-json-1.0";
            return context.Response.WriteAsync(says, context.RequestAborted);
        }));
        await app.StartAsync(Cancelled);
        return app;
    }

    /// <summary>A table that is away, or whose keys somebody damaged.</summary>
    private sealed class BrokenTable(ITable table) : ITable
    {
        public string Wrong { get; set; } = "well";

        public async Task<TableItem?> GetAsync(TableKey key, bool strong, CancellationToken cancellationToken) => Wrong switch
        {
            "away" => throw new TableUnavailableException("away"),
            "throws" => throw new NotSupportedException("a bug"),
            _ => await table.GetAsync(key, strong, cancellationToken) is { } item && key.Partition.StartsWith("KEY#", StringComparison.Ordinal)
                ? item with { Body = Damaged(item.Body) }
                : await table.GetAsync(key, strong, cancellationToken),
        };

        public Task<TablePage> QueryAsync(string partition, string sortPrefix, string? cursor, int limit, bool backward, CancellationToken cancellationToken) =>
            table.QueryAsync(partition, sortPrefix, cursor, limit, backward, cancellationToken);

        public Task<TablePage> QueryIndexAsync(string indexPartition, string? cursor, int limit, bool backward, CancellationToken cancellationToken) =>
            table.QueryIndexAsync(indexPartition, cursor, limit, backward, cancellationToken);

        public Task WriteAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken) => table.WriteAsync(writes, cancellationToken);

        private JsonObject Damaged(JsonObject body)
        {
            var damaged = body.DeepClone().AsObject();
            switch (Wrong)
            {
                case "no record":
                    damaged["scopes"] = 7;
                    break;
                case "no hash":
                    damaged["hash"] = "not hex";
                    break;
                case "no network":
                    damaged["networks"] = new JsonArray("everywhere");
                    break;
                case "another hash":
                    damaged["hash"] = new string('0', 64);
                    break;
                default:
                    break;
            }

            return damaged;
        }
    }
}
