using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Parsing;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.StatesLanguage.Paths;

/// <summary>The value of a member named <c>x.$</c>, of ErrorPath and of CausePath.</summary>
internal abstract class Expression
{
    public abstract JsonNode? Evaluate(Scope scope);

    public static bool TryParse(string text, [NotNullWhen(true)] out Expression? expression, out string problem)
    {
        expression = null;
        if (text.StartsWith("States.", StringComparison.Ordinal))
        {
            problem = $"Intrinsic functions ({text[..Math.Min(text.Length, 40)]}) are outside the subset: compute it in the task.";
            return false;
        }

        if (JsonPath.TryParse(text, out var path, out problem))
        {
            expression = new OfPath(path);
        }

        return expression is not null;
    }

    public static Expression? Read(Fields fields, string name)
    {
        if (fields.Text(name) is not { } text)
        {
            return null;
        }

        if (!TryParse(text, out var expression, out var problem))
        {
            fields.Problem(name, problem);
        }

        return expression;
    }

    private sealed class OfPath(JsonPath path) : Expression
    {
        public override JsonNode? Evaluate(Scope scope) => scope.Get(path);
    }
}
