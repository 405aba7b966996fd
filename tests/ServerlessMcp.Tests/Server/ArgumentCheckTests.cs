using System.Text.Json;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Tests.Server;

public sealed class ArgumentCheckTests
{
    private const string Schema = """
        {"type":"object","required":["name","size"],"additionalProperties":false,"properties":{
        "name":{"type":"string","pattern":"^[a-z]+$","maxLength":5},
        "size":{"type":"integer","minimum":1,"maximum":9},
        "mode":{"type":"string","enum":["slow","fast"]},
        "items":{"type":"array","minItems":1,"maxItems":2,"items":{"type":"object","required":["id"],"additionalProperties":false,
        "properties":{"id":{"type":"string"},
        "wait":{"type":"object","oneOf":[{"required":["waiter"]},{"required":["operation","until"]}]}}}}}}
        """;

    [Theory]
    [InlineData("""{"name":"ab","size":3}""")]
    [InlineData("""{"name":"ab","size":3,"mode":"fast","items":[{"id":"x","wait":{"waiter":"w"}}]}""")]
    [InlineData("""{"size":3,"name":"ab"}""")]
    public void What_fits_has_no_problems(string arguments) => Assert.Empty(Problems(arguments));

    [Theory]
    [InlineData("""{"size":3}""", "name: Missing; expected a string.")]
    [InlineData("""{"name":"ab"}""", "size: Missing; expected an integer from 1 to 9.")]
    [InlineData("""{"name":"ab","size":"3"}""", "size: Expected an integer, got a string.")]
    [InlineData("""{"name":"ab","size":3.5}""", "size: Expected an integer, got a number.")]
    [InlineData("""{"name":"ab","size":99}""", "size: Expected an integer from 1 to 9, got 99.")]
    [InlineData("""{"name":"AB","size":3}""", "name: Expected text that matches ^[a-z]+$.")]
    [InlineData("""{"name":"abcdef","size":3}""", "name: Expected at most 5 characters, got 6.")]
    [InlineData("""{"name":null,"size":3}""", "name: Expected a string, got null.")]
    [InlineData("""{"name":"ab","size":3,"mode":"fats"}""", "mode: Expected one of: slow, fast. Did you mean 'fast'?")]
    [InlineData("""{"name":"ab","size":3,"nmae":1}""", "nmae: There is no 'nmae' here. Did you mean 'name'?")]
    [InlineData("""{"name":"ab","size":3,"zzzzzz":1}""", "zzzzzz: There is no 'zzzzzz' here. Known: name, size, mode, items.")]
    [InlineData("""{"name":"ab","size":3,"items":[]}""", "items: Expected at least 1 items, got 0.")]
    [InlineData(
        """{"name":"ab","size":3,"items":[{"id":"x"},{"idd":"x","id":"y"}]}""",
        "items[1].idd: There is no 'idd' here. Did you mean 'id'?")]
    [InlineData(
        """{"name":"ab","size":3,"items":[{"id":"x","wait":{}}]}""",
        "items[0].wait: Expected exactly one of: waiter; operation + until.")]
    public void What_does_not_fit_is_said_with_its_place_and_what_would_be_right(string arguments, string expected) =>
        Assert.Equal([expected], Problems(arguments));

    [Fact]
    public void All_problems_come_at_once() =>
        Assert.Equal(4, Problems("""{"name":7,"size":0,"mode":"x","extra":true}""").Count);

    [Theory]
    [InlineData("""{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}""", null)]
    [InlineData("""{"a":1,"b":{"x":1,"x":1}}""", "x")]
    [InlineData("""{"a":1,"\u0061":2}""", "a")]
    public void A_member_that_stands_twice_in_one_object_is_found(string json, string? twice) =>
        Assert.Equal(
            twice is null ? null : $"The member '{twice}' stands twice in one object; send it once.",
            BodyCheck.Wrong(System.Text.Encoding.UTF8.GetBytes(json))?.Message);

    private static List<string> Problems(string arguments)
    {
        var members = JsonElement.Parse(arguments).EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        return [.. ArgumentCheck.Check(JsonElement.Parse(Schema), members).Select(problem => $"{problem.Path}: {problem.Message}")];
    }
}
