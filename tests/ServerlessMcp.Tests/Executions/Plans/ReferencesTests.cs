using System.Text.Json.Nodes;
using CsCheck;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Tests.Executions.Plans;

public sealed class ReferencesTests
{
    private static readonly JsonNode Facts = JsonNode.Parse("""{"id":"vpc-1","port":443,"on":true,"tags":[{"key":"a"}],"nothing":null}""")!;

    [Theory]
    [InlineData("${steps.a.output.id}", "\"vpc-1\"")]
    [InlineData("${steps.a.output.port}", "443")]
    [InlineData("${steps.a.output.tags}", """[{"key":"a"}]""")]
    [InlineData("${steps.a.output.tags[0].key}", "\"a\"")]
    [InlineData("${steps.a.before}", """{"id":"vpc-1","port":443,"on":true,"tags":[{"key":"a"}]}""")]
    [InlineData("x ${steps.a.output.id} y ${steps.a.output.port} ${steps.a.output.on}", "\"x vpc-1 y 443 true\"")]
    public void A_whole_value_keeps_its_type_and_a_part_becomes_text(string text, string expected) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), Resolve(text)));

    [Theory]
    [InlineData("${aws:username}")]
    [InlineData("${AWS::Region}")]
    [InlineData("${steps.A.output.id}")]
    [InlineData("${steps.a.after.id}")]
    [InlineData("${steps.a}")]
    [InlineData("${output.id}")]
    [InlineData("${steps.a.output.id")]
    [InlineData("$ {steps.a.output.id}")]
    public void Any_other_placeholder_is_literal(string text) => Assert.Equal(text, Resolve(text)!.GetValue<string>());

    [Theory]
    [InlineData("${before.nothing?}", null)]
    [InlineData("${before.absent.deeper?}", null)]
    [InlineData("${before.id?}", "vpc-1")]
    [InlineData("${steps.a.before.nothing?}", "${steps.a.before.nothing?}")]
    public void A_reference_to_the_steps_own_may_lead_to_nothing_where_it_says_so(string text, string? expected) =>
        Assert.Equal(expected, References.Resolve(JsonValue.Create(text), own: true, _ => Facts)?.GetValue<string>());

    [Theory]
    [InlineData("$${steps.a.output.id}", "${steps.a.output.id}")]
    [InlineData("$${aws:username}", "${aws:username}")]
    [InlineData("a $${x} ${steps.a.output.id}", "a ${x} vpc-1")]
    public void A_doubled_dollar_escapes(string text, string expected) => Assert.Equal(expected, Resolve(text)!.GetValue<string>());

    [Fact]
    public void An_escaped_text_resolves_to_itself() =>
        Gen.OneOf(Gen.Const("${"), Gen.Const("$"), Gen.Const("{"), Gen.Const("}"), Gen.Const("steps.a.output.id"), Gen.Const("before"), Gen.Const("x"))
            .Array[0, 8]
            .Select(parts => string.Concat(parts))
            .Sample(text => Assert.Equal(text, References.ResolveInText(References.Escape(text), own: true, _ => Facts)));

    [Fact]
    public void Its_own_output_and_before_are_references_only_in_its_own_places()
    {
        Assert.Equal("vpc-1", References.ResolveInText("${output.id}", own: true, _ => Facts));
        Assert.Equal("${output.id}", References.ResolveInText("${output.id}", own: false, _ => Facts));
    }

    [Fact]
    public void A_JSON_member_is_resolved_and_then_serialized()
    {
        var node = JsonNode.Parse("""{"Policy":{"$json":{"Resource":"${steps.a.output.id}","Port":"${steps.a.output.port}","User":"${aws:username}"}}}""");

        var resolved = References.Resolve(node, own: false, _ => Facts)!;

        Assert.Equal("""{"Resource":"vpc-1","Port":443,"User":"${aws:username}"}""", resolved["Policy"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("${steps.a.output.absent}", "leads to nothing")]
    [InlineData("${steps.a.output.nothing}", "leads to nothing")]
    [InlineData("${steps.a.output.tags[7]}", "leads to nothing")]
    [InlineData("${steps.a.output.id.deeper}", "leads to nothing")]
    [InlineData("a ${steps.a.output.tags}", "structure")]
    public void A_reference_that_cannot_be_filled_in_says_so(string text, string why)
    {
        var wrong = Assert.Throws<ReferenceException>(() => Resolve(text));

        Assert.Contains(why, wrong.Message, StringComparison.Ordinal);
        Assert.Equal("a", wrong.Reference.StepId);
    }

    [Fact]
    public void Find_tells_where_each_one_is()
    {
        var node = JsonNode.Parse("""{"A":["x","${steps.a.output.id}"],"B":{"C":"${before.tags[0]} and ${steps.b.output}"}}""");

        var found = References.Find(node, own: true).Select(found => $"{found.Where} {found.Reference}");

        Assert.Equal(["$.A[1] ${steps.a.output.id}", "$.B.C ${before.tags[0]}", "$.B.C ${steps.b.output}"], found);
    }

    private static JsonNode? Resolve(string text) => References.Resolve(JsonValue.Create(text), own: false, _ => Facts);
}
