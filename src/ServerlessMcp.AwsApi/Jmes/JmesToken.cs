namespace ServerlessMcp.AwsApi.Jmes;

internal enum JmesTokenKind
{
    End, Name, QuotedName, Literal, Number, Current, Dot, Star, Comma, Colon, OpenParenthesis, CloseParenthesis, OpenBrace, CloseBrace,
    OpenBracket, CloseBracket, Flatten, Filter, Expression, Not, Pipe, Or, And, Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual,
}

/// <param name="Text">A name without its quotes; for others as written.</param>
/// <param name="Value">Of a literal.</param>
/// <param name="Offset">UTF-16 units from the expression's start.</param>
internal readonly record struct JmesToken(JmesTokenKind Kind, string Text, int Offset, JmesValue Value = default)
{
    /// <summary>For messages; a literal is named and not shown, it may be a secret.</summary>
    public override string ToString() => Kind switch
    {
        JmesTokenKind.End => "the end",
        JmesTokenKind.Literal => "a literal",
        _ => $"'{Text}'",
    };
}
