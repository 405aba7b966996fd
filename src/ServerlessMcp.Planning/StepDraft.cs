using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Planning;

/// <summary>A step of the request once its operation is known.</summary>
/// <param name="Path">Where it stands in the request, such as <c>steps[2]</c>.</param>
/// <param name="Parameters">The draft's own copy; one target.</param>
internal sealed record StepDraft(
    string Path, string Id, StepRequest Request, AwsOperation Operation, UndoEntry? Entry, JsonObject Parameters);
