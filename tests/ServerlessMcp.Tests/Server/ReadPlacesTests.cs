using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Tests.Server;

/// <summary>aws_read in several accounts and regions at once.</summary>
public sealed class ReadPlacesTests
{
    private static readonly string[] Regions =
        ["eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1", "eu-central-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2", "sa-east-1", "ca-central-1", "ap-south-1"];

    private readonly PlacedReads _reads = new();

    [Fact]
    public async Task Each_account_and_region_answers_for_itself_and_a_failing_one_loses_no_other()
    {
        _reads.Refuse(new("us-east-1", "222233334444"), new AwsCallException(AwsFailure.Refused, "UnauthorizedOperation", "You are not authorized to perform this operation.", 403, "req-9", false));
        await using var server = await StartAsync();

        var answer = await ReadAsync(server, """ "accounts":["111122223333","prod"],"regions":["eu-west-1","us-east-1","eu-central-1"] """);

        Assert.Equal(
            ["111122223333 eu-west-1 1", "111122223333 us-east-1 1", "111122223333 eu-central-1 1", "222233334444 eu-west-1 1", "222233334444 us-east-1 aws_refused", "222233334444 eu-central-1 region_not_allowed"],
            answer["results"]!.AsArray().Select(one => $"{one!["account"]} {one["region"]} {one["count"] ?? one["error"]!["code"]}"));
        Assert.Equal((4, 2), ((int)answer["answered"]!, (int)answer["failed"]!));
        var refused = answer["results"]![4]!["error"]!;
        Assert.Equal(("permission", false), ((string)refused["class"]!, (bool)refused["retryable"]!));
        Assert.Contains("UnauthorizedOperation: You are not authorized to perform this operation. (request req-9)", (string)refused["message"]!, StringComparison.Ordinal);
        Assert.Contains("region must be one of eu-west-1, us-east-1", (string)answer["results"]![5]!["error"]!["message"]!, StringComparison.Ordinal);
        Assert.Null(answer["isError"]);
        Assert.DoesNotContain(_reads.Asked, target => target == new AwsTarget("eu-central-1", "222233334444"));
    }

    [Fact]
    public async Task Eight_are_asked_at_a_time()
    {
        _reads.Gate = new(0);
        await using var server = await StartAsync();

        var reading = ReadAsync(server, $"\"regions\":{Json(Regions)}");
        await _reads.WaitForAsync(8);
        _reads.Gate.Release(Regions.Length);
        var answer = await reading;

        Assert.Equal(8, _reads.MostAtOnce);
        Assert.Equal(Regions, answer["results"]!.AsArray().Select(one => (string)one!["region"]!));
        Assert.All(_reads.Asked, target => Assert.Null(target.Account));
    }

    [Fact]
    public async Task What_does_not_answer_in_time_is_said_and_the_others_stand()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        _reads.Gate = new(0);
        _reads.Waits = target => target.Region == "eu-west-2";
        await using var server = await StartAsync(time);

        var reading = ReadAsync(server, """ "regions":["eu-west-1","eu-west-2"] """);
        await _reads.WaitForAsync(2);
        time.Advance(TimeSpan.FromSeconds(41));
        var answer = await reading;

        Assert.Equal(1, (int)answer["results"]![0]!["count"]!);
        Assert.Equal(("timeout", true), ((string)answer["results"]![1]!["error"]!["code"]!, (bool)answer["results"]![1]!["error"]!["retryable"]!));
    }

    [Fact]
    public async Task Where_no_place_answers_it_is_an_error_that_says_why_for_each()
    {
        foreach (var region in (string[])["eu-west-1", "us-east-1"])
        {
            _reads.Refuse(new(region), new AwsCallException(AwsFailure.Busy, "Throttling", "Rate exceeded", 400, "r", false));
        }

        await using var server = await StartAsync();

        var answer = await ReadAsync(server, """ "regions":["eu-west-1","us-east-1"] """);

        Assert.True((bool)answer["isError"]!);
        Assert.Equal("no_place_answered", (string)answer["code"]!);
        Assert.Equal(["throttled", "throttled"], answer["results"]!.AsArray().Select(one => (string)one!["error"]!["class"]!));
    }

    [Fact]
    public async Task All_together_are_one_answers_length_and_the_long_ones_share_what_the_short_ones_leave()
    {
        _reads.Items = target => target.Region == "eu-west-1" ? 2 : 800;
        await using var server = await StartAsync();

        var answer = await ReadAsync(server, """ "regions":["eu-west-1","us-east-1","eu-central-1"],"limit":1000""");

        var results = answer["results"]!.AsArray();
        Assert.InRange(results.Sum(one => one!["data"]!.ToJsonString().Length), 18_000, 20_000);
        Assert.Equal(2, (int)results[0]!["count"]!);
        Assert.Equal((int)results[1]!["count"]!, (int)results[2]!["count"]!);
        Assert.Null(results[0]!["cursor"]);
        Assert.All(results.Skip(1), one => Assert.NotNull(one!["cursor"]));
        Assert.Equal("us-east-1", (string)answer["next"]!["arguments"]!["regions"]![0]!);
    }

    [Fact]
    public async Task The_cursor_of_one_place_goes_on_there_and_every_item_comes_once()
    {
        _reads.Items = _ => 500;
        await using var server = await StartAsync();
        var answer = await ReadAsync(server, """ "accounts":["prod"],"regions":["eu-west-1","us-east-1"],"limit":1000""");
        var seen = Numbers(answer["results"]![0]!["data"]!).ToList();

        var next = answer["next"]!["arguments"]!.AsObject();
        while (next is not null)
        {
            var more = (await server.CallAsync("aws_read", next.ToJsonString()))["structuredContent"]!;
            Assert.Equal(("222233334444", "eu-west-1"), ((string)more["account"]!, (string)more["region"]!));
            seen.AddRange(Numbers(more["data"]!));
            next = more["next"]?["arguments"]?.AsObject();
        }

        Assert.Equal(Enumerable.Range(0, 500), seen);
    }

    [Theory]
    [InlineData(""" "accounts":["stage","111122223333","x"],"regions":["eu-wets-1"] """, "unknown_account", "accounts[0] regions[0] accounts[2]")]
    [InlineData(""" "regions":["eu-wets-1","eu-west-1","mars-1"] """, "unknown_region", "regions[0] regions[2]")]
    [InlineData(""" "region":"eu-wets-1" """, "unknown_region", "region")]
    [InlineData(""" "accounts":["prod"],"regions":["eu-central-1"] """, "region_not_allowed", "region")]
    [InlineData(""" "region":"eu-west-1","regions":["eu-west-1"] """, "invalid_arguments", "region")]
    [InlineData(""" "regions":["eu-west-1","us-east-1"],"cursor":"WzVd" """, "invalid_arguments", "cursor")]
    public async Task What_is_not_known_is_refused_before_anything_is_asked(string arguments, string code, string paths)
    {
        await using var server = await StartAsync();

        var answer = await ReadAsync(server, arguments);

        Assert.Equal(code, (string)answer["code"]!);
        Assert.Equal(paths.Split(' ').Order(), answer["problems"]!.AsArray().Select(problem => (string)problem!["path"]!).Order());
        Assert.Empty(_reads.Asked);
    }

    [Fact]
    public async Task More_than_forty_places_are_refused()
    {
        await using var server = await StartAsync();

        var answer = await ReadAsync(server, $"\"accounts\":[\"111122223333\",\"prod\",\"dev\",\"111122223333x\"],\"regions\":{Json(Regions)}");

        Assert.Contains("makes 48 calls with these accounts; at most 40", (string)answer["problems"]![0]!["message"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 5, 5 }, 100, new[] { 5, 5 })]
    [InlineData(new[] { 90, 10, 90 }, 100, new[] { 45, 10, 45 })]
    [InlineData(new[] { 50, 50, 50 }, 0, new[] { 0, 0, 0 })]
    [InlineData(new[] { 1000 }, 100, new[] { 100 })]
    public void Room_is_shared_fairly(int[] needs, int room, int[] shares) => Assert.Equal(shares, FairShares.Of(needs, room));

    private Task<TestEndpoint> StartAsync(TimeProvider? time = null) => TestEndpoint.StartAsync(
        new()
        {
            Region = "eu-west-1",
            Targets =
            [
                new("prod", "222233334444", "arn:aws:iam::222233334444:role/smcp", "sesame", ["eu-west-1", "us-east-1"]),
                new("dev", "555566667777", "arn:aws:iam::555566667777:role/smcp", null, []),
            ],
        },
        services =>
        {
            services.AddSingleton<IAwsReads>(_reads);
            services.AddSingleton<IAwsCatalog, AwsCatalog>();
            services.AddSingleton(time ?? TimeProvider.System);
        });

    /// <returns>Structured content, with <c>isError</c> where it is one.</returns>
    private static async Task<JsonNode> ReadAsync(TestEndpoint server, string arguments)
    {
        var answer = await server.CallAsync("aws_read", $$"""{"service":"ec2","operation":"DescribeInstances",{{arguments}}}""");
        var content = answer["structuredContent"]!;
        if (answer["isError"] is { } isError && (bool)isError)
        {
            content["isError"] = true;
        }

        return content;
    }

    private static IEnumerable<int> Numbers(JsonNode data) => data["Reservations"]!.AsArray().Select(item => (int)item!["n"]!);

    private static string Json(IEnumerable<string> texts) => Views.Texts(texts).ToJsonString();

    /// <summary>Answers in every place, but where it was told otherwise; says who asked and how many at once.</summary>
    private sealed class PlacedReads : IAwsReads
    {
        private readonly Dictionary<AwsTarget, Exception> _refusals = [];
        private int _open;

        public ConcurrentQueue<AwsTarget> Asked { get; } = [];

        public SemaphoreSlim? Gate { get; set; }

        public Func<AwsTarget, bool> Waits { get; set; } = _ => true;

        public Func<AwsTarget, int> Items { get; set; } = _ => 1;

        public int MostAtOnce { get; private set; }

        public void Refuse(AwsTarget target, Exception refusal) => _refusals[target] = refusal;

        /// <summary>Until so many have asked.</summary>
        public async Task WaitForAsync(int count)
        {
            while (Asked.Count < count)
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }

        public async Task<AwsResult> ReadAsync(AwsTarget target, string service, string operation, JsonObject parameters, CancellationToken cancellationToken)
        {
            if (service == "sts")
            {
                return new(new() { ["Account"] = "111122223333" }, "r", 1);
            }

            lock (_refusals)
            {
                MostAtOnce = Math.Max(MostAtOnce, ++_open);
            }

            Asked.Enqueue(target);
            try
            {
                await (Gate is { } gate && Waits(target) ? gate.WaitAsync(cancellationToken) : Task.CompletedTask);
                return _refusals.TryGetValue(target, out var refusal) ? throw refusal : new(Answer(Items(target)), "r", 1);
            }
            finally
            {
                lock (_refusals)
                {
                    _open--;
                }
            }
        }

        public async IAsyncEnumerable<AwsResult> PagesAsync(
            AwsTarget target, string service, string operation, JsonObject parameters, int maxPages, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return await ReadAsync(target, service, operation, parameters, cancellationToken);
        }

        private static JsonObject Answer(int items) => new()
        {
            ["Reservations"] = new JsonArray([.. Enumerable.Range(0, items).Select(n => (JsonNode)new JsonObject { ["n"] = n, ["text"] = "some text of some length" })]),
        };
    }
}
