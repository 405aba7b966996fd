using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Tests.Server.Injection;

/// <summary>What somebody reads who says yes or no: of the server alone.</summary>
public sealed class QuestionTests
{
    private const string Tasks = """{"elicitation":{"form":{}},"extensions":{"io.modelcontextprotocol/tasks":{}}}""";

    private readonly Payloads _payloads = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_decides_reads_the_same_whatever_callers_and_AWS_have_written(bool isStep)
    {
        await using var server = await TestEndpoint.StartAsync(also: services => services
            .AddSingleton<IAwsReads>(new AwsAnswers { Unknown = "NotAnswered" })
            .AddSingleton<IAwsCatalog>(new ServerlessMcp.AwsApi.Catalog.AwsCatalog()));
        var harmless = await QuestionAsync(server, "Stop it", isStep);

        foreach (var payload in _payloads.Round(isStep ? 5 : 6))
        {
            Assert.Equal(harmless, await QuestionAsync(server, payload, isStep));
        }
    }

    [Fact]
    public void A_parameter_cannot_speak_to_who_decides()
    {
        foreach (var payload in _payloads.All)
        {
            var call = SeenName.Call("ec2", "CreateVpc", new JsonObject { ["Description"] = payload, ["Tags"] = new JsonObject { [payload] = "x" } });

            Assert.Matches(@"^ec2:CreateVpc \{Description: \(text of \d+ characters, sha256 [0-9a-f]{12}\), Tags: \{\(text of \d+ characters, sha256 [0-9a-f]{12}\): x\}\}$", call);
            Assert.Matches(@"^[!-~]{1,400}( \(text of \d+ characters, sha256 [0-9a-f]{12}\))?$", SeenName.Resource($"arn:aws:ec2:::{payload}").Replace("... (", " (", StringComparison.Ordinal));
        }
    }

    /// <summary>The question that a client puts to its user, without the ids and hashes of this very plan.</summary>
    private static async Task<string> QuestionAsync(TestEndpoint server, string payload, bool isStep)
    {
        var title = payload[..Math.Min(payload.Length, 190)];
        server.Aws.Answers["ec2:DescribeInstances"] = Planted.Instances(payload);
        server.Aws.Answers["ec2:DescribeVpcs"] = new() { ["Vpcs"] = new JsonArray(new JsonObject { ["VpcId"] = "vpc-1", ["Tags"] = new JsonArray(new JsonObject { ["Key"] = "Name", ["Value"] = payload }) }) };
        JsonObject stop = new() { ["id"] = "stop", ["title"] = title, ["service"] = "ec2", ["operation"] = "StopInstances", ["parameters"] = Json("""{"InstanceIds":["i-0abc"]}""") };
        JsonObject other = isStep
            ? new() { ["id"] = "ask", ["kind"] = "approval", ["decision"] = "confirm", ["title"] = title }
            : new() { ["id"] = "tenancy", ["title"] = title, ["service"] = "ec2", ["operation"] = "ModifyVpcTenancy", ["parameters"] = Json("""{"VpcId":"vpc-1","InstanceTenancy":"default"}""") };
        var plan = (await server.CallAsync("create_plan", new JsonObject { ["title"] = title, ["steps"] = new JsonArray(other, stop) }.ToJsonString()))["structuredContent"]!;
        var task = await server.CallAsync("execute_plan", new JsonObject { ["plan_id"] = (string)plan["plan_id"]!, ["plan_hash"] = (string)plan["plan_hash"]! }.ToJsonString(), capabilities: Tasks);
        var id = (string)task["taskId"]!;
        if (isStep)
        {
            var gate = new GateOpen(2, "confirm", $"step 'ask' asks: {title}", TimeProvider.System.GetUtcNow().AddHours(1), "ask");
            await server.ChangeAsync(id, execution => execution with { Status = ExecutionStatus.AwaitingApproval, Gate = gate });
        }

        var asked = (await server.AskAsync("tasks/get", new() { ["taskId"] = id }, id, capabilities: Tasks))["result"]!;
        await server.ChangeAsync(id, execution => execution with { Status = ExecutionStatus.Cancelled, Gate = null });
        return asked["inputRequests"]!.ToJsonString().Replace((string)plan["plan_id"]!, "", StringComparison.Ordinal).Replace((string)plan["plan_hash"]!, "", StringComparison.Ordinal);
    }

    private static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();
}
