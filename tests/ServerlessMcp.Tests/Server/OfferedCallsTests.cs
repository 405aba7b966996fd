using System.Text.Json.Nodes;
using ServerlessMcp.Executions;

namespace ServerlessMcp.Tests.Server;

/// <summary>The calls that an answer names are of tools that its reader can call.</summary>
public sealed class OfferedCallsTests
{
    [Fact]
    public async Task No_answer_and_no_error_names_a_tool_that_is_switched_off()
    {
        await using var server = await TestEndpoint.StartAsync(
            new() { EnabledTools = ["whoami", "aws_change", "get_execution"], Region = "eu-west-1" });

        var who = await server.CallAsync("whoami", "{}");
        var started = await server.CallAsync("aws_change", ToolTests.Stop);
        var wrong = await server.CallAsync("get_execution", """{"id":"ex_aaaaaaaaaaaaaaaaaaaaaaaaaa"}""");

        Assert.Empty(Named(who));
        Assert.Equal(["get_execution"], Named(started));
        Assert.Empty(Named(wrong));
    }

    [Fact]
    public async Task No_answer_names_a_tool_that_the_key_may_not_call()
    {
        await using var server = await TestEndpoint.StartAsync();
        var reader = await server.NewKeyAsync(Scope.Read, Scope.Approve);
        var id = (string)(await server.CallAsync("aws_change", ToolTests.Stop))["structuredContent"]!["execution_id"]!;

        var own = await server.CallAsync("get_execution", $$"""{"id":"{{id}}"}""");
        var read = await server.CallAsync("get_execution", $$"""{"id":"{{id}}"}""", reader);

        Assert.Equal(["get_execution", "cancel_execution"], Named(own));
        Assert.Equal(["get_execution"], Named(read));
    }

    /// <summary>The tools of the calls that an answer names, which stand in its text too and no others do.</summary>
    private static List<string> Named(JsonNode answer)
    {
        var view = answer["structuredContent"]!;
        var calls = new[] { view["next"] }.Concat(view["options"] as JsonArray ?? []).OfType<JsonNode>().Select(call => (string)call["tool"]!).ToList();
        var lines = ((string)answer["content"]![0]!["text"]!).Split('\n').Where(line => line.StartsWith("Next: ", StringComparison.Ordinal) || line.StartsWith("Or: ", StringComparison.Ordinal));
        Assert.Equal(calls, lines.Select(line => line.Split(' ')[1]));
        return calls;
    }
}
