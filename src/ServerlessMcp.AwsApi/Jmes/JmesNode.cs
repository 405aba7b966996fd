namespace ServerlessMcp.AwsApi.Jmes;

/// <summary>A part of a parsed expression. Immutable.</summary>
internal abstract class JmesNode(params ReadOnlySpan<JmesNode> children)
{
    /// <summary>Levels below and including this one.</summary>
    public int Height { get; } = HeightAbove(children);

    public abstract JmesValue Evaluate(JmesValue value, JmesWork work);

    private static int HeightAbove(ReadOnlySpan<JmesNode> children)
    {
        var highest = 0;
        foreach (var child in children)
        {
            highest = Math.Max(highest, child.Height);
        }

        return highest + 1;
    }
}

internal sealed class JmesIdentity : JmesNode
{
    public static readonly JmesIdentity Instance = new();

    public override JmesValue Evaluate(JmesValue value, JmesWork work) => value;
}

internal sealed class JmesField(string name) : JmesNode
{
    public override JmesValue Evaluate(JmesValue value, JmesWork work)
    {
        work.Spend();
        return value.Member(name);
    }
}

internal sealed class JmesLiteral(JmesValue literal) : JmesNode
{
    public override JmesValue Evaluate(JmesValue value, JmesWork work)
    {
        work.Spend();
        return literal;
    }
}

/// <summary><c>left.right</c>, and <c>left | right</c>: the parser has already ended the projections of a pipe's left side.</summary>
internal sealed class JmesChain(JmesNode left, JmesNode right) : JmesNode(left, right)
{
    public override JmesValue Evaluate(JmesValue value, JmesWork work)
    {
        work.Spend();
        return right.Evaluate(left.Evaluate(value, work), work);
    }
}

internal sealed class JmesIndex(JmesNode left, int index) : JmesNode(left)
{
    public override JmesValue Evaluate(JmesValue value, JmesWork work)
    {
        work.Spend();
        var array = left.Evaluate(value, work);
        var from = index < 0 ? array.Count + (long)index : index;
        return array.Type == JmesType.Array && from >= 0 && from < array.Count ? array.Item((int)from) : default;
    }
}

/// <remarks>Source: JMESPath specification, slices, which are Python's.</remarks>
internal sealed class JmesSlice(JmesNode left, int? start, int? stop, int? step, int offset) : JmesNode(left)
{
    public override JmesValue Evaluate(JmesValue value, JmesWork work)
    {
        var array = left.Evaluate(value, work);
        if (array.Type != JmesType.Array)
        {
            return default;
        }

        long by = step ?? 1;
        if (by == 0)
        {
            throw new JmesException(JmesException.InvalidValue, offset, "a slice's step is 0; 1 or more goes forward, -1 or less backward.");
        }

        var (first, last) = by > 0 ? (0, array.Count) : (-1, array.Count - 1);
        var to = Bound(stop ?? (by > 0 ? int.MaxValue : int.MinValue), array.Count, first, last, stop is null);
        var items = new List<JmesValue>();
        for (var n = Bound(start ?? (by > 0 ? int.MinValue : int.MaxValue), array.Count, first, last, start is null); by > 0 ? n < to : n > to; n += by)
        {
            work.Spend();
            items.Add(array.Item((int)n));
        }

        return JmesValue.Of(items);
    }

    private static long Bound(long place, int count, int first, int last, bool isDefault) =>
        Math.Clamp(place < 0 && !isDefault ? place + count : place, first, last);
}

internal sealed class JmesItems(JmesNode[] items) : JmesNode(items)
{
    public override JmesValue Evaluate(JmesValue value, JmesWork work)
    {
        work.Spend();
        return value.IsNull ? default : JmesValue.Of(items.Select(item => item.Evaluate(value, work)).ToList());
    }
}

internal sealed class JmesMembers(KeyValuePair<string, JmesNode>[] members) : JmesNode([.. members.Select(member => member.Value)])
{
    public override JmesValue Evaluate(JmesValue value, JmesWork work)
    {
        work.Spend();
        if (value.IsNull)
        {
            return default;
        }

        var made = new OrderedDictionary<string, JmesValue>(members.Length, StringComparer.Ordinal);
        foreach (var (name, node) in members)
        {
            made[name] = node.Evaluate(value, work);
        }

        return JmesValue.Of(made);
    }
}
