namespace ServerlessMcp.AwsApi.Jmes;

internal static class JmesArrayFunctions
{
    private static readonly Comparer<JmesValue> Order = Comparer<JmesValue>.Create(JmesValue.Compare);

    public static JmesValue Map(JmesArguments call) =>
        JmesValue.Of(call.Second.Items(call.Work).ConvertAll(item => call.Expression!.Evaluate(item, call.Work)));

    /// <summary>Later members win.</summary>
    public static JmesValue Merge(JmesArguments call)
    {
        var merged = new OrderedDictionary<string, JmesValue>(StringComparer.Ordinal);
        foreach (var (name, value) in call.Values.SelectMany(members => members.Members(call.Work)))
        {
            merged[name] = value;
        }

        return JmesValue.Of(merged);
    }

    /// <summary>Stable.</summary>
    public static JmesValue Sort(JmesArguments call) => JmesValue.Of(call.First.Items(call.Work).Order(Order).ToList());

    /// <summary>Stable.</summary>
    public static JmesValue SortBy(JmesArguments call) =>
        JmesValue.Of(call.Keyed().OrderBy(pair => pair.Key, Order).Select(pair => pair.Item).ToList());

    /// <param name="sign">1 for the greatest, -1 for the least; the first of equals. Null if there is none.</param>
    public static JmesValue Best(List<JmesValue> items, int sign) => items.Count == 0
        ? default
        : items.Aggregate((best, item) => JmesValue.Compare(item, best) * sign > 0 ? item : best);

    public static JmesValue BestBy(JmesArguments call, int sign)
    {
        var keyed = call.Keyed();
        return keyed.Count == 0
            ? default
            : keyed.Aggregate((best, pair) => JmesValue.Compare(pair.Key, best.Key) * sign > 0 ? pair : best).Item;
    }
}
