namespace ServerlessMcp.AwsApi.Jmes;

internal sealed class JmesOr(JmesNode left, JmesNode right) : JmesNode(left, right)
{
    public override JmesValue Evaluate(JmesValue value, JmesWork work)
    {
        work.Spend();
        var one = left.Evaluate(value, work);
        return one.IsTrue ? one : right.Evaluate(value, work);
    }
}

internal sealed class JmesAnd(JmesNode left, JmesNode right) : JmesNode(left, right)
{
    public override JmesValue Evaluate(JmesValue value, JmesWork work)
    {
        work.Spend();
        var one = left.Evaluate(value, work);
        return one.IsTrue ? right.Evaluate(value, work) : one;
    }
}

internal sealed class JmesNot(JmesNode inner) : JmesNode(inner)
{
    public override JmesValue Evaluate(JmesValue value, JmesWork work)
    {
        work.Spend();
        return JmesValue.Of(!inner.Evaluate(value, work).IsTrue);
    }
}

/// <summary>Equality of anything; order of two numbers or two texts, and null for the order of anything else.</summary>
/// <remarks>The order of texts is not in the specification; AWS's CLI has it, and filters by date rely on it.</remarks>
internal sealed class JmesComparison(JmesTokenKind by, JmesNode left, JmesNode right) : JmesNode(left, right)
{
    public override JmesValue Evaluate(JmesValue value, JmesWork work)
    {
        var (one, other) = (left.Evaluate(value, work), right.Evaluate(value, work));
        if (by is JmesTokenKind.Equal or JmesTokenKind.NotEqual)
        {
            return JmesValue.Of(one.IsEqual(other, work) == (by == JmesTokenKind.Equal));
        }

        work.Spend();
        if (one.Type != other.Type || one.Type is not (JmesType.Number or JmesType.String))
        {
            return default;
        }

        var order = JmesValue.Compare(one, other);
        return JmesValue.Of(by switch
        {
            JmesTokenKind.Less => order < 0,
            JmesTokenKind.LessOrEqual => order <= 0,
            JmesTokenKind.Greater => order > 0,
            _ => order >= 0,
        });
    }
}
