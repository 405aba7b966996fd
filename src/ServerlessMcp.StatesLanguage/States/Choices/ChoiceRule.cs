using ServerlessMcp.StatesLanguage.Parsing;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.StatesLanguage.States.Choices;

/// <summary>A condition. And and Or stop at the first rule that decides, so that a guard such as IsPresent protects what follows.</summary>
internal abstract class ChoiceRule
{
    public abstract bool Holds(Scope scope);

    /// <summary>The caller reads Next and Comment first.</summary>
    /// <returns>Null when the problems that were noted leave no rule.</returns>
    public static ChoiceRule? Read(Fields fields) => (fields.Has("And"), fields.Has("Or"), fields.Has("Not")) switch
    {
        (true, _, _) => new All(ReadList(fields, "And")),
        (_, true, _) => new Any(ReadList(fields, "Or")),
        (_, _, true) => fields.Item("Not") is { } inner && ReadInner(inner) is { } rule ? new Opposite(rule) : null,
        _ => Comparison.ReadTest(fields),
    };

    private static List<ChoiceRule> ReadList(Fields fields, string name) => [.. fields.Items(name).Select(ReadInner).OfType<ChoiceRule>()];

    /// <summary>A rule inside a rule has no Next.</summary>
    private static ChoiceRule? ReadInner(Fields fields)
    {
        fields.Ignore("Comment");
        var rule = Read(fields);
        fields.RefuseRest();
        return rule;
    }

    private sealed class All(List<ChoiceRule> rules) : ChoiceRule
    {
        public override bool Holds(Scope scope) => rules.All(rule => rule.Holds(scope));
    }

    private sealed class Any(List<ChoiceRule> rules) : ChoiceRule
    {
        public override bool Holds(Scope scope) => rules.Any(rule => rule.Holds(scope));
    }

    private sealed class Opposite(ChoiceRule rule) : ChoiceRule
    {
        public override bool Holds(Scope scope) => !rule.Holds(scope);
    }
}
