using ModelContextProtocol.Protocol;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Mcp.Tasks;

namespace ServerlessMcp.Conformance.Fixtures;

/// <summary>Tools whose work goes on behind the answer.</summary>
internal static class TaskFixtures
{
    public static IEnumerable<ServerTool> Tools(MemoryTasks tasks) =>
    [
        new FixtureTool(
            "greet", (call, _) => Task.FromResult(FixtureTool.Text($"Hello, {call.Arguments.TextOrNull("name") ?? "world"}!")),
            """{"type":"object","properties":{"name":{"type":"string"}}}"""),
        new FixtureTool(
            "slow_compute", (call, _) => Task.FromResult(SlowCompute(call, tasks)),
            """{"type":"object","properties":{"seconds":{"type":"number"},"label":{"type":"string"}},"required":["seconds"]}"""),
        new FixtureTool("failing_job", (call, _) => Task.FromResult(
            Required(call) ?? tasks.Begin(call, look => Done(look, "The job failed, as it must.", isError: true)))),
        new FixtureTool("protocol_error_job", (call, _) => Task.FromResult(tasks.Begin(call, Fail))),
        new FixtureTool(
            "confirm_delete", (call, _) => Task.FromResult(tasks.Begin(call, look => Ask(look, "Deleted.", "confirm"))),
            """{"type":"object","properties":{"filename":{"type":"string"}},"required":["filename"]}"""),
        new FixtureTool(
            "multi_input", (call, _) => Task.FromResult(tasks.Begin(call, look => Ask(look, "Both are here.", "first", "second")))),
        new FixtureTool("test_tool_with_task", (call, _) => Task.FromResult(AskFirst(call, tasks))),
    ];

    private static ToolAnswer SlowCompute(ToolCall call, MemoryTasks tasks)
    {
        var seconds = call.Arguments["seconds"].GetDouble();
        var label = call.Arguments.TextOrNull("label") ?? "it";
        return tasks.Begin(call, look => look.Age.TotalSeconds >= seconds ? Done(look, $"Computed {label}.") : look.Begin);
    }

    private static ToolAnswer AskFirst(ToolCall call, MemoryTasks tasks)
    {
        const string key = "user_name";
        var name = call.Request.Params.InputResponses?.TryGetValue(key, out var answer) is true ? InputFixtures.Said(answer, "name") : null;
        return name is null
            ? throw new InputRequiredException(
                new Dictionary<string, InputRequest> { [key] = InputFixtures.Question("What is your name?", "name") })
            : Required(call) ?? tasks.Begin(call, look => Done(look, $"Hello, {name}!"));
    }

    /// <returns>Null for a client with the extension; the tool cannot serve any other.</returns>
    private static ToolAnswer? Required(ToolCall call) => TasksExtension.OptedIn(call.Request.JsonRpcRequest)
        ? null
        : throw TasksExtension.Missing(call.Request.Params.Name);

    private static TaskState Ask(MemoryTasks.Look look, string done, params string[] keys)
    {
        var open = keys.Where(key => !look.Answers.ContainsKey(key))
            .ToDictionary(key => key, key => InputFixtures.Question($"{key}?", "confirm", isFlag: true));
        return open.Count > 0 ? look.Begin with { Status = TaskStatusWord.InputRequired, Requests = open } : Done(look, done);
    }

    private static TaskState Fail(MemoryTasks.Look look) => look.Begin with
    {
        Status = TaskStatusWord.Failed,
        Failure = new(-32603, "The job ended in a protocol error, as it must."),
    };

    private static TaskState Done(MemoryTasks.Look look, string text, bool isError = false) => look.Begin with
    {
        Status = TaskStatusWord.Completed,
        Result = new() { ResultType = "complete", Content = [new TextContentBlock { Text = text }], IsError = isError },
    };
}
