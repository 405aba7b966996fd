using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.AwsApi.Jmes;

internal static class JmesNumberFunctions
{
    public static JmesValue Abs(JmesArguments call) => call.First switch
    {
        { Whole: >= 0 } number => number,
        { Whole: > long.MinValue and var whole } => JmesValue.Of(-whole),
        var number => JmesValue.Of(Math.Abs(number.Number)),
    };

    public static JmesValue Avg(JmesArguments call)
    {
        var items = call.First.Items(call.Work);
        return items.Count == 0 ? default : JmesValue.Of(Sum(items).Number / items.Count);
    }

    public static JmesValue Rounded(JmesValue number, Func<double, double> round) =>
        number.Whole is null ? JmesValue.Of(round(number.Number)) : number;

    /// <summary>Exact while all numbers are whole and the sum fits 64 bits; else in double precision.</summary>
    public static JmesValue Sum(List<JmesValue> items)
    {
        Int128 whole = 0;
        var number = 0.0;
        var isWhole = true;
        foreach (var item in items)
        {
            isWhole &= item.Whole is not null;
            whole += item.Whole ?? 0;
            number += item.Number;
        }

        return isWhole && whole >= long.MinValue && whole <= long.MaxValue ? JmesValue.Of((long)whole) : JmesValue.Of(number);
    }

    /// <summary>A text that is exactly one JSON number becomes it; any other value but a number becomes null.</summary>
    public static JmesValue ToNumber(JmesValue value)
    {
        if (value.Type == JmesType.Number)
        {
            return value;
        }

        if (value.Type != JmesType.String || value.Text is not { Length: > 0 } text || !char.IsAsciiDigit(text[^1]))
        {
            return default;
        }

        try
        {
            var number = text[0] == '-' || char.IsAsciiDigit(text[0]) ? JmesValue.From(JsonNode.Parse(text)) : default;
            return number.Type == JmesType.Number && double.IsFinite(number.Number) ? number : default;
        }
        catch (JsonException)
        {
            // the specification's answer for a text that is no number
            return default;
        }
    }
}
