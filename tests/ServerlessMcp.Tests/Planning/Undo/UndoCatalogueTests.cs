using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Tests.Planning.Undo;

public sealed class UndoCatalogueTests
{
    [Fact]
    public void The_embedded_catalogue_loads_and_knows_each_operation_once()
    {
        var names = UndoCatalogue.Load().Entries.Select(entry => $"{entry.Service}:{entry.Operation}").ToList();

        Assert.Contains("ec2:CreateVpc", names);
        Assert.Equal(names.Distinct(), names);
    }

    /// <summary>What an entry may make is tracked as the resource itself, unless it says which part of the resource it is.</summary>
    [Fact]
    public void An_entry_that_makes_a_part_of_its_resource_names_the_part()
    {
        static string Plain(string text) => text.Replace("-", "", StringComparison.Ordinal).Replace("elasticip", "address", StringComparison.Ordinal).Replace("MetricAlarm", "Alarm", StringComparison.Ordinal).ToLowerInvariant();

        var silent = UndoCatalogue.Load().Entries
            .Where(entry => entry.Part is null && (entry.Effect == StepEffect.Create || entry.Before?.Optional == true))
            .Where(entry => !entry.Resource.Contains("${output.", StringComparison.Ordinal))
            .Where(entry => !Plain(entry.Resource).Contains(Plain(Noun(entry.Operation)), StringComparison.Ordinal) && entry.Operation is not ("CreateTopic" or "CreateAlias"));

        Assert.Empty(silent.Select(entry => $"{entry.Name}: acts on {entry.Resource}; say in 'part' which part of it the call makes"));
    }

    private static string Noun(string operation) => operation[operation.IndexOfAny([.. "ABCDEFGHIJKLMNOPQRSTUVWXYZ"], 1)..];

    [Fact]
    public void Every_problem_of_an_entry_is_found_at_once()
    {
        var error = Assert.Throws<UndoCatalogueException>(() => UndoCatalogue.Parse([("x.json", """
            { "service": "x", "entries": [
              { "operation": "A", "effect": "create", "resource": "r", "repeat": "locate", "settleSeconds": 999, "undo": [],
                "exists": "[", "class": [{ "class": "partial" }], "iam": [], "source": "http://example.com" },
              { "operation": "B", "colour": "red" } ] }
            """)]));

        Assert.Contains(error.Problems, problem => problem.StartsWith("x.json: entries[1]: ", StringComparison.Ordinal));
        foreach (var field in (string[])["iam:", "source:", "settleSeconds:", "locate:", "before:", "exists:", "class:", "undo:", "'['"])
        {
            Assert.Contains(error.Problems, problem => problem.StartsWith($"x:A: {field}", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_changed_entry_has_another_version()
    {
        const string json = """
            { "service": "x", "entries": [
              { "operation": "A", "effect": "change", "resource": "r", "repeat": "value", "settleSeconds": 1,
                "before": { "operation": "GetA", "parameters": {}, "select": "A" },
                "undo": [{ "operation": "B", "parameters": {} }], "class": [{ "class": "full" }], "iam": ["x:A"], "source": "https://docs.aws.amazon.com/x" }] }
            """;

        var one = UndoCatalogue.Parse([("x.json", json)]).Find("x", "A")!;
        var same = UndoCatalogue.Parse([("x.json", json.Replace("  ", " ", StringComparison.Ordinal))]).Find("x", "A")!;
        var other = UndoCatalogue.Parse([("x.json", json.Replace("\"settleSeconds\": 1", "\"settleSeconds\": 2", StringComparison.Ordinal))]).Find("x", "A")!;

        Assert.Equal(one.Name, same.Name);
        Assert.NotEqual(one.Name, other.Name);
        Assert.Matches("^x:A@[0-9a-f]{8}$", one.Name);
    }

    [Fact]
    public void Every_class_but_full_says_what_is_lost_and_only_what_says_so_deletes() =>
        Assert.All(UndoCatalogue.Load().Entries, entry =>
        {
            Assert.False(entry.Effect == StepEffect.Delete && OperationEffect.Of(entry.Operation) != StepEffect.Delete, entry.Name);
            Assert.All(entry.Class, item => Assert.Equal(item.Class != UndoClass.Full, item.Loses is { Count: > 0 }));
        });
}
