using System.Text.RegularExpressions;
using ServerlessMcp.Server.Resources;
using ServerlessMcp.Tests.House;
using ServerlessMcp.Tests.Local.Examples;

namespace ServerlessMcp.Tests.Server;

/// <summary>docs/tools.md is made from the tools' own definitions and the examples of <see cref="ToolExampleTests"/>. <c>SMCP_GOLDEN=write</c> writes it anew.</summary>
public sealed partial class ToolReferenceTests
{
    private static readonly string[] NoTools =
    [
        "invalid_key", "key_not_found", "wrong_keys", "no_gate", "another_question", "may_not_decide", "decided_already",
        "may_not_freeze", "invalid_reason", "unknown_blueprint", "unknown_waiter", "key_has_ended", "key_has_successor",
        "scope_exceeds_own",
    ];

    [Fact]
    public async Task The_page_is_made_from_the_tools()
    {
        if (Environment.GetEnvironmentVariable("SMCP_GOLDEN") == "write")
        {
            await ToolReferencePage.WriteAsync();
        }

        Assert.Equal(CommittedFiles.Text(ToolReferencePage.Path), await ToolReferencePage.MakeAsync());
    }

    [Fact]
    public void Every_error_that_a_tool_can_give_is_explained_and_no_other_is()
    {
        string[] folders = ["src/ServerlessMcp.AwsApi", "src/ServerlessMcp.Executions", "src/ServerlessMcp.Planning", "src/ServerlessMcp.Server"];
        var sources = folders.SelectMany(folder => CommittedFiles.Under(folder, ".cs")).Where(path => !path.EndsWith("ToolErrorCodes.cs", StringComparison.Ordinal));
        var texts = sources.Select(CommittedFiles.Text).ToList();
        var thrown = texts.SelectMany(text => Thrown().Matches(text)).Select(match => match.Groups["code"].Value).Distinct();
        var explained = ToolErrorCodes.All.Select(code => code.Code).ToList();

        Assert.Equal(NoTools.Order(), thrown.Except(explained).Order());
        Assert.Equal(explained, explained.Distinct());
        Assert.All(explained, code => Assert.Contains(texts, text => text.Contains($"\"{code}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_errors_name_tools_that_there_are()
    {
        await using var server = await TestEndpoint.StartAsync();

        Assert.Empty(ToolErrorCodes.All.SelectMany(code => code.Tools).Except(await server.ToolNamesAsync()));
    }

    [GeneratedRegex(@"(?:CallerException|AwsInputException|throw Unknown)\(\s*""(?<code>[a-z]+(?:_[a-z]+)+)""|<c>(?<code>[a-z]+(?:_[a-z]+)+)</c>[^\n]*</exception>")]
    private static partial Regex Thrown();
}
