using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using StateKeys = ServerlessMcp.Executions.State.Keys;

namespace ServerlessMcp.Tests.Server.Injection;

/// <summary>The places where somebody else's text can stand.</summary>
internal static class Planted
{
    public static JsonObject Instances(string payload, string state = "running") => new()
    {
        ["Reservations"] = new JsonArray(new JsonObject
        {
            ["Instances"] = new JsonArray(new JsonObject
            {
                ["InstanceId"] = "i-0abc",
                ["InstanceType"] = payload,
                ["State"] = new JsonObject { ["Name"] = state },
                ["PublicIpAddress"] = "203.0.113.7",
                ["Tags"] = new JsonArray(new JsonObject { ["Key"] = "Name", ["Value"] = payload }, new JsonObject { ["Key"] = payload, ["Value"] = "x" }),
            }),
        }),
    };

    public static JsonNode Place(string payload, int n) => (n % 9) switch
    {
        0 => new JsonObject { ["message"] = payload },
        1 => new JsonObject { ["Tags"] = new JsonArray(new JsonObject { ["Key"] = "Name", ["Value"] = payload }) },
        2 => new JsonObject { ["tags"] = new JsonObject { [payload] = payload } },
        3 => new JsonObject { ["Description"] = payload, ["AlarmName"] = payload },
        4 => new JsonObject { ["Policy"] = new JsonObject { ["Statement"] = payload }.ToJsonString() },
        5 => new JsonObject { ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { [payload] = "1" } } },
        6 => new JsonObject { ["Contents"] = new JsonArray(new JsonObject { ["Key"] = $"a/{payload}/b" }) },
        7 => new JsonObject { ["StackStatusReason"] = payload },
        _ => payload,
    };

    /// <summary>What the worker would have recorded.</summary>
    public static async Task PutAsync(TestEndpoint server, string id, string payload)
    {
        var now = TimeProvider.System.GetUtcNow();
        var facts = new StepFacts
        {
            StepId = "stop",
            Index = 0,
            Status = StepStatus.Done,
            Resource = "arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc",
            BeforeRead = true,
            Before = new JsonObject { ["state"] = payload },
            AfterRead = true,
            After = new JsonObject { ["state"] = payload },
            Output = new() { ["Note"] = payload },
            Error = new("Denied", payload),
            LeftWhy = payload,
            RequestIds = ["req-1"],
            StartedAt = now,
            UpdatedAt = now,
        };
        var problem = new ProblemRecord
        {
            Fingerprint = ProblemStore.Fingerprint("late_effect", id),
            Kind = "late_effect",
            Severity = ProblemSeverity.Warning,
            Title = payload,
            Evidence = [payload],
            ExecutionId = id,
            OpenedAt = now,
            UpdatedAt = now,
        };
        await server.Services.GetRequiredService<ITable>().WriteAsync(
            [
                new TableWrite.Put(StateKeys.Step(id, 0), 0, JsonSerializer.SerializeToNode(facts, ExecutionsJson.Default.StepFacts)!.AsObject()),
                new TableWrite.Put(
                    StateKeys.Event(id, now, "1"), 0,
                    JsonSerializer.SerializeToNode(new ExecutionEvent(now, "refused", "stop", payload), ExecutionsJson.Default.ExecutionEvent)!.AsObject()),
            ],
            TestContext.Current.CancellationToken);
        await server.Services.GetRequiredService<ProblemStore>().SeeAsync(problem, TestContext.Current.CancellationToken);
    }
}
