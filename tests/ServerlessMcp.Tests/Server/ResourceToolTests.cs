using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using StateKeys = ServerlessMcp.Executions.State.ResourceKeys;

namespace ServerlessMcp.Tests.Server;

/// <summary>find_resources and get_resource as a client sees them.</summary>
public sealed class ResourceToolTests
{
    private const string Table = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_aws_lists_is_found_with_its_source_and_what_cannot_be_looked_at_is_said()
    {
        await using var server = await StartAsync();
        server.Aws.Answers["s3:ListBuckets"] = Json("""{"Buckets":[{"Name":"web-assets"},{"Name":"logs"}]}""");

        var answer = await server.CallAsync("find_resources", """{"text":"ASSETS"}""");

        var row = Assert.Single(answer["structuredContent"]!["resources"]!.AsArray())!;
        Assert.Equal(("arn:aws:s3:::web-assets", "s3:ListBuckets", false), ((string)row["arn"]!, (string)row["source"]!, (bool)row["owned_by_agent"]!));
        var missing = answer["structuredContent"]!["not_looked_at"]!.AsArray().Select(one => (string)one!["source"]!);
        Assert.Contains("resources://rds/databases", missing);
        Assert.DoesNotContain("resources://s3/buckets", missing);
        Assert.Equal("""get_resource {"arn":"arn:aws:s3:::web-assets"}""", Option(answer, 0));
    }

    [Fact]
    public async Task Tracked_ones_come_first_and_once_and_pages_go_on_into_what_aws_lists()
    {
        await using var server = await StartAsync();
        var key = await OwnerAsync(server);
        await TrackAsync(server, Table, key);
        server.Aws.Answers["dynamodb:ListTables"] = Json("""{"TableNames":["orders","users","zones"]}""");

        var first = await server.CallAsync("find_resources", """{"type":"tables","limit":2}""");
        var second = await server.CallAsync("find_resources", $$"""{"type":"tables","limit":2,"cursor":"{{first["structuredContent"]!["cursor"]}}"}""");

        Assert.Equal(["orders", "users"], Ids(first));
        Assert.Equal(["zones"], Ids(second));
        Assert.Null(second["structuredContent"]!["cursor"]);
        Assert.Equal("tracked", (string)first["structuredContent"]!["resources"]![0]!["source"]!);
        Assert.True((bool)first["structuredContent"]!["resources"]![0]!["owned_by_agent"]!);
    }

    [Theory]
    [InlineData("""{"owned_by_agent":true}""", "orders")]
    [InlineData("""{"owned_by_agent":false,"service":"dynamodb"}""", "users")]
    [InlineData("""{"service":"dynamodb","text":"ord"}""", "orders")]
    [InlineData("""{"type":"dynamodb:table","tags":[{"key":"app","value":"shop"}]}""", "orders")]
    [InlineData("""{"tags":[{"key":"app","value":"other"}],"type":"table"}""", "")]
    [InlineData("""{"state":"gone","type":"table"}""", "")]
    [InlineData("""{"execution_id":"ex_aaaaaaaaaaaaaaaaaaaaaaaaaa"}""", "orders")]
    [InlineData("""{"execution_id":"ex_bbbbbbbbbbbbbbbbbbbbbbbbbb"}""", "")]
    public async Task Filters_hold(string arguments, string expected)
    {
        await using var server = await StartAsync();
        await TrackAsync(server, Table, await OwnerAsync(server), tags: new() { ["app"] = "shop" });
        server.Aws.Answers["dynamodb:ListTables"] = Json("""{"TableNames":["orders","users"]}""");

        var answer = await server.CallAsync("find_resources", arguments);

        Assert.Equal(expected, string.Join(',', Ids(answer)));
    }

    [Fact]
    public async Task Another_callers_resources_are_not_found_as_tracked_nor_their_executions_named()
    {
        await using var server = await StartAsync();
        await TrackAsync(server, Table, "key_of_another");
        server.Aws.Answers["dynamodb:ListTables"] = Json("""{"TableNames":["orders"]}""");
        server.Aws.Answers["dynamodb:DescribeTable"] = Json("""{"Table":{"TableName":"orders"}}""");

        var found = await server.CallAsync("find_resources", """{"type":"table"}""");
        var shown = await server.CallAsync("get_resource", $$"""{"arn":"{{Table}}","include":["executions","changes"]}""");

        Assert.DoesNotContain("ex_", found.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("ex_", shown.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("present", (string)shown["structuredContent"]!["state"]!);
    }

    [Fact]
    public async Task A_cursor_of_another_making_and_an_unknown_service_are_refused()
    {
        await using var server = await StartAsync();

        Assert.Equal("invalid_cursor", Code(await server.CallAsync("find_resources", """{"cursor":"x"}""")));
        Assert.Equal("invalid_cursor", Code(await server.CallAsync("find_resources", """{"cursor":"l:-1"}""")));
        Assert.Equal("unknown_service", Code(await server.CallAsync("find_resources", """{"service":"ec3"}""")));
    }

    [Fact]
    public async Task A_list_is_asked_of_aws_once_in_its_time_and_for_each_caller()
    {
        await using var server = await StartAsync();
        server.Aws.Answers["dynamodb:ListTables"] = Json("""{"TableNames":["orders"]}""");
        await server.CallAsync("find_resources", """{"type":"table"}""");
        server.Aws.Answers["dynamodb:ListTables"] = Json("""{"TableNames":["orders","users"]}""");

        var again = await server.CallAsync("find_resources", """{"type":"table"}""");
        var other = await server.CallAsync("find_resources", """{"type":"table"}""", await server.NewKeyAsync(Scope.Read));

        Assert.Equal(["orders"], Ids(again));
        Assert.Equal(["orders", "users"], Ids(other));
    }

    [Fact]
    public async Task An_untracked_resource_is_shown_as_its_service_shows_it()
    {
        await using var server = await StartAsync();

        var answer = await server.CallAsync("get_resource", """{"type":"instance","identifier":"i-0abc"}""");

        var view = answer["structuredContent"]!;
        Assert.Equal(("present", "ec2:DescribeInstances", false), ((string)view["state"]!, (string)view["read"]!, (bool)view["owned_by_agent"]!));
        Assert.Equal("i-0abc", (string)view["present"]!["InstanceId"]!);
        Assert.Equal("""aws_read {"service":"ec2","operation":"DescribeInstances","parameters":{"InstanceIds":["i-0abc"]}}""", Option(answer, 0));
    }

    [Fact]
    public async Task What_has_the_same_name_here_is_not_what_another_account_has()
    {
        await using var server = await StartAsync();
        server.Aws.Answers["dynamodb:DescribeTable"] = Json("""{"Table":{"TableName":"orders"}}""");

        var answer = await server.CallAsync("get_resource", """{"arn":"arn:aws:dynamodb:eu-west-1:999999999999:table/orders"}""");

        var view = answer["structuredContent"]!;
        Assert.Equal("unknown", (string)view["state"]!);
        Assert.Equal("Account '999999999999' cannot be called from here.", (string)view["why"]!);
        Assert.Null(view["present"]);
        Assert.Null(view["options"]);
    }

    [Fact]
    public async Task What_is_nowhere_is_not_found()
    {
        await using var server = await StartAsync();
        server.Aws.Answers["ec2:DescribeInstances"] = Json("""{"Reservations":[]}""");

        Assert.Equal("resource_not_found", Code(await server.CallAsync("get_resource", """{"type":"ec2:instance","identifier":"i-1"}""")));
        Assert.Equal("resource_not_found", Code(await server.CallAsync("get_resource", """{"arn":"i-1"}""")));
    }

    [Theory]
    [InlineData("""{}""", "")]
    [InlineData("""{"type":"ec2:instance"}""", "")]
    [InlineData("""{"arn":"a","type":"b"}""", "arn")]
    [InlineData("""{"type":"ec2:instanse","identifier":"i"}""", "type")]
    public async Task Arguments_that_say_too_little_or_too_much_are_named(string arguments, string path)
    {
        await using var server = await StartAsync();

        var answer = await server.CallAsync("get_resource", arguments);

        Assert.Equal(("invalid_arguments", path), (Code(answer), (string)answer["structuredContent"]!["problems"]![0]!["path"]!));
    }

    [Fact]
    public async Task A_large_value_is_cut_and_its_size_said()
    {
        await using var server = await StartAsync();
        var list = new JsonArray([.. Enumerable.Range(0, 2_000).Select(n => (JsonNode)new JsonObject { ["n"] = n })]);
        server.Aws.Answers["dynamodb:DescribeTable"] = new() { ["Table"] = new JsonObject { ["TableName"] = "orders", ["Large"] = list } };

        var view = (await server.CallAsync("get_resource", $$"""{"arn":"{{Table}}"}"""))["structuredContent"]!;

        Assert.Equal("""{"TableName":"orders"}""", view["present"]!.ToJsonString());
        Assert.InRange((int)view["present_characters"]!, 6_001, 100_000);
    }

    private static Task<TestEndpoint> StartAsync() => TestEndpoint.StartAsync(also: services =>
        services.AddSingleton<IAwsReads>(new AwsAnswers { Unknown = "NotAnswered" }).AddSingleton<IAwsCatalog>(new ServerlessMcp.AwsApi.Catalog.AwsCatalog()));

    private static async Task<string> OwnerAsync(TestEndpoint server) =>
        (string)(await server.CallAsync("whoami", "{}"))["structuredContent"]!["principal"]!["id"]!;

    internal static async Task TrackAsync(TestEndpoint server, string arn, string owner, Dictionary<string, string>? tags = null)
    {
        var name = ResourceName.Parse(arn)!;
        var now = TimeProvider.System.GetUtcNow();
        var record = new ResourceRecord
        {
            Key = arn,
            Arn = arn,
            Service = name.Service,
            Type = name.Type,
            Identifier = name.Identifier,
            Account = name.Account,
            Region = name.Region,
            How = ResourceHow.Made,
            ExecutionId = "ex_aaaaaaaaaaaaaaaaaaaaaaaaaa",
            PlanId = "pl_aaaaaaaaaaaaaaaaaaaaaaaaaa",
            StepId = "a",
            Owner = owner,
            CreatedAt = now,
            UpdatedAt = now,
            State = ResourceState.Present,
            Tags = tags,
            Last = new("ex_aaaaaaaaaaaaaaaaaaaaaaaaaa", "a", 0),
        };
        var body = System.Text.Json.JsonSerializer.SerializeToNode(record, ExecutionsJson.Default.ResourceRecord)!.AsObject();
        await server.Services.GetRequiredService<ITable>().WriteAsync(
            [
                new TableWrite.Put(StateKeys.Meta(arn), 0, body, new(StateKeys.AccountPartition(name.Account), "1")),
                new TableWrite.Put(StateKeys.Owner(arn, owner), 0, new() { ["key"] = arn }, new(StateKeys.OwnerPartition(owner), "1")),
            ],
            Token);
    }

    private static IEnumerable<string> Ids(JsonNode answer) =>
        answer["structuredContent"]!["resources"]!.AsArray().Select(row => (string)row!["identifier"]!);

    private static string Option(JsonNode answer, int n) =>
        answer["structuredContent"]!["options"]![n] is var option ? $"{option!["tool"]} {option["arguments"]!.ToJsonString()}" : "";

    private static string Code(JsonNode answer) => (string)answer["structuredContent"]!["code"]!;

    private static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();
}
