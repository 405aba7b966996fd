using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>Who the caller is here and in AWS, and what they may do.</summary>
internal sealed class WhoAmITool(ServerOptions options, IAwsReads aws, IPolicySource policies, Freezes freezes, IServiceProvider services) : ServerTool
{
    public override ToolDefinition Definition { get; } = new()
    {
        Name = "whoami",
        Title = "Who am I",
        Description = "Shows who you are to this server, your scopes and tools, and the AWS account, ARN and region that calls go to. "
            + "Call it first.",
        Scope = Scope.Read,
        ReadOnly = true,
        Destructive = false,
        Idempotent = true,
        OpenWorld = true,
        InputSchema = """{"type":"object","properties":{},"additionalProperties":false}""",
        OutputSchema = $$$$$$"""
            {"type":"object","properties":{
            "principal":{"type":"object","properties":{
            "id":{"type":"string"},"name":{"type":"string"},"scopes":{"type":"array","items":{"type":"string"}}}},
            "aws":{"type":"object","properties":{
            "mode":{"type":"string"},"account":{"type":"string"},"arn":{"type":"string"},
            "region":{"type":"string"},"changes":{"type":"boolean"},"problem":{"type":"string"}}},
            "targets":{"type":"array","items":{"type":"object"}},
            "policy":{"type":"object","properties":{
            "name":{"type":"string"},"hash":{"type":"string"},"broken":{"type":"boolean"},"frozen":{"type":"string"}}},
            "tools":{"type":"array","items":{"type":"string"}},
            "version":{"type":"string"},
            {{{{{{NextCalls.Schema}}}}}}
            }}
            """,
    };

    public override async Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var side = await AwsSideAsync(cancellationToken);
        var tools = services.GetRequiredService<ToolCatalog>().NamesFor(call.Caller).ToList();
        var policy = await PolicyAsync(cancellationToken);
        var scopes = call.Caller.Scopes.Order(StringComparer.Ordinal).ToList();
        var structured = new JsonObject
        {
            ["principal"] = new JsonObject
            {
                ["id"] = call.Caller.Id,
                ["name"] = call.Caller.Name,
                ["scopes"] = Views.Texts(scopes),
            },
            ["aws"] = side,
            ["policy"] = policy,
            ["tools"] = Views.Texts(tools),
            ["version"] = options.Version,
        };
        if (options.Targets.Count > 0)
        {
            structured["targets"] = TargetViews.List(options.Targets);
        }

        var next = new NextCalls(
            new("find_operations", [], "finds the AWS operation for what you want to know or to do") { Fill = ["query"] },
            new NextCall("list_executions", [], "shows what was changed, to follow it, undo it or try it again"));
        var changes = options.ChangesAllowed ? "on" : "OFF (plans only)";
        var problem = side["problem"] is null ? "" : " AWS does not say whose credentials the server has.";
        List<string> words = [.. side["problem"] is { } why ? [$"AWS: {why}"] : Array.Empty<string>(), .. policy["frozen"] is { } frozen ? [$"{frozen}"] : Array.Empty<string>()];
        var account = side["account"]?.ToString() ?? "unknown";
        return ToolAnswer.Of(
            $"You are {call.Caller.Name} ({call.Caller.Id}) with {string.Join(", ", scopes)}.\n"
            + $"AWS: {options.Mode}, account {account}, region {options.Region}; changes: {changes}.{problem}\n{TargetViews.Line(options.Targets)}"
            + $"Policy: {(policy["name"] is { } name ? name : "BROKEN, so every change is refused until its operator has mended it")}.{(policy["frozen"] is null ? "" : " Changes are frozen.")}\n"
            + $"Tools: {string.Join(", ", tools)}.",
            structured,
            next,
            source: "aws",
            data: string.Join('\n', words.Select(PlainText.OneLine)));
    }

    /// <summary>What everybody may know: that it is broken, not what is wrong in which file.</summary>
    private async Task<JsonObject> PolicyAsync(CancellationToken cancellationToken)
    {
        var inForce = policies.Read();
        var view = new JsonObject { ["broken"] = inForce.Policy is null };
        ExecutionViews.Add(view, "name", inForce.Policy?.Name);
        ExecutionViews.Add(view, "hash", inForce.Hash);
        ExecutionViews.Add(view, "frozen", (await freezes.FindAsync(cancellationToken))?.Text);
        return view;
    }

    private async Task<JsonObject> AwsSideAsync(CancellationToken cancellationToken)
    {
        var side = new JsonObject { ["mode"] = options.Mode, ["region"] = options.Region, ["changes"] = options.ChangesAllowed };
        try
        {
            var answer = await aws.ReadAsync(new(options.Region), "sts", "GetCallerIdentity", [], cancellationToken);
            side["account"] = answer.Output["Account"]?.DeepClone();
            side["arn"] = answer.Output["Arn"]?.DeepClone();
        }
        catch (AwsCallException error)
        {
            side["problem"] = $"{error.Code}: {error.AwsMessage}";
        }

        return side;
    }
}
