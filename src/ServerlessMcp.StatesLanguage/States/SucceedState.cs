using ServerlessMcp.StatesLanguage.Parsing;
using ServerlessMcp.StatesLanguage.Paths;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.StatesLanguage.States;

/// <summary>Ends the run well. Source: ASL, Succeed State.</summary>
internal sealed class SucceedState(string name, FilterPath inputPath, FilterPath outputPath) : State(name, "Succeed")
{
    public override IEnumerable<string> Targets => [];

    public override bool IsTerminal => true;

    public static SucceedState Read(string name, Fields fields) => new(name, fields.Filter("InputPath"), fields.Filter("OutputPath"));

    public override Move Enter(Scope scope, DateTimeOffset now)
    {
        var input = inputPath.Apply(scope);
        return new Move.Leave(outputPath.Apply(scope with { Input = input }), null);
    }
}
