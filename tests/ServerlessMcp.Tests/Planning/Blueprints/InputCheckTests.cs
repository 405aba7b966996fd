using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Planning.Blueprints;

namespace ServerlessMcp.Tests.Planning.Blueprints;

public sealed class InputCheckTests
{
    [Fact]
    public void Every_problem_is_told_at_once_with_the_nearest_names()
    {
        var error = Refusal("""{ "nmae": "shop", "zones": 9, "cidr": "10.0.0.7/16", "public": "yes", "tags": { "aws:x": "y" } }""");

        Assert.Equal("invalid_inputs", error.Code);
        Assert.Equal(
            ["inputs.nmae", "inputs.zones", "inputs.cidr", "inputs.public", "inputs.tags", "inputs.name"],
            error.Problems.Select(problem => problem.Path));
        Assert.StartsWith("network has no input 'nmae'. Nearest: name", error.Problems[0].Message, StringComparison.Ordinal);
        Assert.StartsWith("Expected an integer from 2 to 3, got 9. For example 3.", error.Problems[1].Message, StringComparison.Ordinal);
        Assert.Contains("10.0.0.0/16 does", error.Problems[2].Message, StringComparison.Ordinal);
        Assert.StartsWith("Expected true or false", error.Problems[3].Message, StringComparison.Ordinal);
        Assert.StartsWith("Missing.", error.Problems[5].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_is_named_with_type_default_and_example()
    {
        var error = Refusal("{}");

        Assert.Equal("missing_inputs", error.Code);
        Assert.Equal(new Problem("inputs.name", "Missing. What it is called; every resource's name begins with it. A text: 2 to 24 lower-case letters, digits and hyphens, a letter first, no hyphen last and no two together; for example \"shop\"."), Assert.Single(error.Problems));
        Assert.Contains("zones: How many availability zones. An integer from 2 to 3; default 2; for example 3.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_given_has_its_default()
    {
        var check = InputCheck.Of(Network, new() { ["name"] = "shop", ["zones"] = null });

        Assert.True(check.IsRight);
        Assert.Equal("""{"name":"shop","cidr":"10.0.0.0/16","zones":2}""", Json(check, "name", "cidr", "zones"));
    }

    [Fact]
    public void A_blueprint_that_is_not_there_is_told_with_the_nearest()
    {
        var error = Assert.Throws<CallerException>(() => new BlueprintStage().Blueprints.Check("netwrok", []));

        Assert.Equal("unknown_blueprint", error.Code);
        Assert.Contains("Nearest: network", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("array", "\"a, b ,c\"", """["a","b","c"]""")]
    [InlineData("object", "\"team=blue, note=a=b\"", """{"team":"blue","note":"a=b"}""")]
    [InlineData("integer", "3.0", "3")]
    [InlineData("integer", "\"three\"", "\"three\"")]
    [InlineData("boolean", "true", "true")]
    [InlineData("string", "\"a,b\"", "\"a,b\"")]
    public void What_a_person_typed_into_a_line_becomes_a_value(string type, string said, string value) =>
        Assert.Equal(value, InputValue.FromLine(new() { Name = "x", Type = type, Description = "d", Example = "e" }, JsonElement.Parse(said))!.ToJsonString());

    private static Blueprint Network => BlueprintStage.Catalogue.Find("network")!;

    private static CallerException Refusal(string inputs) =>
        Assert.Throws<CallerException>(() => InputCheck.Of(Network, JsonNode.Parse(inputs)!.AsObject()).ThrowIfWrong());

    private static string Json(InputCheck check, params string[] names) =>
        new JsonObject(names.Select(name => KeyValuePair.Create(name, check.Values[name]?.DeepClone()))).ToJsonString();
}
