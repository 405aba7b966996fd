using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning.Undo;

/// <summary>One operation of the undo catalogue: how to read, wait for, repeat and take back a call of it. Shape: docs/undo-catalogue.md.</summary>
/// <remarks>The generated reader sets a missing list to null whatever its initializer says; hence <c>?? []</c>.</remarks>
public sealed record UndoEntry
{
    public required string Operation { get; init; }

    public required StepEffect Effect { get; init; }

    /// <summary>The list parameter that names targets; the planner makes one step for each item.</summary>
    public string? Target { get; init; }

    /// <summary>ARN template.</summary>
    public required string Resource { get; init; }

    /// <summary>The part of the resource that the call makes or deletes, such as <c>route</c>; null: the resource itself.</summary>
    public string? Part { get; init; }

    public EntryRead? Before { get; init; }

    /// <summary>True: one step of a plan at most may do this to one resource, for undoing the later one would look like another hand to the earlier one.</summary>
    public bool Once { get; init; }

    /// <summary>JMESPath over <c>{param, account, region, partition}</c>; true: something that <see cref="Before"/> finds refuses the step.</summary>
    public string? Exists { get; init; }

    public EntryRead? After { get; init; }

    /// <summary>What the call makes inside its resource, by the name that the <see cref="Empty"/> of another entry knows it by; a template.</summary>
    public string? Inside { get; init; }

    /// <summary>The EC2 resource type whose <c>TagSpecifications</c> carry the marker tag.</summary>
    public string? Marker { get; init; }

    /// <summary>Where the marker tag goes otherwise: <c>Tags[]</c>, a parameter that is a list of <c>{Key, Value}</c>, or <c>tags</c>, one that is a map.</summary>
    public string? MarkerIn { get; init; }

    public EntryRead? Locate { get; init; }

    public required RepeatRule Repeat { get; init; }

    public IReadOnlyList<string> AlreadyDone { get; init => field = value ?? []; } = [];

    public required int SettleSeconds { get; init; }

    public EntryWait? Wait { get; init; }

    public required IReadOnlyList<EntryUndo> Undo { get; init; }

    /// <summary>The first that holds; the last has no condition.</summary>
    public required IReadOnlyList<EntryClass> Class { get; init; }

    public IReadOnlyList<EntryCondition> Empty { get; init => field = value ?? []; } = [];

    public required IReadOnlyList<string> Iam { get; init; }

    /// <summary>How long AWS refuses to make the thing again after its undo, in seconds.</summary>
    public int? CooldownSeconds { get; init; }

    /// <summary>The page of the AWS documentation that the entry follows.</summary>
    public required string Source { get; init; }

    [JsonIgnore]
    public string Service { get; init; } = "";

    /// <summary>Eight hex digits of SHA-256 over the entry's canonical JSON.</summary>
    [JsonIgnore]
    public string Version { get; init; } = "";

    /// <summary>Resource types by the prefix of an id, for <c>{type}</c>.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Types { get; init; } = new Dictionary<string, string>();

    [JsonIgnore]
    public string Name => $"{Service}:{Operation}@{Version}";
}

public sealed record EntryRead
{
    /// <summary>JMESPath over the planning scope; the read stands only where it holds.</summary>
    public string? Given { get; init; }

    public required string Operation { get; init; }

    public required JsonObject Parameters { get; init; }

    public required string Select { get; init; }

    public IReadOnlyList<string> Absent { get; init => field = value ?? []; } = [];

    /// <summary>True: that nothing is there is no reason to refuse the change.</summary>
    public bool Optional { get; init; }
}

public sealed record EntryWait
{
    public string? Waiter { get; init; }

    public string? Operation { get; init; }

    public required JsonObject Parameters { get; init; }

    public string? Until { get; init; }

    public string? FailWhen { get; init; }

    public IReadOnlyList<string> UntilErrors { get; init => field = value ?? []; } = [];

    public required int TimeoutSeconds { get; init; }
}

public sealed record EntryUndo
{
    /// <summary>JMESPath over the planning scope, <c>before</c> being the planned value; the undo stands only where it holds.</summary>
    public string? Given { get; init; }

    /// <summary>JMESPath over <c>{before, output, after}</c>, looked at when the undo runs.</summary>
    public string? When { get; init; }

    public required string Operation { get; init; }

    public required JsonObject Parameters { get; init; }

    public IReadOnlyList<string> AlreadyDone { get; init => field = value ?? []; } = [];

    public EntryWait? Wait { get; init; }
}

/// <param name="When">JMESPath over the planning scope, <c>before</c> being the planned value.</param>
public sealed record EntryClass(UndoClass Class, string? When = null, IReadOnlyList<string>? Loses = null);

public sealed record EntryCondition(string Title, string Operation, JsonObject Parameters, string Until);

internal sealed record CatalogueFile(string Service, IReadOnlyList<JsonObject> Entries, IReadOnlyDictionary<string, string>? Types = null);

[JsonSourceGenerationOptions(
    System.Text.Json.JsonSerializerDefaults.Web,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters =
    [
        typeof(Executions.SnakeCase<StepEffect>), typeof(Executions.SnakeCase<RepeatRule>), typeof(Executions.SnakeCase<UndoClass>),
    ])]
[JsonSerializable(typeof(CatalogueFile))]
[JsonSerializable(typeof(UndoEntry))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
