using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Running;

namespace ServerlessMcp.Tests.Executions.Running;

public sealed class JsonPointerTests
{
    [Theory]
    [InlineData("{}", "/ClientToken", """{"ClientToken":"v"}""")]
    [InlineData("{}", "/Tags/0/Value", """{"Tags":[{"Value":"v"}]}""")]
    [InlineData("""{"Tags":[{"Key":"k","Value":"old"}]}""", "/Tags/0/Value", """{"Tags":[{"Key":"k","Value":"v"}]}""")]
    [InlineData("""{"Tags":["a"]}""", "/Tags/-", """{"Tags":["a","v"]}""")]
    [InlineData("""{"Tags":["a"]}""", "/Tags/1", """{"Tags":["a","v"]}""")]
    [InlineData("{}", "/a~1b/c~0d", """{"a/b":{"c~d":"v"}}""")]
    public void Puts_the_value_and_makes_the_way(string root, string place, string expected)
    {
        var node = JsonNode.Parse(root)!.AsObject();

        JsonPointer.Put(node, place, JsonValue.Create("v"));

        Assert.Equal(expected, node.ToJsonString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Tags")]
    [InlineData("/Tags/5")]
    [InlineData("/Tags/x")]
    [InlineData("/Name/x")]
    public void A_pointer_to_no_place_is_refused(string place) => Assert.Throws<FormatException>(
        () => JsonPointer.Put(JsonNode.Parse("""{"Tags":["a"],"Name":"n"}""")!.AsObject(), place, JsonValue.Create("v")));
}
