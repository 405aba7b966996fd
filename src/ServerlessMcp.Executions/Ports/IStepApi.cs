using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Executions.Ports;

/// <summary>Makes the calls of steps; one adapter for each <see cref="ApiCall.Api"/>. Given to the worker alone.</summary>
public interface IStepApi
{
    /// <summary>Makes one attempt: no retries. AWS's answers and silences are data; an exception is a bug.</summary>
    /// <param name="session">Null: a read for no single step, with the identity that plans are made with.</param>
    Task<CallOutcome> CallAsync(PlanTarget target, ApiCall call, StepSession? session, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>The same for a step that only looks: what is no harmless read is refused (<c>not_a_read</c>), whatever the plan says, and nothing is sent.</summary>
    Task<CallOutcome> ReadAsync(PlanTarget target, ApiCall call, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Looks once.</summary>
    Task<WaitOutcome> LookAsync(PlanTarget target, StepWait wait, StepSession session, TimeSpan timeout, CancellationToken cancellationToken);

    /// <returns>The name under which the API is asked for this step; null: with the server's own identity.</returns>
    string? SessionName(PlanTarget target, StepSession session);
}

/// <summary>The language of waits, selects and conditions (JMESPath); implemented in AwsApi, so this project needs no AWS.</summary>
public interface IQueryLanguage
{
    /// <exception cref="FormatException">The expression is not valid, or a function got a wrong type.</exception>
    JsonNode? Search(string expression, JsonNode? document);
}

/// <summary>How a call ended.</summary>
public abstract record CallOutcome
{
    public sealed record Succeeded(JsonObject Output, string? RequestId) : CallOutcome;

    /// <summary>AWS said no: nothing took effect.</summary>
    public sealed record Refused(string Code, string Message, string? RequestId, TroubleClass? Class = null) : CallOutcome
    {
        /// <summary>The call itself was never sent, for the step may have no session: it says nothing of an earlier try.</summary>
        public bool WasNotSent { get; init; }
    }

    /// <summary>Busy or unreachable: throttled, 5xx, no answer, no credentials.</summary>
    /// <param name="MayHaveTakenEffect">False when the request surely was not carried out (throttled, connection refused, no credentials).</param>
    public sealed record Busy(string Code, string Message, string? RequestId, bool MayHaveTakenEffect, TroubleClass? Class = null) : CallOutcome;
}

/// <summary>What one look at a wait showed.</summary>
public abstract record WaitOutcome
{
    public sealed record Done : WaitOutcome;

    /// <param name="DelaySeconds">When to look again.</param>
    public sealed record NotYet(int DelaySeconds) : WaitOutcome;

    /// <summary>It will never be: the waiter's failure state.</summary>
    public sealed record Failed(string Code, string Message, TroubleClass? Class = null) : WaitOutcome;

    public sealed record Busy(string Code, string Message, TroubleClass? Class = null) : WaitOutcome;
}
