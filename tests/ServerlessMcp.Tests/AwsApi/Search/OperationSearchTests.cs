using System.Diagnostics;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.AwsApi.Search;
using ServerlessMcp.Conformance;

namespace ServerlessMcp.Tests.AwsApi.Search;

public sealed class OperationSearchTests
{
    private static readonly AwsCatalog Catalog = new();
    private static readonly OperationSearch Search = new(Catalog);

    [Fact]
    public void Nine_of_ten_of_our_own_questions_find_their_operation_among_the_first_three() =>
        Passes(Path.Combine(Repository.Root, "tests", "ServerlessMcp.Tests", "AwsApi", "Search", "questions.jsonl"), 0.9);

    [Fact]
    public void Four_of_five_of_the_open_questions_find_their_operation_among_the_first_three() =>
        Passes(ConformanceFolder.OrSkip("aws-search", "questions.jsonl"), 0.8);

    [Theory]
    [InlineData("describe instnaces", "ec2:DescribeInstances")]
    [InlineData("lis secuirty gruops", "ec2:DescribeSecurityGroups")]
    [InlineData("crate bukcet", "s3:CreateBucket")]
    [InlineData("PutRetentionPolicy", "cloudwatch-logs:PutRetentionPolicy")]
    [InlineData("describedbinstances", "rds:DescribeDBInstances")]
    [InlineData("stop i-0abc1234", "ec2:StopInstances")]
    public void A_typing_error_a_name_and_an_id_are_understood(string question, string wanted) =>
        Assert.Contains(wanted, Search.Find(question, limit: 3).Select(hit => $"{hit.Service}:{hit.Operation}"));

    [Fact]
    public void A_service_and_an_access_narrow_the_search()
    {
        Assert.All(Search.Find("restart", service: "rds", limit: 20), hit => Assert.Equal("rds", hit.Service));
        Assert.All(
            Search.Find("security group", isRead: true, limit: 20),
            hit => Assert.True(Catalog.Operation(hit.Service, hit.Operation).Access is ServerlessMcp.AwsApi.AwsAccess.Read or ServerlessMcp.AwsApi.AwsAccess.List));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ?!")]
    [InlineData("the of and")]
    [InlineData("xqzwvk")]
    public void A_question_without_a_known_word_finds_nothing(string question) => Assert.Empty(Search.Find(question));

    [Fact]
    public void A_question_of_any_length_and_characters_is_answered() =>
        Assert.NotNull(Search.Find(string.Concat(Enumerable.Repeat("queue Ünïcode \0 \ud83d\ude00 ((([[[ i-0abc1234 /a/b/ ", 2000))));

    [Fact]
    public void A_warm_question_takes_under_5_milliseconds()
    {
        var times = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            var start = Stopwatch.GetTimestamp();
            _ = Search.Find("why did my container die and restrat again", limit: 5);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Assert.True(times.Order().ElementAt(100) < 5, $"half of the questions took more than {times.Order().ElementAt(100)} ms");
    }

    [Fact]
    public void Every_saying_and_every_hint_names_what_there_is()
    {
        var sayings = Sayings.Parse(SearchIndex.Text("sayings.txt")).ToList();
        Assert.NotEmpty(sayings);
        Assert.All(sayings.Where(saying => Catalog.Services.Contains(saying.Service)), saying =>
            Assert.Equal(saying.Operation, Catalog.Operation(saying.Service, saying.Operation).Name));
        Assert.Equal(sayings.Count, sayings.DistinctBy(saying => (saying.Service, saying.Operation)).Count());

        var services = sayings.Select(saying => saying.Service).ToHashSet();
        var hints = SearchIndex.Text("synonyms.txt").Split([',', '\n', '>'], StringSplitOptions.TrimEntries).Where(term => term.StartsWith('@'));
        Assert.All(hints, hint => Assert.Contains(hint[1..], services));
    }

    [Fact]
    public void The_index_splits_names_as_questions_are_split()
    {
        var index = SearchIndex.Load();

        Assert.All(index.Operations, operation => Assert.Equal(
            Words.Of(operation.Name).Where(word => !Words.SaysNothing(word)).Select(word => index.Find(Stemmer.Of(word))), operation.NameStems));
    }

    private static void Passes(string file, double share)
    {
        var result = AwsSearchSuite.Run(file);
        var all = result.Passed + result.Failures.Count;

        Assert.True(all > 0, $"{file} is empty");
        Assert.True(result.Passed >= share * all, $"{result}\n{string.Join('\n', result.Failures)}");
    }
}
