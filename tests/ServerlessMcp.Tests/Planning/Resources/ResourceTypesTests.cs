using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Aws;
using ServerlessMcp.Planning.Resources;

namespace ServerlessMcp.Tests.Planning.Resources;

/// <summary>The reads of types and lists against the AWS models: harmless, and with parameters that exist.</summary>
public sealed class ResourceTypesTests
{
    private static readonly AwsCatalog Catalog = new();

    public static TheoryData<string> Types => [.. ResourceTypes.All.Select(type => type.FullName)];

    public static TheoryData<string> Lists => [.. LiveSource.All.Select(source => source.Uri)];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_types_read_is_harmless_and_well_formed(string name)
    {
        var type = ResourceTypes.All.Single(one => one.FullName == name);
        var operation = Catalog.Operation(type.Service, type.Operation);

        var parameters = ResourceArn.Parameters(type, "a/b", "arn:aws:iam::111122223333:role/r");

        Assert.Equal(type.Service, Catalog.CanonicalService(type.Service));
        Assert.False(operation.IsSensitiveWith(parameters));
        Assert.True(operation.IsHarmlessRead, $"{operation.Access}");
        Assert.Empty(Catalog.Validate(operation, parameters));
        Assert.Null(JmesQueryLanguage.Problem(ResourceArn.Select(type, "it's")));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void An_arn_that_is_made_of_a_name_is_told_apart_again(string name)
    {
        var type = ResourceTypes.All.Single(one => one.FullName == name);
        if (ResourceArn.Of(name, "n", "eu-west-1", "111122223333") is { } arn)
        {
            var parsed = ResourceName.Parse(arn)!;
            Assert.Equal((type.Namespace, type.Name, "n"), (parsed.Service, parsed.Type, parsed.Identifier));
            Assert.Same(type, ResourceTypes.Find(parsed.Service, parsed.Type));
        }
        else
        {
            Assert.Contains("{arn}", type.Parameters, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_lists_reads_are_harmless_and_well_formed(string uri)
    {
        var source = LiveSource.All.Single(one => one.Uri == uri);
        var operation = Catalog.Operation(source.Service, source.Operation);

        Assert.True(operation.IsHarmlessRead);
        Assert.Empty(Catalog.Validate(operation, JsonNode.Parse(source.Parameters)!.AsObject()));
        Assert.Null(JmesQueryLanguage.Problem(source.Select));
        Assert.Contains(ResourceTypes.All, type => type.FullName == source.Type);
        if (source.First is { } first)
        {
            Assert.True(Catalog.Operation(source.Service, first).IsHarmlessRead);
        }
    }

    [Fact]
    public void The_tagging_read_is_harmless() => Assert.True(Catalog.Operation("resource-groups-tagging-api", "GetResources").IsHarmlessRead);
}
