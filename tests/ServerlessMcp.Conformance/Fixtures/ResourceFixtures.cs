using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace ServerlessMcp.Conformance.Fixtures;

/// <summary>Resources, a template, prompts and completion.</summary>
internal static class ResourceFixtures
{
    private const string TemplateStart = "test://template/";
    private const string TemplateEnd = "/data";

    public static IMcpServerBuilder AddResourceFixtures(this IMcpServerBuilder server) => server
        .WithListResourcesHandler((_, _) => new(new ListResourcesResult
        {
            Resources =
            [
                new() { Uri = "test://static-text", Name = "static-text", Description = "A text.", MimeType = "text/plain" },
                new() { Uri = "test://static-binary", Name = "static-binary", Description = "A picture.", MimeType = "image/png" },
                new() { Uri = "test://watched-resource", Name = "watched-resource", Description = "A text.", MimeType = "text/plain" },
            ],
        }))
        .WithListResourceTemplatesHandler((_, _) => new(new ListResourceTemplatesResult
        {
            ResourceTemplates =
            [
                new()
                {
                    UriTemplate = $"{TemplateStart}{{id}}{TemplateEnd}",
                    Name = "template",
                    Description = "By id.",
                    MimeType = "application/json",
                },
            ],
        }))
        .WithReadResourceHandler((request, _) => new(new ReadResourceResult { Contents = [Read(request.Params.Uri)] }))
        .WithListPromptsHandler((_, _) => new(new ListPromptsResult
        {
            Prompts =
            [
                Prompt("test_simple_prompt"),
                Prompt("test_prompt_with_arguments", "arg1", "arg2"),
                Prompt("test_prompt_with_embedded_resource", "resourceUri"),
                Prompt("test_prompt_with_image"),
                Prompt("test_input_required_result_prompt"),
            ],
        }))
        .WithGetPromptHandler((request, _) => new(new GetPromptResult { Messages = [.. Get(request.Params)] }))
        .WithCompleteHandler((_, _) => new(new CompleteResult
        {
            Completion = new() { Values = ["paris", "park", "party"], Total = 3, HasMore = false },
        }));

    private static ResourceContents Read(string uri) => uri switch
    {
        "test://static-text" => Text(uri, "text/plain", "This is the content of the static text resource."),
        "test://watched-resource" => Text(uri, "text/plain", "Nobody changes this."),
        "test://static-binary" => BlobResourceContents.FromBytes(ContentFixtures.Png, uri, "image/png"),
        _ when uri.StartsWith(TemplateStart, StringComparison.Ordinal) && uri.EndsWith(TemplateEnd, StringComparison.Ordinal)
            && uri[TemplateStart.Length..^TemplateEnd.Length] is var id =>
            Text(uri, "application/json", $$"""{"id":"{{id}}","templateTest":true,"data":"Data for ID: {{id}}"}"""),
        _ => throw new McpProtocolException($"There is no resource '{uri}'.", McpErrorCode.InvalidParams),
    };

    private static IEnumerable<PromptMessage> Get(GetPromptRequestParams asked) => asked.Name switch
    {
        "test_simple_prompt" => [Said("This is a simple prompt for testing.")],
        "test_prompt_with_arguments" =>
            [Said($"Prompt with arguments: arg1='{Argument(asked, "arg1")}', arg2='{Argument(asked, "arg2")}'")],
        "test_prompt_with_embedded_resource" =>
        [
            new()
            {
                Role = Role.User,
                Content = ContentFixtures.Resource(
                    Argument(asked, "resourceUri"), "text/plain", "Embedded resource content for testing."),
            },
            Said("Please process the embedded resource above."),
        ],
        "test_prompt_with_image" =>
        [
            new() { Role = Role.User, Content = ImageContentBlock.FromBytes(ContentFixtures.Png, "image/png") },
            Said("Please analyze the image above."),
        ],
        "test_input_required_result_prompt" => [Said($"Context: {Context(asked)}")],
        var other => throw new McpProtocolException($"There is no prompt '{other}'.", McpErrorCode.InvalidParams),
    };

    private static string Context(GetPromptRequestParams asked)
    {
        const string key = "user_context";
        return asked.InputResponses?.TryGetValue(key, out var answer) is true && InputFixtures.Said(answer, "context") is { } context
            ? context
            : throw new InputRequiredException(
                new Dictionary<string, InputRequest> { [key] = InputFixtures.Question("What context should the prompt use?", "context") });
    }

    private static string Argument(GetPromptRequestParams asked, string name) =>
        asked.Arguments?.TryGetValue(name, out var value) is true ? value.ToString() : "";

    private static PromptMessage Said(string text) => new() { Role = Role.User, Content = new TextContentBlock { Text = text } };

    private static Prompt Prompt(string name, params string[] arguments) => new()
    {
        Name = name,
        Description = $"A fixture of the public MCP suite: {name}.",
        Arguments = [.. arguments.Select(argument => new PromptArgument { Name = argument, Required = true })],
    };

    private static TextResourceContents Text(string uri, string type, string text) => new() { Uri = uri, MimeType = type, Text = text };
}
