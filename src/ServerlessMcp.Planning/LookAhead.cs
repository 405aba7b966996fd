using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning;

/// <summary>What the steps that change nothing see while planning: shown, never decided on, for earlier steps have yet to run. (A bake's alarms are.)</summary>
internal static class LookAhead
{
    /// <returns>Null: there is nothing to see yet.</returns>
    public static StepRead? Of(Step step) => step switch
    {
        { Check: { } check } when !References.FindInText(check.Until, own: false).Any() => new() { Call = step.Call, Select = check.Until },
        { Bake: not null } => new() { Call = step.Call, Select = "length(@)" },
        _ => null,
    };

    /// <param name="isFirst">Nothing is changed before it.</param>
    /// <returns>Null when there is nothing to say.</returns>
    public static string? Warning(Step step, BeforeResult look, bool isFirst) => step.Check is { } check && look is { Planned: true, Raw: not null }
        && !Undo.Template.IsTrue(look.Value)
            ? $"{step.Id}: it does not hold now that {check.Until}{(isFirst ? ", and no step before it changes anything" : "")}"
            : null;

    /// <returns>Null when it was looked at, or there is nothing to look at.</returns>
    public static string? NotChecked(Step step, BeforeResult look) =>
        step.Check is not null && !look.Planned ? $"whether {step.Id} holds now: {look.Why}" : null;
}
