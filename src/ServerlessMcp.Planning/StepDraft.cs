using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Planning;

/// <summary>A step of the request once its operation is known.</summary>
/// <param name="Path">Where it stands in the request, such as <c>steps[2]</c>.</param>
/// <param name="Operation">Of a check its read; <see cref="NoOperation"/> for a bake, an approval and a collect.</param>
/// <param name="Parameters">The draft's own copy; one target.</param>
internal sealed record StepDraft(
    string Path, string Id, StepRequest Request, AwsOperation Operation, UndoEntry? Entry, JsonObject Parameters)
{
    public static AwsOperation NoOperation { get; } = new("", "", null, AwsAccess.Read, false, null);

    /// <summary>The step itself, where it changes nothing: nothing about it waits for what AWS says. Null for a call.</summary>
    public Executions.Plans.Step? Look { get; init; }

    /// <summary>The operations of a collect's reads, by name.</summary>
    public IReadOnlyDictionary<string, AwsOperation> Reads { get; init; } = new Dictionary<string, AwsOperation>();

    /// <summary>Where <see cref="Parameters"/> stand in the request.</summary>
    public string ParametersPath => Look is { Kind: Executions.Plans.StepKind.Collect } ? Path : $"{Path}.parameters";
}
