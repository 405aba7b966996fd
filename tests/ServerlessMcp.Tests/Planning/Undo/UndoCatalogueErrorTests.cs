using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.AwsApi.Shapes;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Tests.Planning.Undo;

/// <summary>Every error code that an entry waits for is one that this operation can answer: by its model, or by the reviewed list <c>tests/undo-error-codes.json</c>.</summary>
public sealed class UndoCatalogueErrorTests
{
    private static readonly AwsCatalog Catalog = new();

    private static readonly JsonArray List =
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "undo-error-codes.json")))!["reviewed"]!.AsArray();

    /// <summary>EC2 declares no errors of its operations, S3 few; other services leave some out.</summary>
    private static readonly IReadOnlyList<(string Service, string? Operation, HashSet<string> Codes)> Reviewed =
    [
        .. List.Select(one => (one!["service"]!.ToString(), one["operation"]?.ToString(), one["codes"]!.AsArray().Select(code => code!.ToString()).ToHashSet())),
    ];

    public static TheoryData<string> Entries => UndoCatalogueModelTests.Entries;

    [Theory]
    [MemberData(nameof(Entries))]
    public void Each_code_is_an_error_of_its_operation(string name)
    {
        var entry = UndoCatalogue.Load().Find(name.Split(':')[0], name.Split(':')[1])!;

        Assert.Empty(Uses(entry).SelectMany(use => use.Codes
            .Where(code => !IsKnown(entry.Service, use.Operation, code))
            .Select(code => $"{use.Operation} has no error {code}; it has {string.Join(", ", Declared(entry.Service, use.Operation).Select(one => one.Code))}")));
    }

    /// <summary>A query service answers with the code, never with the shape's name: a name alone would wait for ever.</summary>
    [Theory]
    [MemberData(nameof(Entries))]
    public void Where_a_shape_is_named_its_code_is_too(string name)
    {
        var entry = UndoCatalogue.Load().Find(name.Split(':')[0], name.Split(':')[1])!;

        Assert.Empty(
            from use in Uses(entry)
            from error in Declared(entry.Service, use.Operation)
            where error.Code != error.Name && use.Codes.Contains(error.Name) && !use.Codes.Contains(error.Code)
            select $"{use.Operation}: {error.Name} comes as {error.Code}");
    }

    [Fact]
    public void The_reviewed_list_names_each_source_and_nothing_that_the_models_have()
    {
        Assert.All(List, one => Assert.StartsWith("https://docs.aws.amazon.com/", one!["source"]!.ToString(), StringComparison.Ordinal));
        Assert.Empty(
            from one in Reviewed
            where one.Operation is not null
            from error in Declared(one.Service, one.Operation!)
            where one.Codes.Contains(error.Code)
            select $"{one.Service}:{one.Operation} declares {error.Code}");
    }

    private static bool IsKnown(string service, string operation, string code) =>
        Declared(service, operation).Any(error => error.Code == code || error.Name == code)
        || Reviewed.Any(one => one.Service == service && (one.Operation ?? operation) == operation && one.Codes.Contains(code));

    /// <summary>The shape's name, and the code as it comes.</summary>
    private static IEnumerable<(string Name, string Code)> Declared(string service, string operation)
    {
        var model = Catalog.Model(service);
        var hasCodes = model.IsQueryCompatible || model.Protocol is AwsProtocol.AwsQuery or AwsProtocol.Ec2Query;
        return AwsCatalog.FindOperation(model, operation).Errors.Select(model.ShapeAt)
            .Select(error => (error.Name, hasCodes ? error.ErrorCode ?? error.Name : error.Name));
    }

    private static IEnumerable<(string Operation, IReadOnlyList<string> Codes)> Uses(UndoEntry entry) =>
    [
        .. new[] { entry.Before, entry.After, entry.Locate }.OfType<EntryRead>().Select(read => (read.Operation, read.Absent)),
        (entry.Operation, entry.AlreadyDone),
        .. entry.Undo.Select(undo => (undo.Operation, undo.AlreadyDone)),
        .. entry.Undo.Select(undo => undo.Wait).Append(entry.Wait).OfType<EntryWait>()
            .Where(wait => wait.Operation is not null).Select(wait => (wait.Operation!, wait.UntilErrors)),
    ];
}
