using System.Globalization;

namespace ServerlessMcp.AwsApi.Jmes;

/// <summary>Top-down operator precedence parser: a token is read either as a start (nothing to its left) or as a continuation.</summary>
internal sealed partial class JmesParser(List<JmesToken> tokens)
{
    private int at;
    private int depth;

    private JmesToken Current => tokens[at];

    private JmesTokenKind Following => tokens[Math.Min(at + 1, tokens.Count - 1)].Kind;

    /// <exception cref="JmesException">Something does not fit.</exception>
    public JmesNode Parse()
    {
        var root = Expression(0);
        return Current.Kind == JmesTokenKind.End ? root : throw Wrong("an operator or the end");
    }

    private JmesNode Expression(int binding)
    {
        if (++depth > JmesExpression.MaxDepth)
        {
            throw TooDeep();
        }

        var left = Start();
        while (binding < JmesSymbols.Binding(Current.Kind))
        {
            left = Continuation(left);
            if (left.Height > JmesExpression.MaxDepth)
            {
                throw TooDeep();
            }
        }

        depth--;
        return left;
    }

    private JmesNode Start() => Current.Kind switch
    {
        JmesTokenKind.Name => new JmesField(Take().Text),
        JmesTokenKind.QuotedName => QuotedField(),
        JmesTokenKind.Literal => new JmesLiteral(Take().Value),
        JmesTokenKind.Current => Then(JmesIdentity.Instance),
        JmesTokenKind.Star => Then(() => new JmesValueProjection(JmesIdentity.Instance, Projected(JmesTokenKind.Star))),
        JmesTokenKind.Flatten or JmesTokenKind.Filter => Continuation(JmesIdentity.Instance),
        JmesTokenKind.Not => Then(() => new JmesNot(Expression(JmesSymbols.Binding(JmesTokenKind.Not)))),
        JmesTokenKind.OpenParenthesis => Then(Parenthesised),
        JmesTokenKind.OpenBrace => Then(SelectedMembers),
        JmesTokenKind.OpenBracket when IsIndex || Following == JmesTokenKind.Star && IsWildcard => Continuation(JmesIdentity.Instance),
        JmesTokenKind.OpenBracket => Then(SelectedItems),
        JmesTokenKind.Expression => throw Wrong("'&' only as an argument of map, sort_by, min_by or max_by"),
        _ => throw Wrong("a name, a literal, '@', '*', '[', '{', '(' or '!'"),
    };

    private JmesNode Continuation(JmesNode left)
    {
        var operation = Current;
        switch (operation.Kind)
        {
            case JmesTokenKind.OpenParenthesis:
                return Call(left);
            case JmesTokenKind.OpenBracket:
                return Bracketed(left);
            case JmesTokenKind.Star or JmesTokenKind.OpenBrace or JmesTokenKind.Not:
                throw Wrong("an operator such as '.', '|' or '||', or the end");
        }

        at++;
        return operation.Kind switch
        {
            JmesTokenKind.Dot when Current.Kind == JmesTokenKind.Star =>
                Then(() => new JmesValueProjection(left, Projected(JmesTokenKind.Dot))),
            JmesTokenKind.Dot => new JmesChain(left, AfterDot(JmesTokenKind.Dot)),
            JmesTokenKind.Pipe => new JmesChain(left, Expression(JmesSymbols.Binding(JmesTokenKind.Pipe))),
            JmesTokenKind.Or => new JmesOr(left, Expression(JmesSymbols.Binding(JmesTokenKind.Or))),
            JmesTokenKind.And => new JmesAnd(left, Expression(JmesSymbols.Binding(JmesTokenKind.And))),
            JmesTokenKind.Flatten => new JmesProjection(new JmesFlatten(left), Projected(JmesTokenKind.Flatten)),
            JmesTokenKind.Filter => Filtered(left),
            _ => new JmesComparison(operation.Kind, left, Expression(JmesSymbols.Binding(operation.Kind))),
        };
    }

    private JmesField QuotedField()
    {
        var name = Take();
        return Current.Kind == JmesTokenKind.OpenParenthesis
            ? throw new JmesException(JmesException.Syntax, name.Offset, "a function's name stands without quotes.")
            : new JmesField(name.Text);
    }

    private JmesNode Parenthesised()
    {
        var inner = Expression(0);
        Expect(JmesTokenKind.CloseParenthesis, "')'");
        return inner;
    }

    private JmesCall Call(JmesNode left)
    {
        var name = tokens[at - 1];
        if (left is not JmesField || name.Kind != JmesTokenKind.Name)
        {
            throw Wrong("a function's name before '('");
        }

        at++;
        var arguments = new List<JmesArgument>();
        while (Current.Kind != JmesTokenKind.CloseParenthesis)
        {
            arguments.Add(Argument());
            if (Current.Kind != JmesTokenKind.CloseParenthesis)
            {
                Expect(JmesTokenKind.Comma, "',' or ')'");
                RefuseClosing(JmesTokenKind.CloseParenthesis);
            }
        }

        at++;
        return new JmesCall(JmesFunctions.Find(name, arguments), arguments, name.Offset);
    }

    private JmesArgument Argument()
    {
        var start = Current;
        if (start.Kind == JmesTokenKind.Expression)
        {
            at++;
        }

        return new(Expression(0), start.Kind == JmesTokenKind.Expression, start.Offset);
    }

    private JmesToken Take() => tokens[at++];

    private JmesNode Then(JmesNode node)
    {
        at++;
        return node;
    }

    private JmesNode Then(Func<JmesNode> read)
    {
        at++;
        return read();
    }

    private JmesToken Expect(JmesTokenKind kind, string what) => Current.Kind == kind ? Take() : throw Wrong(what);

    private void RefuseClosing(JmesTokenKind closing)
    {
        if (Current.Kind == closing)
        {
            throw Wrong("another expression after ','");
        }
    }

    private int Number() => int.Parse(Take().Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private JmesException Wrong(string expected) => new(JmesException.Syntax, Current.Offset, $"found {Current}, expected {expected}.");

    private JmesException TooDeep() =>
        new(JmesException.Syntax, Current.Offset, $"nested deeper than {JmesExpression.MaxDepth} levels; split the expression.");
}
