using System.Text.Json.Nodes;

namespace ServerlessMcp.Tests.Server;

/// <summary>The members of a step by its kind, as a client writes them.</summary>
public sealed class StepArgumentsTests
{
    [Fact]
    public async Task A_plan_of_every_kind_is_planned_and_shown()
    {
        await using var server = await TestEndpoint.StartAsync();
        server.Aws.Answers["cloudwatch:DescribeAlarms"] = JsonNode.Parse("""{ "MetricAlarms": [{ "AlarmName": "errors", "StateValue": "OK" }] }""")!.AsObject();

        var answer = await PlanAsync(server, """
            [{"id":"look","kind":"check","service":"ec2","operation":"DescribeInstances","parameters":{},"until":"length(Reservations) == `1`","timeout_seconds":60,"show":"Reservations"},
            {"id":"watch","kind":"bake","alarms":["errors"],"seconds":60},
            {"id":"ask","kind":"approval","decision":"approve","timeout_seconds":600,"title":"Sure?"},
            {"id":"read","kind":"collect","reads":[{"name":"all","service":"ec2","operation":"DescribeInstances","parameters":{},"select":"Reservations"}]}]
            """);

        var shown = answer["structuredContent"]!;
        Assert.Equal("allow", (string?)shown["verdict"]!["is"]);
        Assert.Equal(["check", "bake", "approval", "collect"], shown["steps"]!.AsArray().Select(step => (string?)step!["kind"]));
        Assert.Null(shown["steps"]![0]!["class"]);
    }

    [Fact]
    public async Task What_is_missing_or_of_another_kind_is_named_with_its_place()
    {
        await using var server = await TestEndpoint.StartAsync();

        var answer = await PlanAsync(server, """
            [{"id":"a","service":"ec2","operation":"CreateVpc"},{"id":"b","kind":"check","service":"ec2","operation":"DescribeInstances","parameters":{},"alarms":["x"]},
            {"id":"c","kind":"approval","undo":{"service":"ec2","operation":"DeleteVpc","parameters":{}}}]
            """);

        var text = answer["content"]![0]!["text"]!.GetValue<string>();
        Assert.Contains("steps[0].parameters: Missing; a step of kind call needs service, operation, parameters.", text, StringComparison.Ordinal);
        Assert.Contains("steps[1].until: Missing", text, StringComparison.Ordinal);
        Assert.Contains("steps[1].alarms: Is not for a step of kind check; it is for bake.", text, StringComparison.Ordinal);
        Assert.Contains("steps[2].undo: Is not for a step of kind approval; it is for call.", text, StringComparison.Ordinal);
    }

    private static Task<JsonNode> PlanAsync(TestEndpoint server, string steps) =>
        server.CallAsync("create_plan", $$"""{ "title": "A plan", "steps": {{steps}} }""");
}
