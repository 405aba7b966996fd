using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Parsing;
using ServerlessMcp.StatesLanguage.Paths;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.StatesLanguage.States;

/// <summary>Gives its input, <c>Parameters</c> or the literal <c>Result</c>. Source: ASL, Pass State.</summary>
internal sealed class PassState(string name, string? next, Filters filters, PayloadTemplate? parameters, (bool Is, JsonNode? Value) result)
    : State(name, "Pass")
{
    public override IEnumerable<string> Targets => next is null ? [] : [next];

    public override bool IsTerminal => next is null;

    public static PassState Read(string name, Fields fields)
    {
        var result = (fields.Has("Result"), fields.Node("Result"));
        return new(name, StateReader.Next(fields), Filters.Read(fields), PayloadTemplate.Read(fields, "Parameters"), result);
    }

    public override Move Enter(Scope scope, DateTimeOffset now)
    {
        var input = scope with { Input = filters.Input.Apply(scope) };
        var value = result.Is ? result.Value : parameters is null ? input.Input : parameters.Fill(input);
        return new Move.Leave(filters.Output(scope, value), next);
    }
}
