using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning.Requests;

/// <summary>What a caller asks to be planned.</summary>
/// <param name="Account">12 digits or the name of a target; null is the account of the server's own credentials.</param>
/// <param name="Region">Null is the server's default region.</param>
/// <param name="Steps">1 to 100, in run order.</param>
/// <param name="ExpiresInHours">1 to 168.</param>
public sealed record PlanRequest(
    string Title, string? Account, string? Region, IReadOnlyList<StepRequest> Steps, int ExpiresInHours = 24)
{
    /// <summary>Who plans, for the policy: each request says it anew.</summary>
    [JsonIgnore]
    public string Tool { get; init; } = "create_plan";
}

/// <param name="Parameters">May hold <c>${steps.ID.output.path}</c> and <c>${steps.ID.before.path}</c> of earlier steps.</param>
/// <param name="Wait">Replaces the catalogue's wait.</param>
/// <param name="Undo">The caller's own undo: replaces the catalogue's and makes the step's class <c>declared</c>.</param>
/// <param name="Alternatives">Parameters to try, in order, when AWS refuses.</param>
public sealed record StepRequest(
    string Id,
    string? Title,
    string Service,
    string Operation,
    JsonObject Parameters,
    WaitRequest? Wait = null,
    UndoRequest? Undo = null,
    IReadOnlyList<JsonObject>? Alternatives = null)
{
    public StepKind Kind { get; init; } = StepKind.Call;

    /// <summary>Of a check.</summary>
    public CheckRequest? Check { get; init; }

    /// <summary>Of a bake.</summary>
    public BakeRequest? Bake { get; init; }

    /// <summary>Of an approval.</summary>
    public ApprovalRequest? Approval { get; init; }

    /// <summary>Of a collect.</summary>
    public IReadOnlyList<ReadRequest>? Reads { get; init; }

    /// <summary>A read whose condition must hold.</summary>
    public static StepRequest OfCheck(string id, string? title, string service, string operation, JsonObject parameters, CheckRequest check) =>
        new(id, title, service, operation, parameters) { Kind = StepKind.Check, Check = check };

    public static StepRequest OfBake(string id, string? title, BakeRequest bake) =>
        new(id, title, "", "", []) { Kind = StepKind.Bake, Bake = bake };

    public static StepRequest OfApproval(string id, string? title, ApprovalRequest approval) =>
        new(id, title, "", "", []) { Kind = StepKind.Approval, Approval = approval };

    public static StepRequest OfCollect(string id, string? title, IReadOnlyList<ReadRequest> reads) =>
        new(id, title, "", "", []) { Kind = StepKind.Collect, Reads = reads };
}

/// <summary>Either <c>waiter</c> + <c>parameters</c>, or <c>operation</c> + <c>parameters</c> + <c>until</c> (+ <c>failWhen</c>), of the step's service.</summary>
public sealed record WaitRequest(
    string? Waiter, string? Operation, JsonObject? Parameters, string? Until, string? FailWhen, int? TimeoutSeconds);

public sealed record UndoRequest(string Service, string Operation, JsonObject Parameters);
