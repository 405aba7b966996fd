using ServerlessMcp.StatesLanguage.Errors;
using ServerlessMcp.StatesLanguage.Parsing;
using ServerlessMcp.StatesLanguage.Paths;
using ServerlessMcp.StatesLanguage.Running;
using ServerlessMcp.StatesLanguage.States.Choices;

namespace ServerlessMcp.StatesLanguage.States;

/// <summary>
/// Goes where the first rule that holds says. No rule and no Default is States.Runtime, as on AWS. Source: ASL, Choice State.
/// </summary>
internal sealed class ChoiceState(
    string name, FilterPath inputPath, FilterPath outputPath, IReadOnlyList<(ChoiceRule Rule, string Next)> choices, string? fallback)
    : State(name, "Choice")
{
    public override IEnumerable<string> Targets => choices.Select(choice => choice.Next).Concat(fallback is null ? [] : [fallback]);

    public override bool IsTerminal => false;

    public static ChoiceState Read(string name, Fields fields)
    {
        var choices = new List<(ChoiceRule Rule, string Next)>();
        foreach (var item in fields.Items("Choices"))
        {
            item.Ignore("Comment");
            var next = item.Text("Next", required: true) ?? "";
            if (ChoiceRule.Read(item) is { } rule)
            {
                choices.Add((rule, next));
            }

            item.RefuseRest();
        }

        if (!fields.Has("Choices"))
        {
            fields.Problem("Choices", "This field is required.");
        }

        return new(name, fields.Filter("InputPath"), fields.Filter("OutputPath"), choices, fields.Text("Default"));
    }

    public override Move Enter(Scope scope, DateTimeOffset now)
    {
        var input = scope with { Input = inputPath.Apply(scope) };
        var next = choices.FirstOrDefault(choice => choice.Rule.Holds(input)).Next ?? fallback
            ?? throw new RunFailureException(ErrorNames.Runtime, $"No choice of state '{Name}' holds, and it has no Default.");
        return new Move.Leave(outputPath.Apply(input), next);
    }
}
