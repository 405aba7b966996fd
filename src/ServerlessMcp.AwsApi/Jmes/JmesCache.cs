namespace ServerlessMcp.AwsApi.Jmes;

/// <summary>Keeps the expressions used last, parsed. Thread safe; an expression that does not parse is not kept.</summary>
public sealed class JmesCache(int capacity = 256)
{
    private readonly Lock gate = new();
    private readonly OrderedDictionary<string, JmesExpression> kept = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (gate)
            {
                return kept.Count;
            }
        }
    }

    /// <exception cref="JmesException">As <see cref="JmesExpression.Parse"/>.</exception>
    public JmesExpression Parse(string expression)
    {
        lock (gate)
        {
            if (kept.Remove(expression, out var known))
            {
                kept.Add(expression, known);
                return known;
            }
        }

        var parsed = JmesExpression.Parse(expression);
        lock (gate)
        {
            kept[expression] = parsed;
            if (kept.Count > capacity)
            {
                kept.RemoveAt(0);
            }
        }

        return parsed;
    }
}
