using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Lambda.Runtime;

namespace ServerlessMcp.Lambda.Events;

/// <summary>A role whose events and answers are JSON objects.</summary>
internal abstract class JsonHandler : IInvocationHandler
{
    /// <summary>Of what no role knows.</summary>
    private const string UnknownEvent = "UnknownEvent";

    /// <summary>The shapes that it takes, for who sends another.</summary>
    protected abstract string Takes { get; }

    /// <summary>What a failure of this role is called, where it matters to who called.</summary>
    protected virtual string? ErrorType => null;

    public async Task HandleAsync(Invocation invocation, InvocationResponse response, CancellationToken deadline)
    {
        var answer = await AnswerAsync(Parse(invocation.Event), deadline);
        await response.SendAsync(JsonSerializer.SerializeToUtf8Bytes(answer, HostJson.Default.JsonObject));
    }

    public InvocationFailure Explain(Exception failure)
    {
        if (failure is UnknownEventException unknown)
        {
            return new(UnknownEvent, unknown.Message);
        }

        var explained = InvocationFailure.Of(failure);
        return explained with { ErrorType = ErrorType ?? explained.ErrorType };
    }

    /// <exception cref="UnknownEventException">The event is of another shape.</exception>
    protected abstract Task<JsonObject> AnswerAsync(JsonObject @event, CancellationToken cancellationToken);

    protected UnknownEventException Unknown() => new(Takes);

    /// <summary>A text; null when it is none.</summary>
    protected static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private JsonObject Parse(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return JsonNode.Parse(payload.Span) as JsonObject ?? throw Unknown();
        }
        catch (JsonException)
        {
            throw Unknown();
        }
    }
}
