using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Executions.Policies;

/// <summary>Conditions that must all hold; null asks nothing. A list holds if one of it does. A <c>*</c> at a text's end stands for any rest.</summary>
public sealed record RuleConditions
{
    /// <summary>The tool that made the plan: <c>create_plan</c>, <c>aws_change</c>, <c>rollback_execution</c>, <c>retry_execution</c>.</summary>
    public IReadOnlyList<string>? Tools { get; init; }

    /// <summary>Ids, such as <c>key_0123456789ab</c>; never names, which two may share.</summary>
    public IReadOnlyList<string>? Principals { get; init; }

    /// <summary>The principal has one of these.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    public IReadOnlyList<string>? Accounts { get; init; }

    public IReadOnlyList<string>? Regions { get; init; }

    /// <summary>Of the step's resource: each key has one of its values. Of a create: the tags that it is made with.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Tags { get; init; }

    public IReadOnlyList<ArgumentCondition>? Arguments { get; init; }

    /// <summary>Changing steps of the plan.</summary>
    public Bound? Targets { get; init; }

    /// <summary>What the plan adds to the monthly bill.</summary>
    public Bound? MonthlyCostUsd { get; init; }

    public IReadOnlyList<UndoClass>? Undo { get; init; }

    public IReadOnlyList<StepEffect>? Effects { get; init; }

    public IReadOnlyList<HoursWindow>? Hours { get; init; }
}

/// <summary>One of the two is set, or both.</summary>
public sealed record Bound(decimal? AtMost, decimal? Over)
{
    public bool Holds(decimal value) => !(value > AtMost) && !(value <= Over);
}

/// <summary>A condition over a parameter of the call; one of <see cref="OneOf"/> and <see cref="Bound"/> is set.</summary>
/// <param name="At">JSON pointer into the parameters; a <c>*</c> segment is every item. What is not there counts as null.</param>
/// <param name="OneOf">Null, truth, number or text.</param>
public sealed record ArgumentCondition(string At, IReadOnlyList<JsonNode?>? OneOf, Bound? Bound);
