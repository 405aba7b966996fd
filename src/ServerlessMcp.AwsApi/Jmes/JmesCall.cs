namespace ServerlessMcp.AwsApi.Jmes;

/// <param name="IsExpression">Written with <c>&amp;</c>: handed over unevaluated.</param>
internal sealed record JmesArgument(JmesNode Node, bool IsExpression, int Offset);

/// <summary>A call of a built-in function whose number of arguments the parser has checked.</summary>
internal sealed class JmesCall(JmesFunction function, List<JmesArgument> arguments, int offset)
    : JmesNode([.. arguments.Select(argument => argument.Node)])
{
    public override JmesValue Evaluate(JmesValue value, JmesWork work)
    {
        work.Spend();
        var values = new JmesValue[arguments.Count];
        JmesNode? expression = null;
        for (var n = 0; n < values.Length; n++)
        {
            if (arguments[n].IsExpression)
            {
                expression = arguments[n].Node;
                continue;
            }

            values[n] = arguments[n].Node.Evaluate(value, work);
            Check(values[n], n, work);
        }

        return function.Run(new(function.Name, offset, values, expression, work));
    }

    private void Check(JmesValue value, int n, JmesWork work)
    {
        var wanted = function.Wanted(n);
        if (!wanted.Fits(value, work))
        {
            throw new JmesException(
                JmesException.InvalidType,
                arguments[n].Offset,
                $"argument {n + 1} of {function.Name}() must be {wanted.Description}, and is {JmesWanted.NameOf(value)}.");
        }
    }
}

/// <summary>What a function gets to see.</summary>
internal readonly record struct JmesArguments(string Function, int Offset, JmesValue[] Values, JmesNode? Expression, JmesWork Work)
{
    public JmesValue First => Values[0];

    public JmesValue Second => Values[1];

    /// <summary>The expression's value for each item: all numbers or all texts.</summary>
    /// <exception cref="JmesException"><c>invalid-type</c>.</exception>
    public List<(JmesValue Item, JmesValue Key)> Keyed()
    {
        var keyed = new List<(JmesValue Item, JmesValue Key)>();
        foreach (var item in First.Items(Work))
        {
            var key = Expression!.Evaluate(item, Work);
            if (key.Type is not (JmesType.Number or JmesType.String) || keyed.Count > 0 && keyed[0].Key.Type != key.Type)
            {
                throw new JmesException(
                    JmesException.InvalidType, Offset, $"{Function}() needs numbers only or texts only to order by, and item {keyed.Count} gives {JmesWanted.NameOf(key)}.");
            }

            keyed.Add((item, key));
        }

        return keyed;
    }
}
