using System.Text.Json.Nodes;
using CsCheck;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Tests.Executions.Plans;

public sealed class CanonicalJsonTests
{
    /// <summary>Source: RFC 8785 section 3.2.2, but for its number beyond 2^53-1, which plans refuse.</summary>
    [Fact]
    public void The_example_of_the_RFC()
    {
        const string Input = """
            {
              "numbers": [333333333.33333329, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """;

        Assert.Equal(
            """{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""",
            CanonicalJson.Write(JsonNode.Parse(Input)));
    }

    /// <summary>Source: RFC 8785 section 3.2.3.</summary>
    [Fact]
    public void Members_are_sorted_by_UTF_16_code_units()
    {
        const string Input = """{"\u20ac":"Euro","\r":"CR","\ufb33":"Dalet","1":"One","\ud83d\ude00":"Smile","\u0080":"Control","\u00f6":"o"}""";

        var names = JsonNode.Parse(CanonicalJson.Write(JsonNode.Parse(Input)))!.AsObject().Select(member => member.Value!.GetValue<string>());

        Assert.Equal(["CR", "One", "Control", "o", "Euro", "Smile", "Dalet"], names);
    }

    /// <summary>Source: RFC 8785 appendix B, the rows that plans admit.</summary>
    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x433fffffffffffff, "9007199254740991")]
    [InlineData(0xc33fffffffffffff, "-9007199254740991")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    public void Numbers_are_written_as_ECMAScript_does(ulong bits, string expected)
    {
        var value = BitConverter.UInt64BitsToDouble(bits);

        Assert.Equal(expected, CanonicalJson.Number(value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("9007199254740992")]
    [InlineData("-9007199254740993")]
    [InlineData("1e400")]
    [InlineData("1E30")]
    public void Numbers_beyond_2_53_minus_1_are_refused(string literal) =>
        Assert.Throws<FormatException>(() => CanonicalJson.Write(JsonNode.Parse(literal)));

    [Fact]
    public void Numbers_read_back_as_themselves() => Gen.Double[-9e15, 9e15].Sample(value =>
        double.Parse(CanonicalJson.Number(value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)), System.Globalization.CultureInfo.InvariantCulture) == value);

    [Fact]
    public void The_order_and_the_form_of_the_input_do_not_matter() =>
        Assert.Equal(
            CanonicalJson.Write(JsonNode.Parse("""{"a":1.0,"b":[1e1,{"c":"\u0041","d":null}]}""")),
            CanonicalJson.Write(JsonNode.Parse("""{ "b" : [ 10, { "d":null, "c":"A" } ], "a" : 1 }""")));
}
