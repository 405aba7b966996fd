namespace ServerlessMcp.AwsApi.Jmes;

/// <summary>The right side for each item of the left's array, nulls left out; null if the left is no array.</summary>
internal sealed class JmesProjection(JmesNode left, JmesNode right) : JmesNode(left, right)
{
    public override JmesValue Evaluate(JmesValue value, JmesWork work)
    {
        var array = left.Evaluate(value, work);
        return array.Type == JmesType.Array ? Each(array.Items(work), right, work) : default;
    }

    public static JmesValue Each(IEnumerable<JmesValue> items, JmesNode right, JmesWork work)
    {
        var results = new List<JmesValue>();
        foreach (var item in items)
        {
            work.Spend();
            var result = right.Evaluate(item, work);
            if (!result.IsNull)
            {
                results.Add(result);
            }
        }

        return JmesValue.Of(results);
    }
}

/// <summary><c>left.*</c>: the same for the values of an object.</summary>
internal sealed class JmesValueProjection(JmesNode left, JmesNode right) : JmesNode(left, right)
{
    public override JmesValue Evaluate(JmesValue value, JmesWork work)
    {
        var members = left.Evaluate(value, work);
        return members.Type == JmesType.Object
            ? JmesProjection.Each(members.Members(work).Select(member => member.Value), right, work)
            : default;
    }
}

/// <summary><c>left[?condition]</c>.</summary>
internal sealed class JmesFilter(JmesNode left, JmesNode condition, JmesNode right) : JmesNode(left, condition, right)
{
    public override JmesValue Evaluate(JmesValue value, JmesWork work)
    {
        var array = left.Evaluate(value, work);
        return array.Type == JmesType.Array
            ? JmesProjection.Each(array.Items(work).Where(item => condition.Evaluate(item, work).IsTrue), right, work)
            : default;
    }
}

/// <summary><c>left[]</c>: arrays among the items give way to their own items, one level.</summary>
internal sealed class JmesFlatten(JmesNode left) : JmesNode(left)
{
    public override JmesValue Evaluate(JmesValue value, JmesWork work)
    {
        var array = left.Evaluate(value, work);
        if (array.Type != JmesType.Array)
        {
            return default;
        }

        var flat = new List<JmesValue>();
        foreach (var item in array.Items(work))
        {
            if (item.Type == JmesType.Array)
            {
                flat.AddRange(item.Items(work));
            }
            else
            {
                flat.Add(item);
            }
        }

        return JmesValue.Of(flat);
    }
}
