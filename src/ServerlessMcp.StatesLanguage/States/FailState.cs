using ServerlessMcp.StatesLanguage.Errors;
using ServerlessMcp.StatesLanguage.Parsing;
using ServerlessMcp.StatesLanguage.Paths;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.StatesLanguage.States;

/// <summary>Ends the run as failed, with an error and a cause that are written down or picked. Source: ASL, Fail State.</summary>
internal sealed class FailState(string name, string? error, Expression? errorPath, string? cause, Expression? causePath)
    : State(name, "Fail")
{
    public override IEnumerable<string> Targets => [];

    public override bool IsTerminal => true;

    public static FailState Read(string name, Fields fields)
    {
        fields.RefuseBoth("Error", "ErrorPath");
        fields.RefuseBoth("Cause", "CausePath");
        return new(
            name, fields.Text("Error"), Expression.Read(fields, "ErrorPath"), fields.Text("Cause"), Expression.Read(fields, "CausePath"));
    }

    public override Move Enter(Scope scope, DateTimeOffset now) =>
        new Move.Fail(Pick(errorPath, "ErrorPath", scope) ?? error, Pick(causePath, "CausePath", scope) ?? cause);

    private static string? Pick(Expression? path, string field, Scope scope) => path is null
        ? null
        : path.Evaluate(scope).AsText() ?? throw new RunFailureException(ErrorNames.Runtime, $"{field} must lead to a text.");
}
