using System.Text.Json.Nodes;
using ServerlessMcp.Planning.Blueprints;

namespace ServerlessMcp.Tests.Planning.Blueprints;

public sealed class BlueprintCatalogueTests
{
    [Fact]
    public void All_are_there_and_right() =>
        Assert.Equal(BlueprintStage.Catalogue.Names, BlueprintStage.Catalogue.All.Select(blueprint => blueprint.Name));

    [Fact]
    public void Every_problem_of_a_file_is_told_at_once()
    {
        var error = Assert.Throws<BlueprintException>(() => BlueprintCatalogue.Parse("one", """
            { "name": "two", "title": "T", "summary": "S", "description": "D", "undo": "U",
              "inputs": [
                { "name": "Size", "type": "string", "description": "d", "example": "x" },
                { "name": "kind", "type": "colour", "description": "d", "example": "x" },
                { "name": "count", "type": "integer", "minimum": 1, "description": "d", "required": true, "default": 0, "example": "many" } ],
              "rules": [{ "holds": "inputs.zise > ", "input": "size", "message": "m" }],
              "steps": [{ "id": "a", "forEach": "values.rows", "service": "ec2", "operation": "CreateVpc", "parameters": { "CidrBlock": "<<join(inputs.sort)>>" } }] }
            """));

        Assert.Equal(12, error.Problems.Count);
        Assert.Contains(error.Problems, problem => problem.Contains("there is no input 'sort'", StringComparison.Ordinal));
        Assert.Contains(error.Problems, problem => problem.StartsWith("rules: there is no input 'size'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_member_that_no_one_knows_is_refused() => Assert.Throws<BlueprintException>(() => BlueprintCatalogue.Parse("one", """
        { "name": "one", "title": "T", "summary": "S", "description": "D", "undo": "U", "inputs": [], "steps": [], "loop": [] }
        """));

    [Fact]
    public void A_name_that_is_not_there_is_null() => Assert.Null(BlueprintStage.Catalogue.Find("../undo/ec2"));

    [Fact]
    public void The_same_text_is_the_same_zip()
    {
        var files = JsonNode.Parse("""{ "$zip": { "index.mjs": "export const handler = async () => '$${literal}';" } }""");

        var zip = TemplateFunctions.Apply(files)!.GetValue<string>();

        Assert.Equal(zip, TemplateFunctions.Apply(files)!.GetValue<string>());
        using var archive = new System.IO.Compression.ZipArchive(new MemoryStream(Convert.FromBase64String(zip)));
        using var reader = new StreamReader(Assert.Single(archive.Entries).Open());
        Assert.Equal("export const handler = async () => '${literal}';", reader.ReadToEnd());
    }

    [Fact]
    public void Lists_become_rows_as_many_as_the_shortest_has() => Assert.Equal(
        """[{"n":1,"a":"x","b":"1"},{"n":2,"a":"y","b":"2"}]""",
        TemplateFunctions.Apply(JsonNode.Parse("""{ "$rows": { "a": ["x", "y"], "b": ["1", "2", "3"] } }"""))!.ToJsonString());

    [Theory]
    [InlineData("10.0.0.0/16", 4, "10.0.0.0/20", "10.0.240.0/20")]
    [InlineData("192.168.255.0/24", 4, "192.168.255.0/28", "192.168.255.240/28")]
    [InlineData("255.255.0.0/16", 1, "255.255.0.0/17", "255.255.128.0/17")]
    public void A_block_is_parted_without_gap_or_overlap(string block, int bits, string first, string last)
    {
        var parts = CidrBlock.Parts(block, bits).ToList();

        Assert.Equal((1 << bits, first, last), (parts.Count, parts[0], parts[^1]));
        Assert.Equal(parts.Count, parts.Distinct().Count());
    }

    [Theory]
    [InlineData("10.0.0.0/16", null)]
    [InlineData("10.0.0.1/16", "10.0.0.1/16 does not begin at its own first address; 10.0.0.0/16 does")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8 is a /8; /16 to /24 is right")]
    [InlineData("10.0.0/16", "'10.0.0/16' is not an IPv4 block such as 10.0.0.0/16")]
    [InlineData("010.0.0.0/16", "'010.0.0.0/16' is not an IPv4 block such as 10.0.0.0/16")]
    [InlineData("::/16", "'::/16' is not an IPv4 block such as 10.0.0.0/16")]
    [InlineData("10.0.0.0", "'10.0.0.0' is not an IPv4 block such as 10.0.0.0/16")]
    public void A_block_that_is_none_is_told(string text, string? problem) => Assert.Equal(problem, CidrBlock.Problem(text, 16, 24));
}
