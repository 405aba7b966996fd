namespace ServerlessMcp.AwsApi.Jmes;

/// <summary>The punctuation of the language and how strongly each binds what stands to its left.</summary>
/// <remarks>Source: JMESPath specification, operator precedence: pipe, or, and, comparison, flatten, wildcard, filter, dot, not, brackets.</remarks>
internal static class JmesSymbols
{
    /// <summary>What binds weaker ends a projection.</summary>
    public const int ProjectionEnd = 10;

    public static JmesTokenKind? Two(ReadOnlySpan<char> text) => text switch
    {
        "[]" => JmesTokenKind.Flatten,
        "[?" => JmesTokenKind.Filter,
        "||" => JmesTokenKind.Or,
        "&&" => JmesTokenKind.And,
        "==" => JmesTokenKind.Equal,
        "!=" => JmesTokenKind.NotEqual,
        "<=" => JmesTokenKind.LessOrEqual,
        ">=" => JmesTokenKind.GreaterOrEqual,
        _ => null,
    };

    public static JmesTokenKind? One(char text) => text switch
    {
        '@' => JmesTokenKind.Current,
        '.' => JmesTokenKind.Dot,
        '*' => JmesTokenKind.Star,
        ',' => JmesTokenKind.Comma,
        ':' => JmesTokenKind.Colon,
        '(' => JmesTokenKind.OpenParenthesis,
        ')' => JmesTokenKind.CloseParenthesis,
        '{' => JmesTokenKind.OpenBrace,
        '}' => JmesTokenKind.CloseBrace,
        '[' => JmesTokenKind.OpenBracket,
        ']' => JmesTokenKind.CloseBracket,
        '&' => JmesTokenKind.Expression,
        '!' => JmesTokenKind.Not,
        '|' => JmesTokenKind.Pipe,
        '<' => JmesTokenKind.Less,
        '>' => JmesTokenKind.Greater,
        _ => null,
    };

    /// <summary>0: it ends the expression to its left.</summary>
    public static int Binding(JmesTokenKind kind) => kind switch
    {
        JmesTokenKind.Pipe => 1,
        JmesTokenKind.Or => 2,
        JmesTokenKind.And => 3,
        >= JmesTokenKind.Equal and <= JmesTokenKind.GreaterOrEqual => 5,
        JmesTokenKind.Flatten => 9,
        JmesTokenKind.Star => 20,
        JmesTokenKind.Filter => 21,
        JmesTokenKind.Dot => 40,
        JmesTokenKind.Not => 45,
        JmesTokenKind.OpenBrace => 50,
        JmesTokenKind.OpenBracket => 55,
        JmesTokenKind.OpenParenthesis => 60,
        _ => 0,
    };
}
