using System.Text.Json.Nodes;
using CsCheck;
using ServerlessMcp.AwsApi.Jmes;

namespace ServerlessMcp.Tests.AwsApi.Jmes;

public sealed class JmesProperties
{
    private static readonly string[] Pieces =
    [
        "a", "b", "\"c d\"", "@", "*", "[*]", "[]", "[0]", "[-1]", "[::-1]", "[1:]", "[?", "[", "]", "{", "}", "(", ")", ".", ",", ":", "|", "||",
        "&&", "!", "&", "==", "!=", "<", ">=", "`1`", "`-2.5`", "`null`", "`[1,2]`", "'x'", "'", "`", "\"", " ", "-", "3", "sort(", "sort_by(",
        "map(&", "length(", "sum(", "max_by(", "to_number(", "to_string(", "join(', ', ", "merge(", "keys(", "values(", "contains(", "reverse(",
        "not_null(", "type(", "avg(", "abs(", "floor(", "\\", "\u2713", "\ud83d", "\n",
    ];

    private static readonly Gen<JsonNode?> AnyDocument = Gen.Recursive<JsonNode?>((depth, inner) => depth > 3
        ? Scalar
        : Gen.OneOf(
            Scalar,
            inner.Array[0, 4].Select(JsonNode? (items) => new JsonArray([.. items.Select(item => item?.DeepClone())])),
            inner.Array[0, 3].Select(JsonNode? (items) =>
                new JsonObject(items.Select((item, n) => KeyValuePair.Create(((char)('a' + n)).ToString(), item?.DeepClone()))))));

    private static readonly Gen<string> AnyPieces = OneOf(Pieces).Array[1, 12].Select(string.Concat);

    private static Gen<JsonNode?> Scalar => Gen.OneOf(
        Gen.Const((JsonNode?)null),
        Gen.Bool.Select(JsonNode? (value) => value),
        Gen.Int.Select(JsonNode? (value) => value),
        Gen.Double[-1e6, 1e6].Select(JsonNode? (value) => value),
        Gen.String[Gen.Char.AlphaNumeric, 0, 5].Select(JsonNode? (value) => value));

    /// <summary>Whatever the expression, the answer is a result or a JmesException; the document stays as it was.</summary>
    [Fact]
    public void A_search_ends_with_a_result_or_a_JmesException() =>
        Gen.Select(Gen.OneOf(AnyPieces, Gen.String[0, 20]), AnyDocument).Sample(
            (expression, document) =>
            {
                var before = document?.ToJsonString();
                try
                {
                    var found = JmesExpression.Parse(expression).Search(document);
                    return found?.Parent is null && before == document?.ToJsonString();
                }
                catch (JmesException error)
                {
                    return error.Offset >= -1 && error.Offset <= expression.Length && error.Message.Length > 20;
                }
            },
            iter: 20_000);

    /// <summary>A pipe is the composition of its sides.</summary>
    [Fact]
    public void A_pipe_searches_what_its_left_side_found() =>
        Gen.Select(Expression, Expression, AnyDocument).Sample(
            (left, right, document) =>
            {
                var piped = Outcome(() => JmesExpression.Parse($"{left} | {right}").Search(document));
                var inSteps = Outcome(() => JmesExpression.Parse(right).Search(JmesExpression.Parse(left).Search(document)));
                return piped == inSteps;
            },
            iter: 5_000);

    /// <summary>Sorting gives the same items, each no greater than the one after it.</summary>
    [Fact]
    public void Sort_orders_and_loses_nothing() =>
        Gen.Int[-50, 50].Array[0, 30].Sample(numbers =>
        {
            var document = new JsonArray([.. numbers.Select(number => (JsonNode?)number)]);

            var sorted = JmesExpression.Parse("sort(@)").Search(document)!.AsArray().Select(item => item!.GetValue<int>()).ToArray();

            Assert.Equal(numbers.Order(), sorted);
        });

    /// <summary>A slice is Python's: checked against stepping through the indices one by one.</summary>
    [Fact]
    public void A_slice_takes_what_Python_takes() =>
        Gen.Select(Gen.Int[0, 8], Gen.Int[-10, 10].Nullable(), Gen.Int[-10, 10].Nullable(), Gen.Int[-3, 3].Where(step => step != 0)).Sample(
            (length, start, stop, step) =>
            {
                var document = new JsonArray([.. Enumerable.Range(0, length).Select(n => (JsonNode?)n)]);

                var found = JmesExpression.Parse($"[{start}:{stop}:{step}]").Search(document)!.ToJsonString();

                Assert.Equal($"[{string.Join(',', Python(length, start, stop, step))}]", found);
            },
            iter: 5_000);

    private static Gen<string> Expression => OneOf(
        "a", "b.a", "@", "[0]", "[*].a", "[]", "*", "[?a]", "[?@ > `0`]", "[a, b]", "{x: a, y: @}", "a || b", "!a", "length(@)", "keys(@)", "sort(@)", "to_string(@)");

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(n => texts[n]);

    private static string Outcome(Func<JsonNode?> search)
    {
        try
        {
            return search()?.ToJsonString() ?? "null";
        }
        catch (JmesException error)
        {
            return error.Kind;
        }
    }

    private static IEnumerable<int> Python(int length, int? start, int? stop, int step)
    {
        var wanted = Enumerable.Range(0, length).ToList();
        if (step < 0)
        {
            wanted.Reverse();
        }

        bool AtOrAfter(int n, int? bound) => bound is null || (step > 0 ? n >= FromEnd(bound.Value) : n <= FromEnd(bound.Value));
        bool Before(int n, int? bound) => bound is null || (step > 0 ? n < FromEnd(bound.Value) : n > FromEnd(bound.Value));
        int FromEnd(int bound) => bound < 0 ? Math.Max(bound + length, -1) : bound;

        return wanted.Where(n => AtOrAfter(n, start) && Before(n, stop)).Where((_, at) => at % Math.Abs(step) == 0);
    }
}
