using System.Text.Json.Nodes;

namespace ServerlessMcp.AwsApi.Jmes;

/// <summary>A parsed JMESPath expression. Immutable; thread safe.</summary>
/// <remarks>Source: the JMESPath specification (jmespath.org/specification), with all 26 built-in functions.</remarks>
public sealed class JmesExpression
{
    /// <summary>UTF-16 units of an expression.</summary>
    public const int MaxLength = 4096;

    /// <summary>Levels of nesting, so that neither parsing nor evaluation can exhaust the stack.</summary>
    public const int MaxDepth = 256;

    /// <summary>Values looked at, made or copied in one search, so that a short expression cannot run for minutes.</summary>
    public const int MaxWork = 5_000_000;

    private readonly JmesNode root;

    private JmesExpression(string text, JmesNode root)
    {
        Text = text;
        this.root = root;
    }

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <exception cref="JmesException"><c>syntax</c>, <c>unknown-function</c>, <c>invalid-arity</c>, or <c>invalid-type</c> where a function needs <c>&amp;</c>.</exception>
    public static JmesExpression Parse(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        if (expression.Length > MaxLength)
        {
            throw new JmesException(JmesException.Syntax, MaxLength, $"the expression has {expression.Length} characters; at most {MaxLength} are read.");
        }

        return new(expression, new JmesParser(JmesLexer.Tokens(expression)).Parse());
    }

    /// <param name="document">Stays as it is; its objects must not repeat a member.</param>
    /// <returns>A fresh copy that belongs to nobody: it can be put into any other tree. Null is JSON null.</returns>
    /// <exception cref="JmesException"><c>invalid-type</c> or <c>invalid-value</c>.</exception>
    public JsonNode? Search(JsonNode? document)
    {
        var work = new JmesWork(MaxWork);
        return root.Evaluate(JmesValue.From(document), work).Copy(work);
    }

    public override string ToString() => Text;
}
