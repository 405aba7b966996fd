namespace ServerlessMcp.AwsApi.Jmes;

/// <summary>Indices, slices, projections and selections.</summary>
internal sealed partial class JmesParser
{
    /// <summary>At <c>[</c>: a number or a colon follows.</summary>
    private bool IsIndex => Following is JmesTokenKind.Number or JmesTokenKind.Colon;

    /// <summary>At <c>[</c>: <c>*]</c> follows.</summary>
    private bool IsWildcard => at + 2 < tokens.Count && tokens[at + 2].Kind == JmesTokenKind.CloseBracket;

    private JmesNode Bracketed(JmesNode left)
    {
        var isIndex = IsIndex;
        at++;
        if (!isIndex)
        {
            Expect(JmesTokenKind.Star, "an index, a slice, '*', '?' or ']'; several members are selected by '.['");
            Expect(JmesTokenKind.CloseBracket, "']'");
            return new JmesProjection(left, Projected(JmesTokenKind.Star));
        }

        if (Current.Kind == JmesTokenKind.Number && Following != JmesTokenKind.Colon)
        {
            var index = new JmesIndex(left, Number());
            Expect(JmesTokenKind.CloseBracket, "']'");
            return index;
        }

        var slice = Slice(left);
        return new JmesProjection(slice, Projected(JmesTokenKind.Star));
    }

    private JmesSlice Slice(JmesNode left)
    {
        var parts = new int?[3];
        var offset = Current.Offset;
        for (var part = 0; part < 3; part++)
        {
            if (Current.Kind == JmesTokenKind.Number)
            {
                parts[part] = Number();
            }

            if (part == 2 || Current.Kind != JmesTokenKind.Colon)
            {
                break;
            }

            at++;
        }

        Expect(JmesTokenKind.CloseBracket, "']' after [start:stop:step]");
        return new(left, parts[0], parts[1], parts[2], offset);
    }

    private JmesFilter Filtered(JmesNode left)
    {
        var condition = Expression(0);
        Expect(JmesTokenKind.CloseBracket, "']'");
        return new(left, condition, Current.Kind == JmesTokenKind.Flatten ? JmesIdentity.Instance : Projected(JmesTokenKind.Filter));
    }

    /// <summary>What is done to each item of a projection.</summary>
    private JmesNode Projected(JmesTokenKind by)
    {
        if (JmesSymbols.Binding(Current.Kind) < JmesSymbols.ProjectionEnd)
        {
            return JmesIdentity.Instance;
        }

        switch (Current.Kind)
        {
            case JmesTokenKind.OpenBracket or JmesTokenKind.Filter:
                return Expression(JmesSymbols.Binding(by));
            case JmesTokenKind.Dot:
                at++;
                return AfterDot(by);
            default:
                throw Wrong("'.', '[' or an operator");
        }
    }

    private JmesNode AfterDot(JmesTokenKind by) => Current.Kind switch
    {
        JmesTokenKind.Name or JmesTokenKind.QuotedName or JmesTokenKind.Star => Expression(JmesSymbols.Binding(by)),
        JmesTokenKind.OpenBracket => Then(SelectedItems),
        JmesTokenKind.OpenBrace => Then(SelectedMembers),
        _ => throw Wrong("a name, '*', '[' or '{' after '.'"),
    };

    private JmesItems SelectedItems()
    {
        var items = new List<JmesNode> { Expression(0) };
        while (Current.Kind == JmesTokenKind.Comma)
        {
            at++;
            RefuseClosing(JmesTokenKind.CloseBracket);
            items.Add(Expression(0));
        }

        Expect(JmesTokenKind.CloseBracket, "',' or ']'");
        return new([.. items]);
    }

    private JmesMembers SelectedMembers()
    {
        var members = new List<KeyValuePair<string, JmesNode>> { SelectedMember() };
        while (Current.Kind == JmesTokenKind.Comma)
        {
            at++;
            members.Add(SelectedMember());
        }

        Expect(JmesTokenKind.CloseBrace, "',' or '}'");
        return new([.. members]);
    }

    private KeyValuePair<string, JmesNode> SelectedMember()
    {
        if (Current.Kind is not (JmesTokenKind.Name or JmesTokenKind.QuotedName))
        {
            throw Wrong("a member's name, as in {name: expression}");
        }

        var name = Take().Text;
        Expect(JmesTokenKind.Colon, "':'");
        return new(name, Expression(0));
    }
}
