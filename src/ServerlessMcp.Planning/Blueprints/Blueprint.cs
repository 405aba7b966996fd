using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ServerlessMcp.Planning.Blueprints;

/// <summary>A plan template as data: what is required goes in, steps come out. Shape: docs/blueprints.md.</summary>
/// <remarks>The generated reader sets a missing list to null whatever its initializer says; hence <c>?? []</c>.</remarks>
public sealed record Blueprint
{
    /// <summary>Its name in <c>create_plan</c>, and its file's name.</summary>
    public required string Name { get; init; }

    public required string Title { get; init; }

    /// <summary>One line: what it makes.</summary>
    public required string Summary { get; init; }

    /// <summary>What it makes and which defaults make it safe.</summary>
    public required string Description { get; init; }

    /// <summary>Without the two that every blueprint has, <see cref="BlueprintInput.Everywhere"/>.</summary>
    [JsonPropertyName("inputs")]
    public required IReadOnlyList<BlueprintInput> OwnInputs { get; init; }

    /// <summary>What is read of the account while planning: <c>facts.NAME</c>.</summary>
    public IReadOnlyList<BlueprintRead> Facts { get; init => field = value ?? []; } = [];

    /// <summary>Names for templates, filled in order: <c>values.NAME</c>.</summary>
    public JsonObject Values { get; init => field = value ?? []; } = [];

    /// <summary>What must hold between inputs and facts.</summary>
    public IReadOnlyList<BlueprintRule> Rules { get; init => field = value ?? []; } = [];

    public required IReadOnlyList<BlueprintStep> Steps { get; init; }

    /// <summary>What costs money although nobody uses it.</summary>
    public IReadOnlyList<BlueprintCost> Costs { get; init => field = value ?? []; } = [];

    /// <summary>What undoing it gives back, and what not.</summary>
    public required string Undo { get; init; }

    [JsonIgnore]
    public IReadOnlyList<BlueprintInput> Inputs => [BlueprintInput.Everywhere.Name, .. OwnInputs, BlueprintInput.Everywhere.Tags];
}

/// <param name="Given">JMESPath; the read is made only where it holds.</param>
/// <param name="Parameters">A template.</param>
/// <param name="Select">JMESPath over the answer.</param>
/// <param name="Absent">Error codes that mean: nothing there, so the fact is null.</param>
public sealed record BlueprintRead(
    string Name, string Service, string Operation, JsonObject Parameters, string Select, string? Given = null, IReadOnlyList<string>? Absent = null);

/// <param name="Holds">JMESPath over the scope; else the input is wrong.</param>
/// <param name="Input">The name of the input to change.</param>
/// <param name="Message">A template: what is wrong and what would be right.</param>
public sealed record BlueprintRule(string Holds, string Input, string Message);

/// <param name="When">JMESPath; null: always.</param>
public sealed record BlueprintCost(string Text, string? When = null);

/// <summary>One step, or one for each item: the members of a <c>create_plan</c> step, as templates.</summary>
public sealed record BlueprintStep
{
    /// <summary>A template; with <see cref="ForEach"/> it holds <c>&lt;&lt;item.n&gt;&gt;</c>.</summary>
    public required string Id { get; init; }

    /// <summary>JMESPath; the step stands only where it holds.</summary>
    public string? When { get; init; }

    /// <summary>JMESPath to a list; the step is repeated with <c>item</c> being each of it.</summary>
    public string? ForEach { get; init; }

    public string? Title { get; init; }

    public string Service { get; init => field = value ?? ""; } = "";

    public string Operation { get; init => field = value ?? ""; } = "";

    public JsonObject Parameters { get; init => field = value ?? []; } = [];

    public BlueprintWait? Wait { get; init; }

    /// <summary>Instead of an operation: the step is a <c>collect</c> of these, whose answers later steps refer to.</summary>
    public IReadOnlyList<BlueprintRead>? Reads { get; init; }
}

public sealed record BlueprintWait(
    string? Waiter = null, string? Operation = null, JsonObject? Parameters = null, string? Until = null, string? FailWhen = null, int? TimeoutSeconds = null);

[JsonSourceGenerationOptions(
    System.Text.Json.JsonSerializerDefaults.Web,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Blueprint))]
internal sealed partial class BlueprintJson : JsonSerializerContext;
