using System.Security.Cryptography;
using System.Text;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Conformance.Fixtures;

/// <summary>Tools that ask within the call (MRTR): the client repeats the call with its answers.</summary>
internal static class InputFixtures
{
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);

    public static IEnumerable<ServerTool> Tools() =>
    [
        Asking("test_input_required_result_elicitation", ("user_name", Question("What is your name?", "name"))),
        Asking("test_streaming_elicitation", ("user_name", Question("What is your name?", "name"))),
        Asking("test_input_required_result_sampling", ("capital_question", Sampling("What is the capital of France?", 100))),
        Asking("test_input_required_result_list_roots", ("client_roots", Roots())),
        Asking("test_input_required_result_request_state", ("confirm", Question("Please confirm", "ok", isFlag: true))),
        Asking("test_input_required_result_tampered_state", ("confirm", Question("Please confirm", "ok", isFlag: true))),
        Asking(
            "test_input_required_result_multiple_inputs",
            ("user_name", Question("What is your name?", "name")),
            ("greeting", Sampling("Generate a greeting", 50)),
            ("client_roots", Roots())),
        new FixtureTool("test_input_required_result_multi_round", (call, _) => Task.FromResult(Rounds(call))),
        new FixtureTool("test_input_required_result_capabilities", (call, _) => Task.FromResult(OnlyWhatTheClientCan(call))),
        new FixtureTool("test_missing_capability", (call, _) => Task.FromResult(NeedsSampling(call))),
    ];

    public static InputRequest Question(string message, string field, bool isFlag = false) => InputRequest.ForElicitation(new()
    {
        Message = message,
        RequestedSchema = new()
        {
            Properties = new Dictionary<string, ElicitRequestParams.PrimitiveSchemaDefinition>
            {
                [field] = isFlag ? new ElicitRequestParams.BooleanSchema() : new ElicitRequestParams.StringSchema(),
            },
            Required = [field],
        },
    });

    /// <summary>The text that the user gave; null when this is no accepted answer with that field.</summary>
    public static string? Said(InputResponse response, string field) =>
        response.Deserialize(InputResponse.ElicitResultJsonTypeInfo) is { Action: "accept", Content: { } content }
        && content.TryGetValue(field, out var value)
            ? value.ToString()
            : null;

    private static FixtureTool Asking(string name, params (string Key, InputRequest Request)[] questions) => new(name, (call, _) =>
    {
        var answers = call.Request.Params.InputResponses;
        if (call.Request.Params.RequestState is { } state && state != Sign(name))
        {
            throw new McpProtocolException("requestState: it is not the one this server gave.", McpErrorCode.InvalidParams);
        }

        if (answers is null || questions.Any(question => !IsAnswered(question.Key, question.Request, answers)))
        {
            throw new InputRequiredException(questions.ToDictionary(question => question.Key, question => question.Request), Sign(name));
        }

        var said = questions.Select(question => answers[question.Key].RawValue.GetRawText());
        return Task.FromResult(FixtureTool.Text($"state-ok: {string.Join(", ", said)}"));
    });

    private static bool IsAnswered(string key, InputRequest request, IDictionary<string, InputResponse> answers) =>
        answers.TryGetValue(key, out var answer) && Fits(request, answer);

    private static bool Fits(InputRequest request, InputResponse answer) =>
        request.ElicitationParams is not { } asked || asked.RequestedSchema!.Properties.Keys.All(field => Said(answer, field) is not null);

    private static ToolAnswer Rounds(ToolCall call)
    {
        var answers = call.Request.Params.InputResponses;
        return call.Request.Params.RequestState switch
        {
            "round-1" when answers?.ContainsKey("step1") is true => throw new InputRequiredException(
                new Dictionary<string, InputRequest> { ["step2"] = Question("Step 2: What is your favorite color?", "color") }, "round-2"),
            "round-2" when answers?.ContainsKey("step2") is true => FixtureTool.Text("Both steps are done."),
            _ => throw new InputRequiredException(
                new Dictionary<string, InputRequest> { ["step1"] = Question("Step 1: What is your name?", "name") }, "round-1"),
        };
    }

    private static ToolAnswer OnlyWhatTheClientCan(ToolCall call)
    {
        if (call.Request.Params.InputResponses is { Count: > 0 })
        {
            return FixtureTool.Text("Answered.");
        }

        var can = call.Request.JsonRpcRequest.Context?.ClientCapabilities;
        var questions = new Dictionary<string, InputRequest>();
        if (can?.Sampling is not null)
        {
            questions["sampling"] = Sampling("Say hello", 50);
        }

        if (can?.Elicitation is not null)
        {
            questions["elicitation"] = Question("What is your name?", "name");
        }

        return questions.Count > 0 ? throw new InputRequiredException(questions) : FixtureTool.Text("This client cannot be asked.");
    }

    private static ToolAnswer NeedsSampling(ToolCall call) => call.Request.JsonRpcRequest.Context?.ClientCapabilities?.Sampling is null
        ? throw new MissingRequiredClientCapabilityException(
            new ClientCapabilities { Sampling = new() }, "This tool needs the client's sampling.")
        : FixtureTool.Text("ok");

    private static InputRequest Sampling(string text, int maxTokens) => InputRequest.ForSampling(new()
    {
        Messages = [new() { Role = Role.User, Content = [new TextContentBlock { Text = text }] }],
        MaxTokens = maxTokens,
    });

    private static InputRequest Roots() => InputRequest.ForRootsList(new());

    private static string Sign(string name) => Convert.ToHexStringLower(HMACSHA256.HashData(Secret, Encoding.UTF8.GetBytes(name)));
}
