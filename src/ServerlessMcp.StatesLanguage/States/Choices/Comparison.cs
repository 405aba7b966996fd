using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Errors;
using ServerlessMcp.StatesLanguage.Parsing;
using ServerlessMcp.StatesLanguage.Paths;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.StatesLanguage.States.Choices;

/// <summary>One operator on one variable. A variable that is not there is States.Runtime, not false (only IsPresent asks).</summary>
internal sealed class Comparison(JsonPath variable, ChoiceOperator test, JsonNode? expected, JsonPath? expectedPath) : ChoiceRule
{
    public static ChoiceRule? ReadTest(Fields fields)
    {
        var operators = fields.Names.Where(name => ChoiceOperator.All.ContainsKey(ChoiceOperator.Stem(name))).ToList();
        var variable = fields.Path("Variable", required: true);
        if (operators.Count != 1)
        {
            fields.Problem("", "Exactly one operator (such as StringEquals), or And, Or or Not, must stand.");
            fields.Ignore([.. operators]);
            return null;
        }

        var name = operators[0];
        var test = ChoiceOperator.All[ChoiceOperator.Stem(name)];
        if (name != test.Name)
        {
            var path = fields.Path(name);
            return variable is null || path is null ? null : new Comparison(variable, test, null, path);
        }

        var expected = fields.Node(name);
        if (!test.Takes(expected))
        {
            fields.Problem(name, $"{test.Expects} is expected.");
            return null;
        }

        return variable is null ? null : new Comparison(variable, test, expected, null);
    }

    public override bool Holds(Scope scope)
    {
        var isPresent = variable.TryGet(scope.Input, scope.Context, out var value);
        if (test.Name == ChoiceOperator.IsPresent)
        {
            return isPresent == expected!.GetValue<bool>();
        }

        if (!isPresent)
        {
            throw new RunFailureException(
                ErrorNames.Runtime,
                $"Invalid path '{variable.Text}': the choice's condition path references no value; guard it with IsPresent.");
        }

        return test.Holds(value, expectedPath is null ? expected : scope.Get(expectedPath));
    }
}
