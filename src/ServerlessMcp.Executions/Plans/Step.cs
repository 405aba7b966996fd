using System.Text.Json.Nodes;

namespace ServerlessMcp.Executions.Plans;

/// <summary>What a step does. All but <see cref="Call"/> change nothing, so there is nothing to undo.</summary>
public enum StepKind
{
    /// <summary>One call that changes something.</summary>
    Call,

    /// <summary>A read whose condition must hold; else the execution turns round.</summary>
    Check,

    /// <summary>Watches alarms for a time; one in ALARM turns the execution round.</summary>
    Bake,

    /// <summary>A person's yes in the middle; a no, or nobody, turns the execution round.</summary>
    Approval,

    /// <summary>Up to 20 reads at once, each answer under its name.</summary>
    Collect,
}

/// <summary>What a step does to its resource, for the plan's <c>+ ~ -</c> column.</summary>
public enum StepEffect { Create, Change, Delete, None }

/// <summary>One call as data on one target resource: how to make it, how to know that it has finished, how to undo it.</summary>
/// <remarks>In JSON a step has only the members of its kind: <see cref="StepConverter"/>.</remarks>
public sealed record Step
{
    /// <summary><c>^[a-z][a-z0-9_-]{0,31}$</c>, unique in the plan.</summary>
    public required string Id { get; init; }

    public StepKind Kind { get; init; } = StepKind.Call;

    public StepEffect Effect { get; init; } = StepEffect.Change;

    public required string Title { get; init; }

    /// <summary>ARN; may hold references to what earlier steps put out. Null when AWS names the resource in the answer and no template fits.</summary>
    public string? Resource { get; init; }

    /// <summary>The part of <see cref="Resource"/> that the call makes or deletes, such as <c>route</c>; null: the resource itself.</summary>
    public string? Part { get; init; }

    /// <summary>Of a check and a bake the read they look with; <see cref="ApiCall.None"/> for an approval and a collect.</summary>
    public required ApiCall Call { get; init; }

    /// <summary>Set for <see cref="StepKind.Check"/> alone.</summary>
    public StepCheck? Check { get; init; }

    /// <summary>Set for <see cref="StepKind.Bake"/> alone.</summary>
    public StepBake? Bake { get; init; }

    /// <summary>Set for <see cref="StepKind.Approval"/> alone.</summary>
    public StepApproval? Approval { get; init; }

    /// <summary>Set for <see cref="StepKind.Collect"/> alone: 1 to 20.</summary>
    public IReadOnlyList<StepCollect>? Collect { get; init; }

    /// <summary>Read before the call: what an undo needs, or for a create whether the thing is there already.</summary>
    public StepRead? Before { get; init; }

    /// <summary>Read after the wait, when <see cref="Before"/> cannot serve (the id is known only then). Null: <see cref="Before"/> serves.</summary>
    public StepRead? After { get; init; }

    public StepWait? Wait { get; init; }

    public required StepRepeat Repeat { get; init; }

    /// <summary>Error codes of <see cref="Call"/> that mean "this has been done", on a repeated call only.</summary>
    public IReadOnlyList<string> AlreadyDone { get; init; } = [];

    /// <summary>How long reads may lag behind writes, in seconds.</summary>
    public int SettleSeconds { get; init; }

    /// <summary>Run in order; each whose <see cref="StepUndo.When"/> holds.</summary>
    public IReadOnlyList<StepUndo> Undo { get; init; } = [];

    /// <summary>Undoing a create is a conflict unless all of these hold: the thing is still empty.</summary>
    public IReadOnlyList<StepCondition> Empty { get; init; } = [];

    /// <summary>Must hold before the first step of the plan begins, all checked in <c>start</c>: an undo deletes only what is still empty.</summary>
    public IReadOnlyList<StepCondition> Requires { get; init; } = [];

    public required Reversibility Reversibility { get; init; }

    /// <summary>Other parameters to try, in order, when AWS refuses the call.</summary>
    public IReadOnlyList<JsonObject> Alternatives { get; init; } = [];

    /// <summary>IAM actions of call, before, undo and wait.</summary>
    public IReadOnlyList<string> Iam { get; init; } = [];

    /// <summary>The catalogue entry and its version, such as <c>ec2:CreateVpc@3f2a91c0</c>; null without an entry.</summary>
    public string? Catalogue { get; init; }

    /// <param name="alternative">0: the call's own; n: the nth of <see cref="Alternatives"/>.</param>
    public JsonObject ParametersOf(int alternative) => alternative == 0 ? Call.Parameters : Alternatives[alternative - 1];

    /// <summary>A step without effect.</summary>
    /// <param name="call">The read it looks with, if there is one.</param>
    public static Step Look(string id, StepKind kind, string title, ApiCall? call = null) => new()
    {
        Id = id,
        Kind = kind,
        Effect = StepEffect.None,
        Title = title,
        Call = call ?? ApiCall.None,
        Repeat = new() { Rule = RepeatRule.Value },
        Reversibility = new(UndoClass.Full, []),
    };
}

/// <param name="Api"><c>aws</c> today.</param>
/// <param name="Service">Canonical service name, such as <c>ec2</c>.</param>
/// <param name="Operation">Such as <c>StopInstances</c>.</param>
/// <param name="Parameters">May hold references: <c>${steps.ID.output.path}</c>, <c>${steps.ID.before.path}</c>.</param>
public sealed record ApiCall(string Api, string Service, string Operation, JsonObject Parameters)
{
    /// <summary>Of a step that makes none.</summary>
    public static ApiCall None { get; } = new("", "", "", []);
}

/// <summary>A read and the members of its answer that matter.</summary>
public sealed record StepRead
{
    public required ApiCall Call { get; init; }

    /// <summary>JMESPath over the answer; null as its result means "not there".</summary>
    public required string Select { get; init; }

    /// <summary>Error codes of the read that mean "not there".</summary>
    public IReadOnlyList<string> Absent { get; init; } = [];

    /// <summary>True on a create: something there refuses the step.</summary>
    public bool Exists { get; init; }

    /// <summary>False when the read needs what an earlier step puts out, so that it could not be made while planning.</summary>
    public bool Planned { get; init; }

    /// <summary>The planned value; hashed and shown. Null with <see cref="Planned"/> means "not there".</summary>
    public JsonNode? Value { get; init; }
}

/// <summary>Either a waiter of the service, or a call with conditions over its answer.</summary>
public sealed record StepWait
{
    public string? Service { get; init; }

    public string? Waiter { get; init; }

    public JsonObject? Parameters { get; init; }

    public ApiCall? Call { get; init; }

    /// <summary>JMESPath over the answer; true ends the wait.</summary>
    public string? Until { get; init; }

    /// <summary>JMESPath over the answer; true fails the step.</summary>
    public string? FailWhen { get; init; }

    /// <summary>Error codes of <see cref="Call"/> that end the wait well, such as "not found" after a delete.</summary>
    public IReadOnlyList<string> UntilErrors { get; init; } = [];

    public int TimeoutSeconds { get; init; } = 600;

    /// <summary>Between two looks, in seconds; null takes the waiter's own, else 5.</summary>
    public int? DelaySeconds { get; init; }
}

public enum RepeatRule { Token, Value, Locate, Never }

/// <summary>What makes a second try safe.</summary>
public sealed record StepRepeat
{
    public required RepeatRule Rule { get; init; }

    /// <summary>JSON pointer into the call's parameters where the worker puts the client token.</summary>
    public string? TokenAt { get; init; }

    /// <summary>JSON pointer into the call's parameters where the worker puts the marker <c>executionId/stepId</c>.</summary>
    public string? MarkerAt { get; init; }

    /// <summary>Finds what the call made, by marker or by name. <c>{marker}</c> in its parameters is our marker. Its selected value stands in for the call's output.</summary>
    public StepRead? Locate { get; init; }
}

/// <param name="When">JMESPath over <c>{before, output, after}</c>; null always.</param>
/// <param name="AlreadyDone">Error codes that mean "this has been undone already".</param>
/// <param name="Repeat">What makes a second try of an undo safe that makes something (a redo); null: the same call again is harmless.</param>
public sealed record StepUndo(
    string? When, ApiCall Call, StepWait? Wait, IReadOnlyList<string> AlreadyDone, StepRepeat? Repeat = null);

/// <param name="Title">What must hold, in words: "the bucket is empty".</param>
/// <param name="Until">JMESPath over the answer; must be true. <c>{marker}</c> in it is our marker.</param>
public sealed record StepCondition(string Title, ApiCall Call, string Until);

/// <param name="Loses">What does not come back, in words.</param>
public sealed record Reversibility(UndoClass Class, IReadOnlyList<string> Loses);
