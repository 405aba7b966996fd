using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Jmes;

namespace ServerlessMcp.Tests.AwsApi.Jmes;

public sealed class JmesExpressionTests
{
    [Theory]
    [InlineData("foo..bar", "syntax", 4)]
    [InlineData("foo.", "syntax", 4)]
    [InlineData("'open", "syntax", 0)]
    [InlineData("foo[?a == `{]", "syntax", 10)]
    [InlineData("`{\"a\": 1, \"a\": 2}`", "syntax", 0)]
    [InlineData("`\"\\ud800\"`", "syntax", 0)]
    [InlineData("foo[99999999999]", "syntax", 4)]
    [InlineData("[&foo]", "syntax", 1)]
    [InlineData("length(@,)", "syntax", 9)]
    [InlineData("a = b", "syntax", 2)]
    [InlineData("lenght(@)", "unknown-function", 0)]
    [InlineData("a | length(@, b)", "invalid-arity", 4)]
    [InlineData("sort_by(@, name)", "invalid-type", 11)]
    [InlineData("length(&a)", "invalid-type", 7)]
    public void A_wrong_expression_is_refused_with_its_kind_and_place(string expression, string kind, int offset)
    {
        var error = Assert.Throws<JmesException>(() => JmesExpression.Parse(expression));

        Assert.Equal((kind, offset), (error.Kind, error.Offset));
    }

    [Fact]
    public void A_message_says_what_was_found_and_what_would_be_right()
    {
        var syntax = Assert.Throws<JmesException>(() => JmesExpression.Parse("foo.`1`"));
        var type = Assert.Throws<JmesException>(() => JmesExpression.Parse("sum(a)").Search(JsonNode.Parse("""{"a": "secret"}""")));

        Assert.Equal("JMESPath syntax at offset 4: found a literal, expected a name, '*', '[' or '{' after '.'.", syntax.Message);
        Assert.Equal("JMESPath invalid-type at offset 4: argument 1 of sum() must be an array of numbers, and is a string.", type.Message);
    }

    [Theory]
    [InlineData("a", "9007199254740993")]
    [InlineData("a == b", "false")]
    [InlineData("sum([a, `1`])", "9007199254740994")]
    [InlineData("abs(`-9223372036854775807`)", "9223372036854775807")]
    [InlineData("avg([`1`, `2`])", "1.5")]
    [InlineData("avg([`1`, `3`])", "2")]
    [InlineData("to_number('1e400')", "null")]
    [InlineData("to_number(' 1')", "null")]
    [InlineData("to_number('01')", "null")]
    [InlineData("`1` == `1.0`", "true")]
    public void Numbers_keep_their_precision(string expression, string expected)
    {
        var document = JsonNode.Parse("""{"a": 9007199254740993, "b": 9007199254740992}""");

        Assert.Equal(expected, JmesExpression.Parse(expression).Search(document)?.ToJsonString() ?? "null");
    }

    [Theory]
    [InlineData("reverse('a\U0001F600b')", "\"b\U0001F600a\"")]
    [InlineData("length('\U0001F600')", "1")]
    [InlineData("sort(['\U0001F600', '\uFFFD'])", "[\"\uFFFD\",\"\U0001F600\"]")]
    [InlineData("to_string({a: 'é<'})", "\"{\\\"a\\\":\\\"é<\\\"}\"")]
    public void Texts_are_sequences_of_code_points(string expression, string expected) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JmesExpression.Parse(expression).Search(new JsonObject())));

    [Theory]
    [InlineData("Volumes[?State == `in-use`].Id", """["v1"]""")]
    [InlineData("Volumes[?Made >= `2024-01-31`].Id", """["v2"]""")]
    [InlineData("Volumes[?Size > `7`].Id", """["v2"]""")]
    [InlineData("Volumes[?Size > `true`].Id", "[]")]
    [InlineData("Volumes[?Size > '7'].Id", "[]")]
    public void What_the_aws_documentation_shows_for_its_cli_works(string expression, string expected)
    {
        var document = JsonNode.Parse("""
            {"Volumes": [
              {"Id": "v1", "State": "in-use", "Made": "2023-05-01T00:00:00Z", "Size": 5},
              {"Id": "v2", "State": "available", "Made": "2024-02-01T00:00:00Z", "Size": 10}]}
            """);

        Assert.Equal(expected, JmesExpression.Parse(expression).Search(document)!.ToJsonString());
    }

    [Fact]
    public void A_document_built_in_code_is_searched_like_a_parsed_one()
    {
        var document = new JsonObject { ["n"] = 3, ["d"] = 1.5m, ["when"] = DateTimeOffset.UnixEpoch, ["list"] = new JsonArray(1, 2L, 3.0) };

        var found = JmesExpression.Parse("[n > d, sum(list), ends_with(when, '+00:00')]").Search(document);

        Assert.Equal("[true,6,true]", found!.ToJsonString());
    }

    [Fact]
    public void A_result_is_a_copy_that_any_tree_can_take()
    {
        var document = JsonNode.Parse("""{"a": {"b": [1]}}""")!;

        var found = JmesExpression.Parse("[a, a]").Search(document)!.AsArray();
        found[0]!["b"]!.AsArray().Add(2);

        Assert.Equal("""[{"b":[1,2]},{"b":[1]}]""", new JsonObject { ["taken"] = found }["taken"]!.ToJsonString());
        Assert.Equal("""{"a":{"b":[1]}}""", document.ToJsonString());
    }

    [Theory]
    [InlineData("[@,@]", " | ", 40)]
    [InlineData("join('', [@,@])", " | ", 60)]
    [InlineData("to_string([@,@])", " | ", 60)]
    public void A_short_expression_cannot_make_a_huge_result(string part, string between, int times)
    {
        var expression = JmesExpression.Parse(string.Join(between, Enumerable.Repeat(part, times)));

        var error = Assert.Throws<JmesException>(() => expression.Search(JsonValue.Create("abcdefgh")));

        Assert.Equal(JmesException.InvalidValue, error.Kind);
    }

    [Theory]
    [InlineData("(", "", ")")]
    [InlineData("[", "@", "]")]
    [InlineData("!", "@", "")]
    [InlineData("", "a", ".a")]
    [InlineData("length(", "@", ")")]
    public void Nesting_is_bounded(string open, string inner, string close)
    {
        string Nested(int levels) => string.Concat(Enumerable.Repeat(open, levels)) + inner + string.Concat(Enumerable.Repeat(close, levels));

        var error = Assert.Throws<JmesException>(() => JmesExpression.Parse(Nested(500)));

        Assert.Contains("nested deeper than 256 levels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Length_is_bounded()
    {
        var error = Assert.Throws<JmesException>(() => JmesExpression.Parse(new string('a', JmesExpression.MaxLength + 1)));

        Assert.Equal("JMESPath syntax at offset 4096: the expression has 4097 characters; at most 4096 are read.", error.Message);
    }

    [Fact]
    public void The_cache_keeps_what_was_used_last()
    {
        var cache = new JmesCache(capacity: 2);

        var a = cache.Parse("a");
        var b = cache.Parse("b");
        Assert.Same(a, cache.Parse("a"));
        cache.Parse("c");

        Assert.Equal(2, cache.Count);
        Assert.Same(a, cache.Parse("a"));
        Assert.NotSame(b, cache.Parse("b"));
    }
}
