using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Jmes;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>What one look at a waiter says; the first acceptor that matches decides.</summary>
internal static class WaiterLook
{
    public static AwsWaitLook AtAnswer(WaiterModel waiter, JsonObject output)
    {
        var match = waiter.Acceptors.FirstOrDefault(acceptor => Matches(acceptor, output));
        return match is null || match.State == AwsWaitState.Retry
            ? new(AwsWaitState.Retry, null, null, waiter.MinDelay)
            : new(
                match.State,
                match.State == AwsWaitState.Failure ? match.Expected : null,
                match.State == AwsWaitState.Failure ? $"{waiter.Name} cannot come any more: {match.Argument} is {match.Expected}." : null,
                waiter.MinDelay);
    }

    public static AwsWaitLook AtRefusal(WaiterModel waiter, AwsCallException refusal)
    {
        var match = waiter.Acceptors.FirstOrDefault(acceptor => IsError(acceptor, refusal));
        var state = match?.State ?? AwsWaitState.Failure;
        return state == AwsWaitState.Failure
            ? new(state, refusal.Code, refusal.AwsMessage, waiter.MinDelay) { Class = refusal.Class }
            : new(state, null, null, waiter.MinDelay);
    }

    private static bool IsError(Acceptor acceptor, AwsCallException refusal) => acceptor switch
    {
        { Matcher: AcceptorMatcher.Success } => acceptor.Expected == "false",
        { Matcher: AcceptorMatcher.Error } => acceptor.Expected == refusal.Code || acceptor.Expected == refusal.ErrorName,
        _ => false,
    };

    private static bool Matches(Acceptor acceptor, JsonObject output)
    {
        if (acceptor.Argument is null)
        {
            return acceptor.Matcher == AcceptorMatcher.Success && acceptor.Expected == "true";
        }

        var value = JmesExpression.Parse(acceptor.Argument).Search(output);
        return acceptor.Matcher switch
        {
            AcceptorMatcher.Path => IsExpected(value, acceptor),
            AcceptorMatcher.PathAll => value is JsonArray { Count: > 0 } all && all.All(item => IsExpected(item, acceptor)),
            AcceptorMatcher.PathAny => value is JsonArray any && any.Any(item => IsExpected(item, acceptor)),
            _ => false,
        };
    }

    private static bool IsExpected(JsonNode? value, Acceptor acceptor) => value is JsonValue && value.ToString() == acceptor.Expected;
}
