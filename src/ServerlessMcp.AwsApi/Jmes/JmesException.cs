namespace ServerlessMcp.AwsApi.Jmes;

/// <summary>The expression is wrong, or does not fit the document; whoever wrote the expression can act.</summary>
/// <param name="kind">One of the constants: the error words of the language's specification.</param>
/// <param name="offset">UTF-16 units from the expression's start; -1 when no single place is to blame.</param>
/// <param name="reason">What is wrong and what would be right; holds no value of the document.</param>
public sealed class JmesException(string kind, int offset, string reason, Exception? cause = null)
    : FormatException(offset < 0 ? $"JMESPath {kind}: {reason}" : $"JMESPath {kind} at offset {offset}: {reason}", cause)
{
    public const string Syntax = "syntax";
    public const string InvalidType = "invalid-type";
    public const string InvalidArity = "invalid-arity";
    public const string InvalidValue = "invalid-value";
    public const string UnknownFunction = "unknown-function";

    public string Kind { get; } = kind;

    public int Offset { get; } = offset;
}
