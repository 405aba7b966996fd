using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Secrecy;
using ServerlessMcp.Planning.Checks;

namespace ServerlessMcp.Planning.Aws;

/// <summary>
/// Makes the AWS calls of steps. A secret is read right before its call, goes into it, and nowhere else; one that AWS puts into its answer ends here.
/// </summary>
public sealed class AwsStepApi(IAwsChanges changes, IAwsCatalog catalog, IQueryLanguage query) : IStepApi
{
    private const int DefaultDelaySeconds = 5;
    private const string ETagMember = "IfMatch";
    private const string ETagPlaceholder = "{etag}";
    private const string Capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private readonly StepSessionWriter _sessions = new(catalog);

    public async Task<CallOutcome> CallAsync(
        PlanTarget target, ApiCall call, StepSession? session, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var secrets = new Dictionary<string, string>();
        var at = At(target, session);
        try
        {
            await ReadSecretsAsync(at, call, secrets, timeout, cancellationToken);
            var parameters = Filled(call.Parameters, secrets, "$")!.AsObject();
            await ReadETagAsync(at, call, parameters, timeout, cancellationToken);
            var answer = await changes.CallAsync(at, call.Service, call.Operation, parameters, timeout, cancellationToken);
            return new CallOutcome.Succeeded(catalog.Redact(catalog.Operation(call.Service, call.Operation), answer.Output), answer.RequestId);
        }
        catch (AwsInputException e)
        {
            return new CallOutcome.Refused(e.Code, Without(secrets, Message(e)), null, TroubleClass.Input);
        }
        catch (AwsCallException e)
        {
            var message = Without(secrets, e.AwsMessage);
            return e.Failure == AwsFailure.Refused
                ? new CallOutcome.Refused(e.Code, message, e.RequestId, AwsTroubles.Of(e)) { WasNotSent = IsSessionRefused(e) }
                : new CallOutcome.Busy(e.Code, message, e.RequestId, e.MayHaveTakenEffect, AwsTroubles.Of(e));
        }
        catch (SecretUnreadableException e)
        {
            return e.Outcome;
        }
    }

    public async Task<CallOutcome> ReadAsync(PlanTarget target, ApiCall call, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            var operation = catalog.Operation(call.Service, call.Operation);
            if (!operation.IsRead || operation.IsSensitiveWith(call.Parameters))
            {
                var why = $"{operation.Service}:{operation.Name} is not a harmless read, and a step that looks makes no other. Nothing was sent.";
                return new CallOutcome.Refused("not_a_read", why, null, TroubleClass.Input);
            }
        }
        catch (AwsInputException e)
        {
            return new CallOutcome.Refused(e.Code, Message(e), null, TroubleClass.Input);
        }

        return await CallAsync(target, call, session: null, timeout, cancellationToken);
    }

    public async Task<WaitOutcome> LookAsync(
        PlanTarget target, StepWait wait, StepSession session, TimeSpan timeout, CancellationToken cancellationToken) =>
        wait.Waiter is { } waiter
            ? await WaiterAsync(At(target, session), wait, waiter, timeout, cancellationToken)
            : Judge(wait, await CallAsync(target, wait.Call!, session, timeout, cancellationToken));

    public string? SessionName(PlanTarget target, StepSession session) =>
        changes.HasSessions(new(target.Region, target.Account)) ? StepSessionWriter.NameOf(session) : null;

    private AwsTarget At(PlanTarget target, StepSession? session)
    {
        var at = new AwsTarget(target.Region, target.Account);
        return session is not null && changes.HasSessions(at) ? at with { Session = _sessions.Of(session, target) } : at;
    }

    private static bool IsSessionRefused(AwsCallException e) => e.Code == AwsSession.RefusedCode;

    private async Task<WaitOutcome> WaiterAsync(
        AwsTarget at, StepWait wait, string waiter, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            var look = await changes.LookAsync(at, wait.Service!, waiter, wait.Parameters ?? [], timeout, cancellationToken);
            return look.State switch
            {
                AwsWaitState.Success => new WaitOutcome.Done(),
                AwsWaitState.Retry => new WaitOutcome.NotYet(wait.DelaySeconds ?? look.DelaySeconds),
                _ => new WaitOutcome.Failed(look.Code ?? waiter, look.Message ?? $"{waiter} will not come true.", look.Class is { } kind ? AwsTroubles.Of(kind) : null),
            };
        }
        catch (AwsInputException e)
        {
            return new WaitOutcome.Failed(e.Code, Message(e), TroubleClass.Input);
        }
        catch (AwsCallException e)
        {
            return e.Failure == AwsFailure.Refused && !IsSessionRefused(e)
                ? new WaitOutcome.Failed(e.Code, e.AwsMessage, AwsTroubles.Of(e))
                : new WaitOutcome.Busy(e.Code, e.AwsMessage, AwsTroubles.Of(e));
        }
    }

    private WaitOutcome Judge(StepWait wait, CallOutcome outcome) => outcome switch
    {
        CallOutcome.Refused { WasNotSent: true } held => new WaitOutcome.Busy(held.Code, held.Message, held.Class),
        CallOutcome.Refused refused when wait.UntilErrors.Contains(refused.Code) => new WaitOutcome.Done(),
        CallOutcome.Refused refused => new WaitOutcome.Failed(refused.Code, refused.Message, refused.Class),
        CallOutcome.Busy busy => new WaitOutcome.Busy(busy.Code, busy.Message, busy.Class),
        CallOutcome.Succeeded succeeded => Judge(wait, succeeded.Output),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
    };

    private WaitOutcome Judge(StepWait wait, JsonObject answer)
    {
        try
        {
            if (IsTrue(wait.FailWhen, answer))
            {
                return new WaitOutcome.Failed("wait_failed", $"{wait.FailWhen} holds.");
            }

            return IsTrue(wait.Until, answer) ? new WaitOutcome.Done() : new WaitOutcome.NotYet(wait.DelaySeconds ?? DefaultDelaySeconds);
        }
        catch (FormatException e)
        {
            return new WaitOutcome.Failed("wait_failed", e.Message);
        }
    }

    private bool IsTrue(string? expression, JsonObject answer) =>
        expression is not null && query.Search(expression, answer) is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    /// <summary>Only members that the model marks sensitive are looked at: a text that AWS gave us can never ask for a secret elsewhere.</summary>
    /// <param name="secrets">Gets the values, by their paths.</param>
    private async Task ReadSecretsAsync(
        AwsTarget at, ApiCall call, Dictionary<string, string> secrets, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var places = catalog.SensitiveValues(catalog.Operation(call.Service, call.Operation), call.Parameters)
            .Concat(RestoredValue(call)).DistinctBy(place => place.Path);
        foreach (var (where, value) in places)
        {
            if (SecretReference.Parse(value) is { } secret)
            {
                secrets[where] = await SecretAsync(at, secret, timeout, cancellationToken);
            }
        }
    }

    /// <summary>
    /// An undo's <c>{etag}</c>: what the thing has now, by its Get operation. Whether somebody changed it has been looked at before; this only
    /// tells AWS that nothing did since.
    /// </summary>
    private async Task ReadETagAsync(AwsTarget at, ApiCall call, JsonObject parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (parameters[ETagMember] is not JsonValue value || !value.TryGetValue<string>(out var text) || text != ETagPlaceholder)
        {
            return;
        }

        var read = $"Get{call.Operation[call.Operation.IndexOfAny([.. Capitals], 1)..]}";
        var answer = await changes.CallAsync(
            at, call.Service, read, new() { ["Id"] = parameters["Id"]?.DeepClone() }, timeout, cancellationToken);
        parameters[ETagMember] = answer.Output["ETag"]?.DeepClone();
    }

    /// <summary>AWS's messages may quote what was wrong.</summary>
    private static string Without(Dictionary<string, string> secrets, string message) => secrets.Values
        .Where(secret => secret.Length > 0)
        .OrderByDescending(secret => secret.Length)
        .Aggregate(message, (text, secret) => text.Replace(secret, Redaction.Hidden, StringComparison.Ordinal));

    /// <summary>The value of a plain parameter is no secret, but its undo restores it from its own history all the same.</summary>
    private static IEnumerable<AwsSensitiveValue> RestoredValue(ApiCall call) =>
        call is { Service: "ssm", Operation: "PutParameter" } ? [new("$.Value", call.Parameters["Value"])] : [];

    private static JsonNode? Filled(JsonNode? node, Dictionary<string, string> secrets, string where) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member =>
            KeyValuePair.Create(member.Key, Filled(member.Value, secrets, $"{where}.{member.Key}")))),
        JsonArray items => new JsonArray([.. items.Select((item, n) => Filled(item, secrets, $"{where}[{n}]"))]),
        _ => secrets.TryGetValue(where, out var secret) ? JsonValue.Create(secret) : node?.DeepClone(),
    };

    private async Task<string> SecretAsync(AwsTarget at, SecretReference secret, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var read = new JsonObject { ["Name"] = secret.ParameterName, ["WithDecryption"] = true };
        try
        {
            var answer = await changes.CallAsync(at, "ssm", "GetParameter", read, timeout, cancellationToken);
            return answer.Output["Parameter"]?["Value"]?.GetValue<string>()
                ?? throw new SecretUnreadableException(new CallOutcome.Refused("secret_unreadable", $"{secret.ParameterName} has no value.", answer.RequestId));
        }
        catch (AwsCallException e)
        {
            throw new SecretUnreadableException(e.Failure == AwsFailure.Refused
                ? new CallOutcome.Refused(e.Code, $"The secret {secret.ParameterName} could not be read: {e.AwsMessage}", e.RequestId, AwsTroubles.Of(e)) { WasNotSent = IsSessionRefused(e) }
                : new CallOutcome.Busy(e.Code, e.AwsMessage, e.RequestId, MayHaveTakenEffect: false, AwsTroubles.Of(e)));
        }
    }

    private static string Message(AwsInputException e) =>
        e.Problems.Count == 0 ? e.Message : $"{e.Message} {string.Join(" ", e.Problems.Select(problem => $"{problem.Path}: {problem.Message}"))}";

    private sealed class SecretUnreadableException(CallOutcome outcome) : Exception
    {
        public CallOutcome Outcome { get; } = outcome;
    }
}
