using System.Text.Json.Nodes;
using ServerlessMcp.Planning.Requests;

namespace ServerlessMcp.Tests.Planning.Proofs;

/// <summary>Makes what must be there first, by another hand, and gives the step that is proven.</summary>
internal delegate Task<StepRequest> ProofCase(ProofStage stage);

/// <summary>Writes steps of proofs.</summary>
internal static class ProofStep
{
    public static Task<StepRequest> Step(string service, string operation, string parameters) =>
        Task.FromResult(Request(service, operation, parameters));

    public static StepRequest Request(string service, string operation, string parameters) =>
        new("it", null, service, operation, JsonNode.Parse(parameters)!.AsObject());
}
